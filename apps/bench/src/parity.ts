/**
 * `npm run bench -- parity`: do the converted networks compute what the libraries compute they came from? Every
 * inference the engine makes on 200 pictures is made by the original library too (TensorFlow.js, plain CPU backend) and
 * the two are compared: worst cosine of an output, farthest edge of a box, in pixels of the network's input.
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RgbaFrame } from '@blindsight/face';
import { cosine, normalise } from '@blindsight/face';
import { decodeJpeg } from '@blindsight/face/node';
import { atRest, createPerson, createRenderer } from '@blindsight/face/synthetic';
import { decode, suppress } from '../../../packages/face/src/core/detector.ts';
import { createEngine } from '../../../packages/face/src/core/engine.ts';
import type { Net } from '../../../packages/face/src/core/net.ts';
import { ortLoader } from '../../../packages/face/src/core/ort.ts';
import type { NetRole } from '../../../packages/face/src/exporter/sources.ts';
import { type OriginalNet, originalNet } from '../../../packages/face/test/support/original-library.ts';
import { testEngine } from '../../../tests/support/people.ts';
import type { Report } from './report.ts';

const lfw = fileURLToPath(new URL('../../../../shared/faces/lfw/', import.meta.url));
const [pictures, fewPictures] = [200, 5];

/** What was found so far for one network. */
interface Worst {
  runs: number;
  cosine: number;
  boxPx: number;
}

export async function run(
  report: Report,
  progress: (line: string) => void,
  { quick }: { quick: boolean },
): Promise<void> {
  const { models } = await testEngine();
  const load = ortLoader(models.files.get('runtime')!);
  const worst = new Map<NetRole, Worst>();
  const roles = ['detector', 'landmarks', 'embedder'] as const;
  const engine = await createEngine(models, async (bytes, spec) => {
    const role = roles.find((one) => models.manifest[one] === spec)!;
    const found = { runs: 0, cosine: 1, boxPx: 0 };
    worst.set(role, found);
    return twin(await load(bytes, spec), await originalNet(role), found, role);
  });

  const count = quick ? fewPictures : pictures;
  let n = 0;
  for (const frame of frames(count)) {
    const { face } = await engine.analyze(frame);
    if (face) await engine.embed(frame, face.landmarks);
    if (++n % 10 === 0) progress(`parity: ${n} of ${count}`);
  }
  await engine.close();
  const source = existsSync(lfw) ? 'LFW' : 'rendered people';
  for (const [role, { runs, cosine: least, boxPx }] of worst) {
    const common = { bench: 'parity', n: runs, parameters: { pictures: count, source } };
    report({ ...common, case: role, metric: 'one_minus_worst_cosine', value: Math.max(0, 1 - least) });
    if (role === 'detector') report({ ...common, case: 'boxes', metric: 'worst_px', value: boxPx });
  }
}

/** A network that asks the original as well, and remembers how far they are apart. */
function twin(net: Net, original: OriginalNet, worst: Worst, role: NetRole): Net {
  return {
    ...net,
    async run(planes) {
      const theirs = original(planes);
      const ours = await net.run(planes);
      const expected = ours.map(({ length }) => theirs.get(length)![0]!);
      worst.runs++;
      for (const [i, output] of ours.entries()) {
        // A single number (the face probability) has no direction.
        if (output.length === 1) continue;
        worst.cosine = Math.min(worst.cosine, cosine(normalise(output), normalise(expected[i]!)));
      }
      if (role === 'detector') worst.boxPx = Math.max(worst.boxPx, apart(ours, expected, net.spec.size));
      return ours;
    },
  };
}

/** The farthest edge between two lists of boxes; infinite when they are not as many. Unit: input pixels. */
function apart(ours: readonly Float32Array[], theirs: readonly Float32Array[], size: number): number {
  const boxes = ([scores16, boxes16, scores8, boxes8]: readonly Float32Array[]) =>
    suppress([
      ...decode(scores16!, boxes16!, { cell: 16, anchors: 2 }, size),
      ...decode(scores8!, boxes8!, { cell: 32, anchors: 6 }, size),
    ]).map(({ box }) => box);
  const [mine, other] = [boxes(ours), boxes(theirs)];
  if (mine.length !== other.length) return Number.POSITIVE_INFINITY;
  return Math.max(
    0,
    ...mine.flatMap((box, i) =>
      (['x', 'y', 'width', 'height'] as const).map((key) => Math.abs(box[key] - other[i]![key])),
    ),
  );
}

/** One picture of each of so many people. */
function* frames(count: number): Generator<RgbaFrame> {
  if (existsSync(lfw)) {
    for (const name of readdirSync(lfw).sort().slice(0, count)) {
      const [first] = readdirSync(join(lfw, name)).sort();
      yield decodeJpeg(new Uint8Array(readFileSync(join(lfw, name, first!))));
    }
    return;
  }
  for (let i = 0; i < count; i++) yield createRenderer(createPerson(`parity/${i}`)).render(atRest);
}
