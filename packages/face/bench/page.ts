/** Runs inside a page or a worker: the engine on one rendered face, as often as it is told. */

import { createFaceEngine } from '../src/browser/index.ts';
import type { FaceEngine } from '../src/core/face-engine.ts';
import type { RgbaFrame } from '../src/core/frame.ts';
import { atRest, createPerson, createRenderer } from '../src/synthetic/index.ts';

const calls: Record<string, () => Promise<unknown>> = {};

async function begin(): Promise<{ engine: FaceEngine; frame: RgbaFrame }> {
  const { engine } = await createFaceEngine('/models/');
  const frame = createRenderer(createPerson('bench')).render(atRest);
  return { engine, frame };
}

/** Loads the models from `/models/`, checks that the face is found, and says what can be called. */
export async function prepare(): Promise<string[]> {
  const { engine, frame } = await begin();
  const { face, gate } = await engine.analyze(frame);
  if (gate !== 'ok' || !face) throw new Error(`the face is not usable: ${gate}`);
  Object.assign(calls, {
    'detect-landmarks': () => engine.analyze(frame),
    embed: () => engine.embed(frame, face.landmarks),
  });
  return Object.keys(calls);
}

/** @returns the wall time of one call. Unit: ms. */
export async function repeat(name: string, times: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < times; i++) await calls[name]!();
  return (performance.now() - start) / times;
}

/** In a worker: analyses frames, one after the other, for `ms`. @returns how many in a second. */
export async function analyseFor(ms: number): Promise<number> {
  const { engine, frame } = await begin();
  await engine.analyze(frame);
  const start = performance.now();
  let n = 0;
  for (; performance.now() - start < ms; n++) await engine.analyze(frame);
  return (1000 * n) / (performance.now() - start);
}

/** In the page: frames painted in a second, over the last `ms` of `total`, while a worker starts and works. */
export async function paintedFrames(total: number, ms: number): Promise<number> {
  const end = performance.now() + total;
  let [painted, first] = [0, 0];
  return new Promise((resolve) => {
    const next = (now: number): void => {
      if (now >= end - ms) {
        first ||= now;
        painted++;
      }
      if (now < end) requestAnimationFrame(next);
      else resolve((1000 * (painted - 1)) / (now - first));
    };
    requestAnimationFrame(next);
  });
}
