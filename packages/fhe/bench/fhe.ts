/**
 * The engine's benchmark: transforms, RNS-CKKS beside node-seal, sealed sign-in, two threads. `npm run bench -- fhe [--json]` runs
 * it with the project's reporter; `node packages/fhe/bench/fhe.ts [SETTING...]` runs parts of it for people, where a
 * setting is kernels, 4096, 8192, 16384, 16384-7+2, 16384-equal-q, 16384-14-levels, 32768, sign-in or threads.
 * @module
 */
import { ckksBench } from './ckks.ts';
import { kernelsBench } from './kernels.ts';
import type { Report, Row } from './measure.ts';
import { sealedSignInBench } from './sealed-sign-in.ts';
import { threadsBench } from './threads.ts';

export type { Report, Row } from './measure.ts';

/** Measures everything, handing out each row when it is known. */
export async function run(
  report: Report,
  progress: (line: string) => void,
  settings?: readonly string[],
): Promise<void> {
  const asked = (name: string) => settings === undefined || settings.includes(name);
  if (asked('kernels')) kernelsBench(report, progress);
  if (asked('sign-in')) sealedSignInBench(report, progress);
  await ckksBench(report, progress, settings);
  if (asked('threads')) await threadsBench(report, progress);
}

if (import.meta.main) {
  const print = ({ case: name, metric, value, p95, n, peer, peer_value }: Row) => {
    const spread = p95 === undefined ? '' : `p95 ${p95.toFixed(3)}, n = ${n}`;
    const ratio =
      peer_value === undefined
        ? ''
        : `${peer}: ${peer_value.toFixed(3)}, ratio ${(peer_value / value).toFixed(2)}`;
    console.log(
      `${name.padEnd(38)} ${value.toFixed(3).padStart(10)} ${metric.padEnd(10)} ${spread.padEnd(24)} ${ratio}`,
    );
  };
  const settings = process.argv.slice(2);
  await run(print, () => {}, settings.length > 0 ? settings : undefined);
}
