/**
 * Computes embeddings of the research pictures for `fit-map.ts`, into `.cache/calibration/` (never
 * committed): network output before the map, normalised.
 *
 * - `lfw.json`: every LFW picture through the whole pipeline, as a camera frame would go.
 * - `pool.json`: the aligned crops of the training pool, up to six of each person with at least two.
 *
 * Needs `../shared/faces`. Takes about 10 minutes of one core.
 * Run: node packages/face/tools/embed-sets.ts
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cutChip } from '../src/core/chip.ts';
import { detect } from '../src/core/detector.ts';
import { normalise } from '../src/core/embedding.ts';
import type { RgbaFrame } from '../src/core/frame.ts';
import { findLandmarks } from '../src/core/landmarks.ts';
import { ortLoader } from '../src/core/ort.ts';
import type { FivePoints } from '../src/core/report.ts';
import { scaleColours } from '../src/core/warp.ts';
import { buildModels } from '../src/exporter/build.ts';
import { verifyManifest } from '../src/models/verify.ts';
import { decodeJpeg, readFolder } from '../src/node/index.ts';
import { readTar } from './tar.ts';

export interface Embedded {
  readonly id: string;
  readonly file: string;
  /** Absent when no face was found. */
  readonly e?: readonly number[];
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
const faces = join(root, '../shared/faces');
const out = join(root, '.cache/calibration');
const [perPerson, border] = [6, 24];

/** Where a face is in a bordered crop: the crops are aligned to the ArcFace template, 112 x 112. */
const alignedFace = {
  score: 1,
  box: { x: border + 16, y: border + 30, width: 80, height: 80 },
  points: [
    { x: border + 38.3, y: border + 51.7 },
    { x: border + 73.5, y: border + 51.5 },
  ],
};

mkdirSync(out, { recursive: true });
await buildModels(join(root, '.cache/models'));
const { manifest, files } = await verifyManifest(readFolder(join(root, '.cache/models')));
const load = ortLoader(files.get('runtime')!);
const [detector, mesh, embedder] = await Promise.all(
  (['detector', 'landmarks', 'embedder'] as const).map((role) => load(files.get(role)!, manifest[role])),
);

const lfw: Embedded[] = [];
for (const id of readdirSync(join(faces, 'lfw'))) {
  for (const name of readdirSync(join(faces, 'lfw', id))) {
    const frame = decodeJpeg(readFileSync(join(faces, 'lfw', id, name)));
    const five = await mainFace(frame);
    lfw.push({ id, file: `${id}/${name}`, ...(five && { e: await embed(frame, five) }) });
  }
}
save('lfw.json', lfw);

const pool: Embedded[] = [];
const people = new Map<string, { file: string; bytes: Uint8Array }[]>();
for (const { name, bytes } of readTar(join(faces, 'train-pool.tar'))) {
  const [, id, file] = /([^/]+)\/([^/]+\.jpe?g)$/.exec(name) ?? [];
  if (id && file) people.set(id, [...(people.get(id) ?? []), { file, bytes }]);
}
for (const [id, crops] of people) {
  if (crops.length < 2) continue;
  for (const { file, bytes } of crops.sort((a, b) => (a.file < b.file ? -1 : 1)).slice(0, perPerson)) {
    const frame = bordered(decodeJpeg(bytes));
    const { landmarks, confidence } = await findLandmarks(mesh!, frame, alignedFace);
    if (confidence >= 0.5) pool.push({ id, file: `${id}/${file}`, e: await embed(frame, landmarks.five) });
  }
}
save('pool.json', pool);

/** As the engine chooses. */
async function mainFace(frame: RgbaFrame): Promise<FivePoints | undefined> {
  for (const face of await detect(detector!, frame)) {
    const { landmarks, confidence } = await findLandmarks(mesh!, frame, face);
    if (confidence >= 0.5) return landmarks.five;
  }
  return undefined;
}

async function embed(frame: RgbaFrame, five: FivePoints): Promise<number[]> {
  const { size, mean, scale } = embedder!.spec;
  const [output] = await embedder!.run(scaleColours(cutChip(frame, five, size), mean, scale));
  return Array.from(normalise(output!), (value) => Number(value.toFixed(6)));
}

function save(name: string, rows: readonly Embedded[]): void {
  writeFileSync(join(out, name), JSON.stringify(rows));
  console.log(`${name}: ${rows.length} pictures, ${rows.filter(({ e }) => !e).length} without a face`);
}

/** The crop with its edge pixels repeated outwards: the chip shows a little more chin than the crop has. */
function bordered({ width, height, data }: RgbaFrame): RgbaFrame {
  const [w, h] = [width + 2 * border, height + 2 * border];
  const wide = new Uint8ClampedArray(4 * w * h);
  const inside = (value: number, size: number): number => Math.min(size - 1, Math.max(0, value - border));
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const from = 4 * (inside(y, height) * width + inside(x, width));
      wide.set(data.subarray(from, from + 4), 4 * (y * w + x));
    }
  }
  return { width: w, height: h, data: wide };
}
