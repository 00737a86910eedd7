/**
 * Writes `calibration/golden.json`: what the original libraries compute for the golden input.
 * Run when a source package changes: node packages/face/tools/make-golden.ts
 */
import { writeFileSync } from 'node:fs';
import { goldenInput, goldenSample } from '../src/core/golden.ts';
import { scaleColours } from '../src/core/warp.ts';
import { type NetRole, netSources } from '../src/exporter/sources.ts';
import { originalNet } from '../test/support/original-library.ts';

const seed = 20_261_120;
/** Element counts of the outputs, in the order of the manifest. */
const lengths: Record<NetRole, number[]> = {
  detector: [512, 512 * 16, 384, 384 * 16],
  landmarks: [1404, 1],
  embedder: [128],
};

const golden: Record<string, unknown> = {};
for (const role of ['detector', 'landmarks', 'embedder'] as const) {
  const { size, mean, scale } = netSources[role].spec;
  const outputs = (await originalNet(role))(scaleColours(goldenInput(seed, size), mean, scale));
  const values = lengths[role].map((length) =>
    goldenSample(outputs.get(length)![0]!).map((value) => Number(value.toPrecision(7))),
  );
  golden[role] = { seed, minCosine: 0.9999, values };
}
writeFileSync(new URL('../calibration/golden.json', import.meta.url), `${JSON.stringify(golden)}\n`);
