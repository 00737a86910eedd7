/**
 * Golden vectors: a made-up picture that every network must answer as the original library did.
 * They bind "the right bytes" to "the right behaviour": a wrong channel order, scale or runtime shows here
 * before a person is refused, or accepted, because of it.
 * @module
 */
import { cosine, normalise } from './embedding.ts';
import { FaceError } from './errors.ts';
import type { Net } from './net.ts';
import { scaleColours } from './warp.ts';

/** Values kept of each output. */
const kept = 64;

/**
 * Planes R G B, 0..255: blocks of pseudo-random colour with fine noise over them (xorshift32), so that all
 * frequencies are there. Integers only, hence the same on every machine.
 */
export function goldenInput(seed: number, size: number): Float32Array {
  let state = seed >>> 0;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % 256;
  };
  const cells = Math.ceil(size / 16);
  const blocks = Uint8Array.from({ length: 3 * cells * cells }, next);
  const planes = new Float32Array(3 * size * size);
  for (let channel = 0, at = 0; channel < 3; channel++) {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++, at++) {
        const block = blocks[(channel * cells + (y >> 4)) * cells + (x >> 4)]!;
        planes[at] = (3 * block + next()) >> 2;
      }
    }
  }
  return planes;
}

/** Evenly spaced values of an output; all of them when there are few. */
export function goldenSample(output: ArrayLike<number>): number[] {
  const count = Math.min(kept, output.length);
  return Array.from({ length: count }, (_, i) => output[Math.floor((i * output.length) / count)]!);
}

/** Runs the network once. @throws {FaceError} `golden-mismatch` */
export async function checkGolden(name: string, net: Net): Promise<void> {
  const { golden, size, mean, scale } = net.spec;
  const outputs = await net.run(scaleColours(goldenInput(golden.seed, size), mean, scale));
  golden.values.forEach((expected, i) => {
    const actual = goldenSample(outputs[i] ?? []);
    const output = net.spec.outputs[i]?.name ?? String(i);
    if (!agrees(expected, actual, golden.minCosine)) {
      throw new FaceError('golden-mismatch', { details: { net: name, output } });
    }
  });
}

/**
 * Same direction, and same length within a hundredth (a cosine alone would pass a wrong scale), or within
 * 1e-3 where the length itself is nearly nothing (the face probability of a picture without a face).
 */
function agrees(expected: readonly number[], actual: readonly number[], minCosine: number): boolean {
  if (expected.length !== actual.length || !actual.every(Number.isFinite)) return false;
  const [wanted, got] = [Math.hypot(...expected), Math.hypot(...actual)];
  if (wanted === 0 || got === 0) return wanted === got;
  return (
    cosine(normalise(expected), normalise(actual)) >= minCosine && Math.abs(got - wanted) <= 0.01 * wanted
  );
}
