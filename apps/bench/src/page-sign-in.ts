/** `client-probe-open` and `tickets/32` on a page: what a person's own device computes, in Chromium. */
import { openPageBench } from './page-bench.ts';
import type { Report } from './report.ts';

const samples: Readonly<Record<string, number>> = { 'client-probe-open': 40, 'tickets/32': 7 };

export async function pageSignIn(report: Report, progress: (line: string) => void): Promise<void> {
  progress('sign-in in Chromium: enrolling');
  const entry = new URL('../../../packages/protocol/bench/page.ts', import.meta.url);
  const bench = await openPageBench(entry, progress);
  try {
    for (const name of bench.names) {
      progress(`sign-in in Chromium: ${name}`);
      const [measured] = await bench.interleaved([name], samples[name]!);
      const row = { bench: 'sign-in', case: name, parameters: { where: 'chromium', browser: bench.browser } };
      report({ ...row, metric: 'cpu_ms', ...measured!.cpu });
      report({ ...row, metric: 'wall_ms', ...measured!.wall });
    }
  } finally {
    await bench.close();
  }
}

if (import.meta.main) {
  const { reporter } = await import('./report.ts');
  await pageSignIn(reporter(true), (line) => console.error(line));
}
