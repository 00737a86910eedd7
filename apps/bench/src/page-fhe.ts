/** The engine on a page of Chromium: what a client does, with every kernel, and node-seal on the same page. */
import { readFileSync } from 'node:fs';
import { sealName } from '../../../packages/fhe/bench/seal-ckks.ts';
import { openPageBench, type Sampled } from './page-bench.ts';
import type { Report } from './report.ts';

const samples = 15;
const entry = new URL('../../../packages/fhe/bench/page.ts', import.meta.url);

export async function pageFhe(report: Report, progress: (line: string) => void): Promise<void> {
  for (const kernel of ['relaxed', 'plain', 'reference']) await withKernel(kernel, report, progress);
}

async function withKernel(kernel: string, report: Report, progress: (line: string) => void): Promise<void> {
  progress(`fhe browser, ${kernel} kernel`);
  const withPeer = kernel === 'relaxed';
  const wasm = new URL('seal_throws.wasm', import.meta.resolve('node-seal'));
  const files = { '/seal_throws.wasm': ['application/wasm', readFileSync(wasm)] } as const;
  const bench = await openPageBench(entry, progress, { args: [kernel, withPeer], files });
  try {
    const parameters = { browser: bench.browser, kernel };
    for (const name of bench.names.filter((each) => !each.startsWith('peer/'))) {
      const peer = bench.names.find((each) => each === `peer/${name}`);
      progress(`fhe browser/${name}`);
      const [ours, theirs] = await bench.interleaved(peer ? [name, peer] : [name], samples);
      const compared = theirs ? { peer: sealName, peer_value: theirs.cpu.value } : {};
      const row = { bench: 'fhe', case: `browser/${name}`, metric: 'cpu_ms', parameters };
      report({ ...row, ...(ours!.cpu satisfies Sampled), ...compared });
    }
  } finally {
    await bench.close();
  }
}

if (import.meta.main) {
  const { reporter } = await import('./report.ts');
  await pageFhe(reporter(process.argv.includes('--json')), (line) => console.error(line));
}
