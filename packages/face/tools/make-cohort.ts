/**
 * Writes the cohorts of the logistic verifier, `calibration/cohort-PROFILE.bin`: embeddings of people who do not
 * exist, drawn by this project's own renderer (`src/synthetic`), one frame each. No picture or measure of a real
 * person is in them but what the networks learned in general. The frames are never written anywhere.
 *
 * Kept is the network's output at length 1 *before* the embedding map, so that another map needs no new cohort;
 * `models build` applies the map. Format: see `src/models/cohort.ts`.
 *
 * About 1.5 s of one core for each person, so some ten minutes. The same packages give the same bytes.
 * Run: node packages/face/tools/make-cohort.ts MODELS-FOLDER...     (folders that `models build` filled)
 */
import { writeFileSync } from 'node:fs';
import { createEngine } from '../src/core/engine.ts';
import type { FaceEngine } from '../src/core/face-engine.ts';
import { ortLoader } from '../src/core/ort.ts';
import { encodeCohort } from '../src/models/cohort.ts';
import { verifyManifest } from '../src/models/verify.ts';
import { readFolder } from '../src/node/index.ts';
import { createPerson, createRenderer, varied } from '../src/synthetic/index.ts';

const people = 512;

/** The engine of a folder without its embedding map. */
async function rawEngine(folder: string): Promise<{ profile: string; engine: FaceEngine }> {
  const models = await verifyManifest(readFolder(folder));
  const { manifest } = models;
  const { networkDimensions } = manifest.embedding;
  const embedding = {
    dimensions: networkDimensions,
    networkDimensions,
    map: 'identity',
    file: null,
  } as const;
  const raw = { ...models, manifest: { ...manifest, embedding } };
  return {
    profile: manifest.profile,
    engine: await createEngine(raw, ortLoader(models.files.get('runtime')!)),
  };
}

const engines = await Promise.all(process.argv.slice(2).map(rawEngine));
const rows = engines.map((): Float32Array[] => []);
for (let i = 0; (rows[0]?.length ?? people) < people; i++) {
  const seed = `cohort/${i}`;
  const frame = createRenderer(createPerson(seed)).render(varied(`${seed}/cohort`));
  const { face } = await engines[0]!.engine.analyze(frame);
  if (!face) continue;
  for (const [k, { engine }] of engines.entries()) rows[k]!.push(await engine.embed(frame, face.landmarks));
  if (i % 32 === 31) console.log(`${rows[0]!.length} of ${people} people`);
}
for (const [k, { profile }] of engines.entries()) {
  writeFileSync(new URL(`../calibration/cohort-${profile}.bin`, import.meta.url), encodeCohort(rows[k]!));
}
