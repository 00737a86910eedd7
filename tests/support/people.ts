/**
 * People for tests: distinct, recognisable, several varied camera frames each, that pass the quality gates.
 *
 * From `../shared/faces` when it lies beside the repository; on a machine with only the clone, cropped at run
 * time from the sample pictures inside the installed face library and varied in crop, scale, turn, light and
 * noise. No picture is ever written anywhere.
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cosine, type FaceEngine, meanEmbedding, type Point, type RgbaFrame } from '@blindsight/face';
import { type Calibration, operatingTau } from '@blindsight/face/models';
import { buildModels } from '@blindsight/face/models/build';
import { createFaceEngine, decodeJpeg } from '@blindsight/face/node';
import { squareToFrame } from '../../packages/face/src/core/geometry.ts';
import { cutSquare } from '../../packages/face/src/core/warp.ts';

/** One person; every frame is 640 x 480, holds one face and passes the gates. */
export interface Person {
  readonly id: string;
  /** At least 7 frames to enrol from. */
  enrol(): RgbaFrame[];
  /** At least 6 other frames to sign in with. */
  probe(): RgbaFrame[];
  /** All of them. */
  pictures(): RgbaFrame[];
}

/** Where a face is in a picture on disk. */
interface Shot {
  readonly path: string;
  readonly centre: Point;
  /** Side of the square to show, in pixels of the picture; fills the height of the frame. */
  readonly side: number;
  /** Half the width shown, over `side`: hides the neighbours in a group picture. */
  readonly halfWidth: number;
}

/** Frames of a person before they have been looked at. */
interface Candidate {
  readonly id: string;
  readonly enrol: readonly Shot[];
  readonly probe: readonly Shot[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const shared = join(root, '../shared/faces');
/** Built models, shared by all tests. */
export const modelsFolder = join(root, '.cache/models');

/** True when the research pictures lie beside the repository. */
export const hasSharedFaces = existsSync(join(shared, 'lfw-enrol.json'));

/** Frame size of the fake camera. */
const camera = { width: 640, height: 480 };
const [leastEnrol, leastProbe] = [7, 6];
/** Mean score of two directions over the cosine between them: sqrt(2/pi) * sqrt(digits * sum of squares). */
const scoreOfCosine = ({ digits, sumOfSquares: [low, high] }: Calibration): number =>
  Math.sqrt((2 / Math.PI) * digits * ((low! + high!) / 2));
/** How far from the threshold tests stay, so that no frame's luck decides them. Unit: sealed score. */
const margin = 100;

let loaded: ReturnType<typeof createFaceEngine> | undefined;

/** The engine for tests: models built when missing or old (a second), loaded once. */
export function testEngine(): ReturnType<typeof createFaceEngine> {
  loaded ??= buildModels(modelsFolder).then(() => createFaceEngine(modelsFolder));
  return loaded;
}

/**
 * `count` people who are far enough from each other, and near enough to themselves, for the manifest's
 * threshold. The same people on every run.
 * @throws when there are not so many
 */
export async function findPeople(
  count = 2,
  source: 'shared' | 'packages' = hasSharedFaces ? 'shared' : 'packages',
): Promise<Person[]> {
  const remembered = await recall(count, source);
  if (remembered) return remembered;
  const { engine, models } = await testEngine();
  const { calibration } = models.manifest;
  const scale = scoreOfCosine(calibration);
  const tau = operatingTau(models.manifest);
  const fits = (embedding: Float32Array, verifier: Float32Array): boolean =>
    scale * cosine(embedding, verifier) > tau + margin;
  const apart = (embedding: Float32Array, verifier: Float32Array): boolean =>
    scale * cosine(embedding, verifier) < tau - margin;

  const found: { person: Person; chosen: Chosen; verifier: Float32Array; probes: Float32Array[] }[] = [];
  for (const { id, enrol, probe } of source === 'shared' ? sharedCandidates() : packageCandidates()) {
    const enrolled = await usable(engine, enrol, `${id}/enrol`, leastEnrol, () => true);
    if (enrolled.length < leastEnrol) continue;
    const verifier = meanEmbedding(enrolled.map(({ embedding }) => embedding));
    if (!enrolled.every(({ embedding }) => fits(embedding, verifier))) continue;
    const probing = await usable(engine, probe, `${id}/probe`, leastProbe, (embedding) =>
      fits(embedding, verifier),
    );
    if (probing.length < leastProbe) continue;
    const probes = probing.map(({ embedding }) => embedding);
    const unlike = found.every(
      (other) =>
        other.probes.every((p) => apart(p, verifier)) && probes.every((p) => apart(p, other.verifier)),
    );
    if (!unlike) continue;

    const chosen = { id, enrol: enrolled.map(({ take }) => take), probe: probing.map(({ take }) => take) };
    found.push({ person: toPerson(id, enrolled, probing), chosen, verifier, probes });
    if (found.length < count) continue;
    remember(
      source,
      models.manifestHash,
      found.map((entry) => entry.chosen),
    );
    return found.map(({ person }) => person);
  }
  throw new Error(`only ${found.length} of ${count} people fit for tests`);
}

/** One frame of a candidate: which shot, and which of its random variations. */
interface Take {
  readonly shot: number;
  readonly round: number;
}

/** The frames that were found fit, by number: no pixels, so it may be kept. */
interface Chosen {
  readonly id: string;
  readonly enrol: readonly Take[];
  readonly probe: readonly Take[];
}

/** Looking at every frame takes a while; what was chosen is kept for these models and this file. */
function memory(source: string, manifestHash: string): string {
  const here = createHash('sha256')
    .update(manifestHash)
    .update(readFileSync(import.meta.filename))
    .digest('hex');
  return join(root, '.cache', `people-${source}-${here.slice(0, 16)}.json`);
}

function remember(source: string, manifestHash: string, chosen: readonly Chosen[]): void {
  const path = memory(source, manifestHash);
  const known = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Chosen[]) : [];
  if (chosen.length > known.length) writeFileSync(path, JSON.stringify(chosen));
}

/** The same people as a full search gives, when one was made with these models and at least this count. */
async function recall(count: number, source: 'shared' | 'packages'): Promise<Person[] | undefined> {
  const { manifestHash } = await buildModels(modelsFolder);
  const path = memory(source, manifestHash);
  const known = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Chosen[]) : [];
  if (known.length < count) return undefined;
  const candidates = new Map(
    (source === 'shared' ? sharedCandidates() : packageCandidates()).map((c) => [c.id, c]),
  );
  return known.slice(0, count).map(({ id, enrol, probe }) => {
    const candidate = candidates.get(id)!;
    const again = (part: 'enrol' | 'probe', takes: readonly Take[]) =>
      takes.map(({ shot, round }) => {
        const picture = decodeJpeg(readFileSync(candidate[part][shot]!.path));
        return { frame: varied(picture, candidate[part][shot]!, random(`${id}/${part}/${shot}/${round}`)) };
      });
    return toPerson(id, again('enrol', enrol), again('probe', probe));
  });
}

function toPerson(
  id: string,
  enrol: readonly { frame: RgbaFrame }[],
  probe: readonly { frame: RgbaFrame }[],
): Person {
  const frames = { enrol: enrol.map(({ frame }) => frame), probe: probe.map(({ frame }) => frame) };
  return {
    id,
    enrol: () => [...frames.enrol],
    probe: () => [...frames.probe],
    pictures: () => [...frames.enrol, ...frames.probe],
  };
}

/** Varied frames of the shots that pass the gates and fit, with their embeddings; stops when there are enough. */
async function usable(
  engine: FaceEngine,
  shots: readonly Shot[],
  seed: string,
  wanted: number,
  fits: (embedding: Float32Array) => boolean,
): Promise<{ take: Take; frame: RgbaFrame; embedding: Float32Array }[]> {
  const pictures = shots.map((shot) => ({ shot, picture: decodeJpeg(readFileSync(shot.path)) }));
  const good: { take: Take; frame: RgbaFrame; embedding: Float32Array }[] = [];
  const attempts = 3 * Math.ceil(wanted / Math.max(1, shots.length));
  for (let round = 0; round < attempts && good.length < wanted; round++) {
    for (const [i, { shot, picture }] of pictures.entries()) {
      const frame = varied(picture, shot, random(`${seed}/${i}/${round}`));
      const { face, gate } = await engine.analyze(frame);
      if (gate !== 'ok' || !face) continue;
      const embedding = await engine.embed(frame, face.landmarks);
      if (fits(embedding)) good.push({ take: { shot: i, round }, frame, embedding });
    }
  }
  return good;
}

/** One camera frame of a shot: moved, scaled, turned, lit and noisy by chance. */
export function varied(picture: RgbaFrame, { centre, side, halfWidth }: Shot, next: () => number): RgbaFrame {
  const { width, height } = camera;
  const around = (middle: number, spread: number): number => middle + spread * (2 * next() - 1);
  const moved = { x: centre.x + around(0, 0.03 * side), y: centre.y + around(0, 0.03 * side) };
  const cut = squareToFrame(width, moved, around(1, 0.06) * side * (width / height), around(0, 0.08));
  const planes = cutSquare(picture, cut, width);
  const [gain, lift, tint, noise] = [around(1, 0.12), around(0, 8), around(0, 0.03), around(3, 1)];

  const data = new Uint8ClampedArray(width * height * 4);
  const [top, plane] = [(width - height) / 2, width * width];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const shown = Math.abs(x - width / 2) < halfWidth * height;
      const grain = noise * (next() + next() + next() + next() - 2);
      for (let channel = 0; channel < 3; channel++) {
        const colour = shown ? planes[channel * plane + (y + top) * width + x]! : 110;
        data[at + channel] = colour * gain * (1 + (channel - 1) * tint) + lift + grain;
      }
      data[at + 3] = 255;
    }
  }
  return { width, height, data };
}

/** Thirty people with separate pictures to enrol and to probe. */
function sharedCandidates(): Candidate[] {
  const people = JSON.parse(readFileSync(join(shared, 'lfw-enrol.json'), 'utf8')) as Record<
    string,
    { enrol: string[]; probe: string[] }
  >;
  const shots = (files: readonly string[]): Shot[] =>
    files.map((file) => ({
      path: join(shared, 'lfw', file),
      centre: { x: 125, y: 125 },
      side: 245,
      halfWidth: 0.5,
    }));
  const all = Object.values(people).map(({ enrol, probe }, i) => ({
    id: `person-${i + 1}`,
    enrol: shots(enrol),
    probe: shots(probe),
  }));
  // Those with enough frontal, sharp pictures first; trying all thirty takes a minute.
  const first = [2, 8, 28, 9, 4, 19].map((i) => all[i]!);
  return [...first, ...all.filter((person) => !first.includes(person))];
}

/** Faces in the sample pictures of the installed library: near enough, frontal, and unlike each other. */
function packageCandidates(): Candidate[] {
  const folder = join(packageFolder('@vladmandic/face-api'), 'demo');
  const shot = (sample: number, x: number, y: number, side: number): Shot => ({
    path: join(folder, `sample${sample}.jpg`),
    centre: { x, y },
    side,
    halfWidth: 0.36,
  });
  const one = (id: string, ...[sample, x, y, side]: [number, number, number, number]): Candidate => ({
    id,
    enrol: [shot(sample, x, y, side)],
    probe: [shot(sample, x, y, side)],
  });
  return [
    one('sample-a', 1, 1565, 334, 360),
    one('sample-b', 6, 349, 653, 500),
    one('sample-c', 6, 1594, 433, 500),
    one('sample-d', 3, 1576, 460, 480),
  ];
}

function packageFolder(name: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) throw new Error(`${name} is not installed`);
  }
}

/** The same numbers in [0, 1) for the same seed (FNV-1a, then mulberry32). */
export function random(seed: string): () => number {
  let state = 2_166_136_261;
  for (const character of seed) state = Math.imul(state ^ character.codePointAt(0)!, 16_777_619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
