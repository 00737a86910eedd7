/**
 * `npm run bench -- NAME [--json]`: runs one benchmark. With `--json` standard output carries JSON lines and
 * nothing else; progress goes to standard error.
 */
import { parseArgs } from 'node:util';
import { type Report, reporter } from './report.ts';

/** Each benchmark is loaded only when asked for: some start browsers and servers. */
const benches: Record<
  string,
  () => Promise<{ run(report: Report, progress: (line: string) => void): Promise<void> }>
> = {
  'sign-in': () => import('./sign-in.ts'),
  fhe: () => import('./fhe.ts'),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const load = benches[positionals[0] ?? ''];
if (!load) {
  console.error(`usage: npm run bench -- NAME [--json]\nNAME is one of: ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
const bench = await load();
await bench.run(reporter(values.json), (line) => console.error(line));
