/**
 * Rendered people are judged by the product's own chain: if the pipeline took them for drawings, every test
 * that films them would prove nothing. Needs no pictures of anybody.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { testEngine } from '../../../tests/support/people.ts';
import { operatingTau } from '../src/models/index.ts';
import { sha256Hex } from '../src/models/sha256.ts';
import { type FaceEngine, type FaceMeasures, meanEmbedding } from '../src/node/index.ts';
import {
  atRest,
  createActor,
  createPerson,
  createRenderer,
  type Renderer,
  renderFilm,
  type Traits,
} from '../src/synthetic/index.ts';
import { lcg, type SealedForm, sealedScores } from './support/sealed.ts';

/** People who are unlike each other: strangers drawn blindly are confused more often than real ones (README). */
const traits: Record<string, Traits> = {
  ana: { masculine: -0.9, melanin: 0.35, age: 0.2 },
  chloe: { masculine: -0.9, melanin: 0.05, age: 0.6 },
  dev: { masculine: 0.9, melanin: 0.9, age: 0.8 },
};
const renderers = new Map(
  Object.entries(traits).map(([seed, given]) => [seed, createRenderer(createPerson(seed, given))]),
);
const anaRenderer = renderers.get('ana')!;
const ana = anaRenderer.person;

describe('a rendered person', () => {
  const small = { width: 160, height: 120 };

  it('has the same pixels for the same seed, here and on the machine that wrote this test', async () => {
    const frame = () => createRenderer(createPerson('pixels'), small).render(atRest);
    const hash = await sha256Hex(new Uint8Array(frame().data));
    expect(await sha256Hex(new Uint8Array(frame().data))).toBe(hash);
    expect(hash).toBe('cda716f226fa1a3af72e545d366c76ef5d52894adb364d4b14a8f6192e9887b7');
  });

  it('is another one for another seed, and never twice the same picture', () => {
    const renderer = createRenderer(createPerson('pixels'), small);
    const other = createRenderer(createPerson('another'), small);
    expect(meanDifference(renderer.render(atRest).data, other.render(atRest).data)).toBeGreaterThan(10);
    const noise = meanDifference(renderer.render(atRest).data, renderer.render({ ...atRest, frame: 1 }).data);
    expect(noise).toBeGreaterThan(0.5);
    expect(noise).toBeLessThan(5);
  });
});

describe('a film', () => {
  it('has thirty frames per second, no two alike', () => {
    const frames = [...renderFilm(ana, { length: 500, width: 160, height: 120 })];
    expect(frames).toHaveLength(15);
    for (const [i, frame] of frames.entries()) {
      if (i > 0) expect(meanDifference(frame.data, frames[i - 1]!.data)).toBeGreaterThan(0);
    }
  });

  it('shows the light of the screen on the face and not on the wall, after the delay of the camera', () => {
    const actor = createActor(ana, { lightDelay: 80 }, anaRenderer);
    actor.screen([1, 0, 0], 1000);
    actor.screen([0, 0, 1], 1400);
    const redness = (at: number, x: number, y: number) => {
      const [r, , b] = meanColour(actor.frameAt(at), x, y);
      return r - b;
    };
    const cheek = [320, 280] as const;
    const wall = [40, 240] as const;
    expect(redness(1300, ...cheek) - redness(1700, ...cheek)).toBeGreaterThan(15);
    expect(redness(1040, ...cheek) - redness(990, ...cheek)).toBeLessThan(3); // not there yet
    expect(Math.abs(redness(1300, ...wall) - redness(1700, ...wall))).toBeLessThan(5);
  });
});

describe('rendered people before the product', () => {
  let engine: FaceEngine;
  let tau: number;
  let form: SealedForm;
  beforeAll(async () => {
    const { engine: shared, models } = await testEngine();
    engine = shared;
    form = models.manifest.calibration;
    tau = operatingTau(models.manifest);
  });

  const measured = async (frame: ReturnType<typeof anaRenderer.render>): Promise<FaceMeasures> => {
    const { faces, face } = await engine.analyze(frame);
    expect(faces).toBe(1);
    return face!;
  };

  it('are found, one face each, and pass the quality gates', async () => {
    for (const renderer of renderers.values()) {
      expect(await engine.analyze(renderer.render(atRest))).toMatchObject({ faces: 1, gate: 'ok' });
    }
  });

  it('do what a challenge asks, as the landmarks see it', async () => {
    const actor = createActor(ana, {}, anaRenderer);
    actor.cue({ do: 'turn', yaw: -24 }, 1000);
    actor.cue({ do: 'turn', yaw: 24 }, 3000);
    actor.cue({ do: 'closer', ratio: 1.3 }, 5000);
    actor.cue({ do: 'smile' }, 7000);
    actor.cue({ do: 'blink' }, 9000);
    const at = async (time: number) => measured(actor.frameAt(time));
    const rest = await at(500);

    expect((await at(1700)).pose.yaw - rest.pose.yaw).toBeLessThan(-15);
    expect((await at(3700)).pose.yaw - rest.pose.yaw).toBeGreaterThan(15);
    expect((await at(5700)).box.height / rest.box.height).toBeGreaterThan(1.25);
    expect((await at(7700)).measures.mouthWidth / rest.measures.mouthWidth).toBeGreaterThan(1.15);
    expect((await at(9130)).measures.eyeOpening / rest.measures.eyeOpening).toBeLessThan(0.85);
    expect((await at(9600)).measures.eyeOpening / rest.measures.eyeOpening).toBeGreaterThan(0.9);
  });

  it('are recognised on another day, in another light, and are not each other', async () => {
    const people = [...renderers.values()];
    const enrolled = await inOrder(people, (renderer) => embedding(renderer, 'enrolment', 5));
    const probes = await inOrder(people, (renderer) => embedding(renderer, 'sign-in', 3));
    for (const [i, verifier] of enrolled.entries()) {
      for (const [j, probe] of probes.entries()) {
        const scores = sealedScores(verifier, probe, form, 3, lcg(1 + i + 5 * j));
        if (i === j) expect(Math.min(...scores)).toBeGreaterThanOrEqual(tau);
        else expect(Math.max(...scores)).toBeLessThan(tau);
      }
    }
  });

  /** The mean over frames 300 ms apart, with a smile on the way. */
  async function embedding(renderer: Renderer, take: string, frames: number): Promise<Float32Array> {
    const actor = createActor(renderer.person, { take }, renderer);
    actor.cue({ do: 'smile' }, 200);
    const found: Float32Array[] = [];
    for (let i = 0; i < frames; i++) {
      const frame = actor.frameAt(300 * i);
      found.push(await engine.embed(frame, (await measured(frame)).landmarks));
    }
    return meanEmbedding(found);
  }
});

async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function meanDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

/** Over 21 x 21 pixels. */
function meanColour(
  { width, data }: { width: number; data: ArrayLike<number> },
  x: number,
  y: number,
): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  for (let dy = -10; dy <= 10; dy++) {
    for (let dx = -10; dx <= 10; dx++) {
      for (let c = 0; c < 3; c++) sum[c]! += data[4 * ((y + dy) * width + x + dx) + c]! / 441;
    }
  }
  return sum;
}
