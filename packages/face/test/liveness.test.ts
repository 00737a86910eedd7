/**
 * The liveness session on made-up measures: no models, no pictures of anybody. What rendered people and photographs
 * of them do to it is in `liveness-people.test.ts` and, with figures, `npm run bench -- liveness`.
 */
import { describe, expect, it } from 'vitest';
import type { RgbaFrame } from '../src/core/frame.ts';
import type { Net } from '../src/core/net.ts';
import { meshBox } from '../src/core/quality.ts';
import type { FaceMeasures, FrameReport } from '../src/core/report.ts';
import {
  createLivenessSession,
  createPresentationHint,
  type LivenessSession,
  type LivenessStep,
  lightColours,
  lightOf,
  livenessLimits,
  type StepProgress,
} from '../src/liveness/index.ts';
import { bestFit, type LightSample, type LightSlot, lightOnFace } from '../src/liveness/light.ts';
import { movementBetween } from '../src/liveness/planar.ts';
import { noisy, synthetic } from './support/frames.ts';
import { flatFace, type HeadPose, headAt, restingFace } from './support/heads.ts';

const frameMs = 100;

/** One session fed by hand: every frame is another picture. */
class Stage {
  readonly session: LivenessSession;
  at = 0;
  #n = 0;
  /** Of the frame shown last. */
  yaw = 0;
  /** What the embedder would say. */
  face: () => Float32Array = () => Float32Array.of(1, 0);

  constructor(calmEmbeddings = 2) {
    this.session = createLivenessSession({ selfThreshold: 0.7, calmEmbeddings });
  }

  show(face: FaceMeasures | undefined, more: Partial<FrameReport> = {}): StepProgress {
    this.at += frameMs;
    this.yaw = face?.pose.yaw ?? 0;
    const report = face
      ? ({ faces: 1, face, gate: Math.abs(face.pose.yaw) > 15 ? 'turn-less' : 'ok', ...more } as const)
      : ({ faces: 0, gate: 'no-face' } as const);
    const progress = this.session.observe({ frame: noisy(++this.#n), report }, this.at);
    return progress.embed ? this.session.add(this.face()) : progress;
  }

  /** Frames of the resting face until the session is ready. */
  ready(): this {
    for (let i = 0; i < 30; i++) if (this.show(restingFace()).state === 'done') return this;
    throw new Error('never ready');
  }

  /** The last progress of a movement that goes through these poses. */
  play(step: LivenessStep, poses: readonly Partial<HeadPose>[]): StepProgress {
    this.session.begin(step, this.at);
    let last: StepProgress | undefined;
    for (const pose of poses) last = this.show(headAt(pose));
    return last!;
  }
}

const rest = Array.from({ length: 3 }, () => ({}));
const turn = (yaw: number) => [{ yaw: yaw / 2 }, { yaw }, { yaw }, { yaw: yaw / 2 }, ...rest];

describe('getting into place', () => {
  it('asks for the neutral face and two embeddings before any step', () => {
    const stage = new Stage();
    expect(stage.show(restingFace())).toMatchObject({ state: 'waiting', hint: 'hold-still', embed: false });
    expect(() => stage.session.begin({ kind: 'blink' }, 0)).toThrow(
      expect.objectContaining({ code: 'session-not-done' }),
    );
    stage.ready();
    stage.session.begin({ kind: 'blink' }, stage.at);
  });

  it('says what to mend and begins anew', () => {
    const stage = new Stage();
    for (let i = 0; i < 4; i++) stage.show(restingFace());
    expect(stage.show(restingFace(), { gate: 'too-dark' })).toMatchObject({ hint: 'too-dark', progress: 0 });
    for (let i = 0; i < 4; i++) expect(stage.show(restingFace()).embed).toBe(false);
  });

  it('refuses nobody for being away before the challenge', () => {
    const stage = new Stage();
    for (let i = 0; i < 30; i++) expect(stage.show(undefined).state).toBe('waiting');
    stage.ready();
  });
});

describe('a movement', () => {
  it.each<[string, LivenessStep, Partial<HeadPose>[]]>([
    ['a turn to the left', { kind: 'turn', direction: 'left' }, turn(20)],
    ['a turn to the right', { kind: 'turn', direction: 'right' }, turn(-20)],
    ['coming closer', { kind: 'closer' }, [{ zoom: 1.3 }, { zoom: 1.3 }, {}]],
    ['a smile', { kind: 'smile' }, [{ smile: 1.2 }, { smile: 1.2 }, {}]],
    ['a blink', { kind: 'blink' }, [{}, { eye: 0.4 }, { eye: 0.3 }, {}, {}]],
  ])('%s is seen, ends with a frame for the probe, and leaves evidence', (_what, step, poses) => {
    const stage = new Stage().ready();
    expect(stage.play(step, poses)).toMatchObject({ state: 'done', progress: 1 });
    const { bytes } = stage.session.finish(stage.at);
    const evidence = JSON.parse(new TextDecoder().decode(bytes));
    expect(evidence).toMatchObject({ version: 1, step, ms: poses.length * frameMs });
    expect(evidence.samples).toHaveLength(poses.length);
    expect(stage.session.conclude()).toMatchObject({ live: true });
  });

  it.each<[string, LivenessStep, Partial<HeadPose>[]]>([
    ['a turn of 12 degrees', { kind: 'turn', direction: 'left' }, turn(12)],
    [
      'a turn beyond what the mesh knows',
      { kind: 'turn', direction: 'left' },
      [{ yaw: 8 }, { yaw: 40 }, { yaw: 40 }, { yaw: 8 }, ...rest],
    ],
    ['a turn in a single frame', { kind: 'turn', direction: 'left' }, [{ yaw: 20 }, ...rest]],
    ['a step of a fifth', { kind: 'closer' }, [{ zoom: 1.2 }, { zoom: 1.2 }, {}]],
    ['a twitch of the mouth', { kind: 'smile' }, [{ smile: 1.1 }, { smile: 1.1 }, {}]],
    [
      'a turned head that narrows the eyes',
      { kind: 'smile' },
      [{ smile: 1.2, yaw: 14 }, { smile: 1.2, yaw: 14 }, {}],
    ],
    ['half-closed eyes', { kind: 'blink' }, [{}, { eye: 0.7 }, {}, {}]],
    [
      'eyes that stay closed',
      { kind: 'blink' },
      [{}, ...Array.from({ length: 10 }, () => ({ eye: 0.3 })), {}, {}],
    ],
    ['eyes closed by a nod', { kind: 'blink' }, [{}, { eye: 0.4, pitch: 20 }, {}, {}]],
  ])('%s is not enough', (_what, step, poses) => {
    const stage = new Stage().ready();
    expect(stage.play(step, poses).state).toBe('waiting');
    stage.session.finish(stage.at);
    expect(stage.session.conclude()).toEqual({ live: false, refusal: 'step-unfinished' });
  });

  it('waits for the head to come back', () => {
    const stage = new Stage().ready();
    const progress = stage.play({ kind: 'turn', direction: 'left' }, [{ yaw: 20 }, { yaw: 20 }, { yaw: 17 }]);
    expect(progress).toMatchObject({ state: 'waiting', hint: 'turn-back' });
  });
});

describe('a refusal', () => {
  const refused = (stage: Stage, progress: StepProgress, refusal: string) => {
    expect(progress).toMatchObject({ state: 'refused', refusal, embed: false });
    expect(stage.show(restingFace())).toMatchObject({ state: 'refused', refusal });
    expect(stage.session.conclude()).toEqual({ live: false, refusal });
  };

  it('still-image: ten frames without any difference', () => {
    const { session } = new Stage();
    const frame = noisy(1);
    for (let at = 0; at < 10; at++) expect(session.observe({ frame }, at).state).toBe('waiting');
    expect(session.observe({ frame }, 10)).toMatchObject({ state: 'refused', refusal: 'still-image' });
  });

  it('other-movement: the wrong way', () => {
    const stage = new Stage().ready();
    refused(stage, stage.play({ kind: 'turn', direction: 'left' }, turn(-20)), 'other-movement');
  });

  it('flat-image: a photograph that is turned, whatever it claims about its pose', () => {
    for (const claimed of [0, 20]) {
      const stage = new Stage().ready();
      stage.session.begin({ kind: 'turn', direction: 'left' }, stage.at);
      stage.show(flatFace(30, claimed));
      refused(stage, stage.show(flatFace(35, claimed)), 'flat-image');
    }
  });

  it('face-lost: nobody for a second', () => {
    const stage = new Stage().ready();
    stage.session.begin({ kind: 'blink' }, stage.at);
    for (let i = 0; i < 10; i++) expect(stage.show(undefined).state).toBe('waiting');
    refused(stage, stage.show(undefined), 'face-lost');
  });

  it('several-faces: somebody else for half a second', () => {
    const stage = new Stage().ready();
    stage.session.begin({ kind: 'blink' }, stage.at);
    const two = () => stage.show(restingFace(), { faces: 2, gate: 'several-faces' });
    for (let i = 0; i < 5; i++) expect(two().state).toBe('waiting');
    refused(stage, two(), 'several-faces');
  });

  it('face-changed: another person at the turn, or after it', () => {
    for (const when of [1, 3]) {
      const stage = new Stage().ready();
      stage.session.begin({ kind: 'turn', direction: 'left' }, stage.at);
      for (const [i, pose] of turn(20).entries()) {
        if (i >= when) stage.face = () => Float32Array.of(0.6, 0.8);
        stage.show(headAt(pose));
      }
      expect(stage.session.conclude()).toEqual({ live: false, refusal: 'face-changed' });
    }
  });

  it('too-few-frames: no step gave a frame for the probe', () => {
    const stage = new Stage().ready();
    expect(stage.session.conclude()).toEqual({ live: false, refusal: 'too-few-frames' });
  });
});

describe('the end of a session', () => {
  it('gives the mean of the frontal frames once, without the turned ones, and forgets them', () => {
    const stage = new Stage().ready();
    const given: Float32Array[] = [];
    stage.face = () => {
      // 0.75 to the others: the frame of the turn, that must not move the mean.
      const embedding =
        stage.yaw > 15 ? Float32Array.of(0.75, Math.sqrt(1 - 0.75 ** 2)) : Float32Array.of(1, 0);
      given.push(embedding);
      return embedding;
    };
    stage.play({ kind: 'turn', direction: 'left' }, [{}, ...turn(20)]);
    stage.session.finish(stage.at);
    const result = stage.session.conclude();
    expect(result).toMatchObject({ live: true });
    if (result.live) expect([...result.embedding]).toEqual([1, 0]);
    expect(given).toHaveLength(2); // of the turn, and of the end
    for (const embedding of given) expect([...embedding]).toEqual([0, 0]);
    expect(() => stage.session.conclude()).toThrow(expect.objectContaining({ code: 'session-not-done' }));
  });
});

describe('flat and not', () => {
  const unit = restingFace().quality.interEyePx;
  const between = (face: FaceMeasures) =>
    movementBetween(restingFace().landmarks.mesh, face.landmarks.mesh, unit);

  it.each([15, 20, 30, 35])('a head turned by %i degrees is no plane', (yaw) => {
    const { size, depth } = between(headAt({ yaw }));
    expect(size).toBeGreaterThan(livenessLimits.flat.least);
    expect(depth).toBeGreaterThan(livenessLimits.flat.head);
  });

  it.each([30, 40, 50])('a photograph turned by %i degrees is one', (yaw) => {
    const { size, depth } = between(flatFace(yaw, 0));
    expect(size).toBeGreaterThan(livenessLimits.flat.least);
    expect(depth).toBeLessThan(0.01);
  });

  it('place, size and lean are no movement', () => {
    expect(between(headAt({ zoom: 1.4, roll: 20, x: 60, y: -30 })).size).toBeLessThan(0.02);
  });
});

describe('the light of the screen', () => {
  const colours = ['red', 'cyan', 'blue', 'white', 'green', 'magenta'] as const;
  const slots: LightSlot[] = colours.map((colour, k) => ({
    from: 1000 + 500 * k,
    to: 1450 + 500 * k,
    colour,
  }));
  /** A face with a gain of its own per channel that shows `code` so late. */
  const film = (code: readonly LightSlot[], lagMs: number): LightSample[] =>
    Array.from({ length: 60 }, (_, i) => {
      const at = 100 * i;
      const shown = code.findLast(({ from }) => from <= at - lagMs);
      const light = shown ? lightOf(shown.colour) : [0.5, 0.5, 0.5];
      return { at, colour: [0.1 + 0.08 * light[0]!, 0.1 + 0.05 * light[1]!, 0.1 + 0.02 * light[2]!] };
    });
  const inTime = (samples: readonly LightSample[]) =>
    bestFit(samples, slots, 0, livenessLimits.light.mostLagMs).correlation;

  it.each([0, 80, 200, 280])('is answered by a face %i ms later', (lag) => {
    expect(inTime(film(slots, lag))).toBeGreaterThan(0.97);
  });

  it('is not answered by an older code, by a late one, or by nothing', () => {
    const older = slots.map((slot, k) => ({ ...slot, colour: colours[(k + 3) % 6]! }));
    const { correlation } = livenessLimits.light;
    expect(inTime(film(older, 80))).toBeLessThan(correlation);
    expect(inTime(film(slots, 700))).toBeLessThan(correlation);
    expect(inTime(film([], 0))).toBeLessThan(correlation);
    expect(inTime([])).toBe(-1);
  });

  it('tells late from never', () => {
    const { mostLagMs, searchMs } = livenessLimits.light;
    const late = bestFit(film(slots, 700), slots, mostLagMs, searchMs);
    expect(late.correlation).toBeGreaterThan(0.97);
    expect(Math.abs(late.lagMs - 700)).toBeLessThanOrEqual(100);
  });

  it('is measured on the face, less what is behind it', () => {
    const { landmarks } = restingFace();
    const box = meshBox(landmarks);
    const cx = box.x + box.width / 2;
    const cy = box.y + box.height / 2;
    const frame = synthetic(640, 480, (x, y) =>
      Math.abs(x - cx) < box.width / 2 && Math.abs(y - cy) < box.height / 2 ? 200 : 100,
    );
    const expected = (200 / 255) ** 2.2 - (100 / 255) ** 2.2;
    for (const value of lightOnFace(frame, box)) expect(value).toBeCloseTo(expected, 3);
  });

  it('decides at the end of the session', () => {
    for (const [lag, expected] of [
      [80, { live: true }],
      [700, { live: false, refusal: 'light-late' }],
      [undefined, { live: false, refusal: 'light-mismatch' }],
    ] as const) {
      expect(lightSession(lag)).toMatchObject(expected);
    }
  });

  it('has eight colours, none of them a saturated red', () => {
    for (const colour of lightColours) {
      const [r, g, b] = lightOf(colour);
      expect(r / (r + g + b)).toBeLessThan(0.8);
    }
    expect(new Set(lightColours.map((colour) => lightOf(colour).join())).size).toBe(8);
  });
});

/** A grey picture with the resting face in it, lit; `n` makes it another picture. */
function litFrame(light: readonly number[], n: number): RgbaFrame {
  const [width, height] = [640, 480];
  const grey = (r: number, g: number, b: number): number => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  const pixels = new Uint32Array(width * height).fill(grey(100, 100, 100));
  const box = meshBox(restingFace().landmarks);
  const [r, g, b] = light.map((level) => Math.round(90 + 40 * level)) as [number, number, number];
  for (let y = Math.ceil(box.y); y < box.y + box.height; y++) {
    pixels.fill(grey(r, g, b), y * width + Math.ceil(box.x), y * width + Math.floor(box.x + box.width));
  }
  pixels.fill(grey(n % 256, n % 256, n % 256), 5 * width, 6 * width);
  return { width, height, data: new Uint8ClampedArray(pixels.buffer) };
}

/** A session of light slots before somebody whose face answers so late, or not at all. */
function lightSession(lagMs: number | undefined) {
  const stage = new Stage().ready();
  const shown: { at: number; light: readonly number[] }[] = [];
  let n = 0;
  const look = () => {
    stage.at += 70;
    const light = shown.findLast(({ at }) => lagMs !== undefined && at <= stage.at - lagMs)?.light ?? [
      0.5, 0.5, 0.5,
    ];
    const frame = litFrame(light, ++n);
    const report = { faces: 1, face: restingFace(), gate: 'ok' } as const;
    const progress = stage.session.observe({ frame, report }, stage.at);
    return progress.embed ? stage.session.add(Float32Array.of(1, 0)) : progress;
  };
  for (const colour of ['red', 'cyan', 'blue', 'yellow', 'green', 'magenta'] as const) {
    stage.session.begin({ kind: 'light', colour, ms: 400 }, stage.at);
    shown.push({ at: stage.at, light: lightOf(colour) });
    while (look().state !== 'done');
    stage.session.finish(stage.at);
  }
  for (let i = 0; i < 4; i++) look();
  return stage.session.conclude();
}

describe('the passive hint', () => {
  const size = 30;
  /** Says what it was shown: its input, and two logits. */
  const network = (logits: readonly [number, number]) => {
    const shown: Float32Array[] = [];
    const scale = Array.from({ length: 3 }, () => 1 / 255);
    const spec = { size, mean: [0, 0, 0], scale } as unknown as Net['spec'];
    const run = async (planes: Float32Array) => {
      shown.push(planes);
      return [Float32Array.from(logits)];
    };
    return { shown, net: { spec, run, close: async () => {} } };
  };

  it('shows the network one and a half faces, red first, 0 to 1, black outside the frame', async () => {
    const { shown, net } = network([0, 0]);
    const frame = synthetic(64, 64, () => 51);
    for (let i = 0; i < frame.data.length; i += 4) (frame.data as Uint8ClampedArray)[i] = 255;
    // The square reaches from -10 to 50: a sixth of it on either side of the corner is outside.
    await createPresentationHint(net).score(frame, { x: 0, y: 5, width: 40, height: 30 });
    const at = (plane: number, x: number, y: number) => shown[0]![plane * size * size + y * size + x]!;
    expect([0, 1, 2].map((plane) => at(plane, 20, 20))).toEqual(
      [1, 0.2, 0.2].map((v) => expect.closeTo(v, 5)),
    );
    expect(at(0, 3, 20)).toBe(0);
    expect(at(0, 20, 3)).toBe(0);
    expect(at(0, 6, 6)).toBeCloseTo(1, 5);
  });

  it('takes the first logit for live', async () => {
    const frame = synthetic(64, 64, () => 51);
    const score = (logits: readonly [number, number]) =>
      createPresentationHint(network(logits).net).score(frame, { x: 10, y: 10, width: 30, height: 30 });
    expect(await score([3, 0])).toBeCloseTo(0.953, 3);
    expect(await score([0, 3])).toBeCloseTo(0.047, 3);
  });
});
