import { beforeAll, describe, expect, it } from 'vitest';
import { findPeople, hasSharedFaces, type Person, testEngine } from '../../../tests/support/people.ts';
import { cosine, meanEmbedding } from '../src/core/embedding.ts';
import type { FaceEngine } from '../src/core/face-engine.ts';
import type { RgbaFrame } from '../src/core/frame.ts';
import type { Gate } from '../src/core/report.ts';
import { operatingTau } from '../src/models/manifest.ts';
import { blurred, placed, recoloured, sideBySide, synthetic, withBystander } from './support/frames.ts';
import { sealedScores } from './support/sealed.ts';

let engine: FaceEngine;
beforeAll(async () => {
  ({ engine } = await testEngine());
}, 120_000);

const embedded = async (frame: RgbaFrame): Promise<Float32Array> => {
  const { face, gate } = await engine.analyze(frame);
  expect(gate).toBe('ok');
  return engine.embed(frame, face!.landmarks);
};

// With the clone alone there are the packages' pictures; with the research pictures beside it, both.
describe.each(hasSharedFaces ? (['packages', 'shared'] as const) : (['packages'] as const))(
  'people from %s',
  (source) => {
    let people: Person[];
    beforeAll(async () => {
      people = await findPeople(2, source);
    }, 120_000);

    it('are recognised, and told apart, by the sealed score of 3 frames against 3', async () => {
      const { models } = await testEngine();
      const tau = operatingTau(models.manifest);
      const means = await Promise.all(
        people.map(async (person) => ({
          enrolled: meanEmbedding(await Promise.all(person.enrol().slice(0, 3).map(embedded))),
          probe: meanEmbedding(await Promise.all(person.probe().slice(0, 3).map(embedded))),
        })),
      );
      for (const [i, { enrolled }] of means.entries()) {
        for (const [j, { probe }] of means.entries()) {
          const scores = sealedScores(enrolled, probe, models.manifest.calibration, 20);
          if (i === j) expect(Math.min(...scores)).toBeGreaterThanOrEqual(tau);
          else expect(Math.max(...scores)).toBeLessThan(tau);
        }
      }
    });

    it('have different frames, at least 7 to enrol and 6 to sign in', () => {
      for (const person of people) {
        expect(person.enrol().length).toBeGreaterThanOrEqual(7);
        expect(person.probe().length).toBeGreaterThanOrEqual(6);
        const seen = new Set(person.pictures().map(({ data }) => data.slice(0, 4000).join()));
        expect(seen.size).toBe(person.pictures().length);
      }
    });
  },
);

describe('the gates', () => {
  let good: RgbaFrame;
  let other: RgbaFrame;
  beforeAll(async () => {
    const people = await findPeople(2, 'packages');
    [good, other] = [people[0]!.enrol()[0]!, people[1]!.enrol()[0]!];
  }, 120_000);

  it.each<[Gate, (frame: RgbaFrame) => RgbaFrame]>([
    ['ok', (frame) => frame],
    ['no-face', ({ width, height }) => synthetic(width, height, (x, y) => (x * 7 + y * 13) % 256)],
    ['several-faces', (frame) => sideBySide(frame, other)],
    ['several-faces', (frame) => withBystander(frame, other, 0.6)],
    ['ok', (frame) => withBystander(frame, other, 0.4)],
    ['too-far', (frame) => placed(frame, 0.45)],
    ['too-close', (frame) => placed(frame, 1.55)],
    ['off-centre', (frame) => placed(frame, 1, 0, -170)],
    ['too-dark', (frame) => recoloured(frame, (value) => value * 0.15)],
    ['too-bright', (frame) => recoloured(frame, (value) => 205 + value * 0.15)],
    ['over-exposed', (frame) => recoloured(frame, (value) => (value - 120) * 4 + 128)],
    ['low-contrast', (frame) => recoloured(frame, (value) => 100 + value * 0.2)],
    ['blurred', (frame) => blurred(frame, 8)],
  ])('say %s', async (gate, spoil) => {
    expect((await engine.analyze(spoil(good))).gate).toBe(gate);
  });

  it('measure a turn by the nose, which leaves the middle of the eyes to the side the face looks to', async () => {
    const { face } = await engine.analyze(other);
    const { leftEye, rightEye, noseTip } = face!.landmarks.five;
    const beside =
      (noseTip.x - (leftEye.x + rightEye.x) / 2) * (rightEye.x - leftEye.x) +
      (noseTip.y - (leftEye.y + rightEye.y) / 2) * (rightEye.y - leftEye.y);
    expect(Math.abs(face!.pose.yaw)).toBeGreaterThan(5);
    expect(Math.sign(face!.pose.yaw)).toBe(Math.sign(beside));
    const mirrored = { ...other, data: mirror(other) };
    const { face: twin } = await engine.analyze(mirrored);
    expect(twin!.pose.yaw).toBeCloseTo(-face!.pose.yaw, -1);
    expect(twin!.pose.roll).toBeCloseTo(-face!.pose.roll, -1);
  });

  it('give the same numbers for the same frame, in whatever order calls are queued', async () => {
    const [a, , c] = await Promise.all([engine.analyze(good), engine.analyze(other), engine.analyze(good)]);
    expect(c).toEqual(a);
    const [x, y] = await Promise.all([embedded(good), embedded(good)]);
    expect(y).toEqual(x);
  });

  it('hardly change the embedding when the face is smaller, darker or turned a little', async () => {
    const reference = await embedded(good);
    for (const frame of [placed(good, 0.85), recoloured(good, (value) => value * 0.8)]) {
      expect(cosine(reference, await embedded(frame))).toBeGreaterThan(0.9);
    }
  });

  it.each([
    ['too few bytes', { width: 64, height: 64, data: new Uint8ClampedArray(100) }],
    ['no size', { width: 0, height: 0, data: new Uint8ClampedArray(0) }],
    ['half a pixel', { width: 32.5, height: 32, data: new Uint8ClampedArray(4160) }],
    ['a giant side', { width: 10_000, height: 16, data: new Uint8ClampedArray(640_000) }],
  ])('refuse a frame with %s', async (_what, frame) => {
    await expect(engine.analyze(frame)).rejects.toMatchObject({ code: 'bad-frame' });
  });

  it('refuse to embed what has no landmarks', async () => {
    const { face } = await engine.analyze(good);
    const five = { ...face!.landmarks.five, leftEye: { x: Number.NaN, y: 0 } };
    await expect(engine.embed(good, { ...face!.landmarks, five })).rejects.toMatchObject({
      code: 'bad-landmarks',
    });
    await expect(engine.embed(good, { ...face!.landmarks, mesh: new Float32Array(3) })).rejects.toMatchObject(
      {
        code: 'bad-landmarks',
      },
    );
  });
});

function mirror({ width, data }: RgbaFrame): Uint8ClampedArray {
  return Uint8ClampedArray.from(data, (_, i) => {
    const [pixel, channel] = [i >> 2, i & 3];
    const x = pixel % width;
    return data[4 * (pixel - x + width - 1 - x) + channel]!;
  });
}
