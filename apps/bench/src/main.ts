/**
 * `npm run bench -- NAME [--json] [--quick] [--browser]`: runs one benchmark. With `--json` standard output carries JSON lines
 * and nothing else; progress goes to standard error. Exit status 77: skipped, the test data is not here.
 * `--quick` is a part of the work where a benchmark knows one, to see that it runs; `--browser` what a benchmark of Node
 * does in Chromium as well (liveness).
 */
import { parseArgs } from 'node:util';
import { BenchSkipped, type Report, reporter } from './report.ts';

/** Each benchmark is loaded only when asked for: some start browsers and servers. */
const benches: Record<
  string,
  () => Promise<{
    run(
      report: Report,
      progress: (line: string) => void,
      options: { quick: boolean; browser: boolean },
    ): Promise<void>;
  }>
> = {
  'sign-in': () => import('./sign-in.ts'),
  accuracy: () => import('./accuracy.ts'),
  capture: () => import('./capture.ts'),
  fhe: () => import('./fhe.ts'),
  image: () => import('./image.ts'),
  liveness: () => import('./liveness.ts'),
  parity: () => import('./parity.ts'),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    browser: { type: 'boolean', default: false },
  },
});
const load = benches[positionals[0] ?? ''];
if (!load) {
  console.error(
    `usage: npm run bench -- NAME [--json] [--quick] [--browser]\nNAME is one of: ${Object.keys(benches).join(', ')}`,
  );
  process.exit(2);
}
const bench = await load();
try {
  await bench.run(reporter(values.json), (line) => console.error(line), values);
} catch (error) {
  if (!(error instanceof BenchSkipped)) throw error;
  console.error(error.message);
  process.exitCode = 77;
}
