/** The engine: its own benchmark in Node, then the same operations in a browser. */
import { run as runEngine } from '@blindsight/fhe/bench';
import { pageFhe } from './page-fhe.ts';
import type { Report } from './report.ts';

export async function run(report: Report, progress: (line: string) => void): Promise<void> {
  await runEngine(report, progress);
  await pageFhe(report, progress);
}
