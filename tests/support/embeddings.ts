/** Embeddings of real photographs: several per person, computed by the product's own engine. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { operatingTau } from '@blindsight/face/models';
import { decodeJpeg, type FaceEngine, type RgbaFrame } from '@blindsight/face/node';
import { findPeople, hasSharedFaces, testEngine } from './people.ts';

export interface EmbeddedPeople {
  /** Shape [people][pictures], each embedding mapped and at length 1. */
  readonly embeddings: readonly (readonly Float32Array[])[];
  readonly thresholds: { readonly tau: number; readonly sMax: number };
}

/** All people of the research pictures (30 with 12 each), or those of the installed packages. */
export async function embedPeople(): Promise<EmbeddedPeople> {
  const { engine, models } = await testEngine();
  const thresholds = { tau: operatingTau(models.manifest), sMax: models.manifest.calibration.sMax };
  const embeddings: Float32Array[][] = [];
  for (const pictures of hasSharedFaces ? sharedPictures() : await packagePictures()) {
    embeddings.push(await embedAll(engine, pictures));
  }
  return { embeddings, thresholds };
}

async function embedAll(engine: FaceEngine, pictures: readonly RgbaFrame[]): Promise<Float32Array[]> {
  const embeddings: Float32Array[] = [];
  for (const picture of pictures) {
    const { face } = await engine.analyze(picture);
    if (face) embeddings.push(await engine.embed(picture, face.landmarks));
  }
  return embeddings;
}

function* sharedPictures(): Generator<RgbaFrame[]> {
  const folder = new URL('../../../shared/faces/', import.meta.url);
  const list = readFileSync(fileURLToPath(new URL('lfw-enrol.json', folder)), 'utf8');
  const people = JSON.parse(list) as Record<string, { enrol: string[]; probe: string[] }>;
  for (const { enrol, probe } of Object.values(people)) {
    yield [...enrol, ...probe].map((file) => decodeJpeg(readFileSync(new URL(`lfw/${file}`, folder))));
  }
}

async function packagePictures(): Promise<RgbaFrame[][]> {
  return (await findPeople(2, 'packages')).map((person) => person.pictures());
}
