import { beforeEach, describe, expect, it } from 'vitest';
import { type CaptureOptions, CaptureSession, defaultCapture } from '../src/core/capture-session.ts';
import { cosine, meanEmbedding, normalise } from '../src/core/embedding.ts';
import type { RgbaFrame } from '../src/core/frame.ts';
import type { FrameReport, Gate } from '../src/core/report.ts';
import { synthetic } from './support/frames.ts';

const options: CaptureOptions = { ...defaultCapture, steadyFrames: 2, selfThreshold: 0.8 };
const report = (gate: Gate, faces = 1): FrameReport => ({ faces, gate });
/** A moving picture: another one for every n. */
const moving = (n: number): RgbaFrame => synthetic(64, 48, (x, y) => (7 * x + 3 * y + 11 * n) % 256);
const person = (angle: number): Float32Array => Float32Array.of(Math.cos(angle), Math.sin(angle));

let session: CaptureSession;
let clock: number;
let n: number;
beforeEach(() => {
  session = new CaptureSession(options);
  [clock, n] = [0, 0];
});

/** One frame, `ms` after the last; gives the embedding when asked. */
function show(gate: Gate, { ms = 200, faces = 1, frame = moving(n), embedding = person(0) } = {}) {
  clock += ms;
  n++;
  const step = session.step(frame, report(gate, faces), clock);
  return step.embed ? session.add(embedding) : step.state;
}

describe('a capture session', () => {
  it('takes so many good frames and gives their mean, of length 1', () => {
    show('ok');
    show('ok', { embedding: person(0) });
    show('ok', { embedding: person(0.2) });
    expect(show('ok', { embedding: person(0.4) })).toEqual({ status: 'done', taken: 3 });
    const mean = session.finish();
    expect(cosine(mean, person(0.2))).toBeCloseTo(1, 5);
    expect(Math.hypot(...mean)).toBeCloseTo(1, 6);
  });

  it('says what to mend, and how far it is', () => {
    expect(show('too-dark')).toEqual({ status: 'collecting', hint: 'too-dark', taken: 0, wanted: 3 });
    expect(show('ok')).toEqual({ status: 'collecting', hint: 'ok', taken: 1, wanted: 3 });
  });

  it('waits for exactly one face, several frames in a row', () => {
    show('ok');
    show('several-faces', { faces: 2 });
    expect(show('ok')).toMatchObject({ taken: 0 });
    expect(show('ok')).toMatchObject({ taken: 1 });
  });

  it.each([
    [149, 1],
    [150, 2],
    [151, 2],
  ])('%i ms after a taken frame has taken %i', (ms, taken) => {
    show('ok');
    show('ok');
    expect(show('ok', { ms })).toMatchObject({ taken });
  });

  it('does not take the same picture twice', () => {
    show('ok');
    const frame = moving(50);
    show('ok', { frame });
    expect(show('ok', { frame })).toMatchObject({ taken: 1 });
    expect(show('ok', { frame: moving(51) })).toMatchObject({ taken: 2 });
  });

  it('calls ten frames without any difference a still image, and nine not', () => {
    const frame = moving(0);
    for (let i = 0; i < 10; i++) expect(show('blurred', { frame })).toMatchObject({ status: 'collecting' });
    expect(show('blurred', { frame })).toEqual({ status: 'failed', code: 'still-image' });
    expect(show('ok')).toEqual({ status: 'failed', code: 'still-image' });
    expect(() => session.finish()).toThrow(expect.objectContaining({ code: 'session-not-done' }));
  });

  it('lets one changed pixel of noise pass for a camera', () => {
    const still = moving(0);
    for (let i = 0; i < 30; i++) {
      const frame = { ...still, data: Uint8ClampedArray.from(still.data) };
      frame.data.fill(i % 2 ? 20 : 220, 4 * (20 * 64 + 20), 4 * (20 * 64 + 24));
      expect(show('blurred', { frame })).toMatchObject({ status: 'collecting' });
    }
  });

  it('fails when the person changes on the way', () => {
    show('ok');
    show('ok', { embedding: person(0) });
    expect(show('ok', { embedding: person(1.2) })).toEqual({ status: 'failed', code: 'face-changed' });
    expect(show('ok', { embedding: person(0) })).toEqual({ status: 'failed', code: 'face-changed' });
  });

  it('compares every pair, not only neighbours', () => {
    show('ok');
    show('ok', { embedding: person(0) });
    show('ok', { embedding: person(0.5) }); // cosine 0.88 to the first
    expect(show('ok', { embedding: person(1) })).toMatchObject({ code: 'face-changed' }); // 0.88 and 0.54
  });

  it('gives the mean once and forgets it', () => {
    const [a, b, c] = [person(0), person(0), person(0)];
    show('ok');
    for (const embedding of [a, b, c]) show('ok', { embedding });
    session.finish();
    expect([...a, ...b, ...c]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(() => session.finish()).toThrow(expect.objectContaining({ code: 'session-not-done' }));
  });
});

describe('embeddings', () => {
  it.each([[[0, 0]], [[Number.NaN, 1]], [[Number.POSITIVE_INFINITY, 1]], [[]]])(
    'refuses %j, which has no direction',
    (values) => {
      expect(() => normalise(values)).toThrow(expect.objectContaining({ code: 'bad-embedding' }));
    },
  );

  it('refuses to average different lengths, nothing, and opposites', () => {
    for (const list of [[person(0), Float32Array.of(1)], [], [person(0), person(Math.PI)]]) {
      if (list.length === 2 && list[1]!.length === 2)
        expect(meanEmbedding(list).length).toBe(2); // rounding leaves a direction
      else expect(() => meanEmbedding(list)).toThrow(expect.objectContaining({ code: 'bad-embedding' }));
    }
  });
});
