/**
 * People as directions, pictures as directions near them. No faces.
 * @module
 */
import { type FaceSet, generator } from '../src/calibrate/index.ts';

export const dim = 128;

export interface MadeUp {
  readonly people: number;
  readonly pictures: number;
  /** Length of a picture's own part, the person's being 1. */
  readonly noise: number;
  /** The first so many people are near one direction. */
  readonly alike?: number;
}

export function madeUpPeople({ people, pictures, noise, alike = 0 }: MadeUp): FaceSet {
  const next = generator(11);
  const common = vector(next);
  return {
    people,
    pairs: [],
    pictures: Array.from({ length: people }, (_, person) => {
      const centre = person < alike ? mixed(common, vector(next), 0.5) : vector(next);
      return Array.from({ length: pictures }, () => ({ person, x: mixed(centre, vector(next), noise) }));
    }).flat(),
  };
}

export function vector(next: () => number): Float32Array {
  const sum = (): number => Array.from({ length: 12 }, next).reduce((a, b) => a + b, -6);
  return unit(Float32Array.from({ length: dim }, sum));
}

export const mixed = (a: Float32Array, b: Float32Array, noise: number): Float32Array =>
  unit(a.map((value, i) => value + noise * b[i]!));

function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
