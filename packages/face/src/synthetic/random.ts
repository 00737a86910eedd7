/**
 * Reproducible randomness and noise: the same seed gives the same person on every machine.
 * Not for secrets.
 * @module
 */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [least, most). */
  between(least: number, most: number): number;
  /** Normal with deviation 1, cut at 2.2 deviations: a rare person, not an impossible one. */
  normal(): number;
  pick<T>(items: readonly T[]): T;
}

/** @see Doty-Humphrey, "sfc32", PractRand; the seed is hashed by FNV-1a with four offsets */
export function random(seed: string): Random {
  const state = [0x811c9dc5, 0x9747b28c, 0x3c6ef372, 0xdaa66d2b].map((offset) => hashText(seed, offset));
  let [a, b, c, d] = state as [number, number, number, number];
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 16; i++) next();
  const normal = (): number => {
    for (;;) {
      const value = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      if (Math.abs(value) <= 2.2) return value;
    }
  };
  return {
    next,
    between: (least, most) => least + (most - least) * next(),
    normal,
    pick: (items) => items[Math.floor(next() * items.length)]!,
  };
}

/** A 32-bit number from a text. */
export function hashText(text: string, offset = 0x811c9dc5): number {
  let h = offset;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h ^= h >>> 15;
  h = Math.imul(h, 0x85ebca6b);
  return (h ^ (h >>> 13)) | 0;
}

/** Uniform in [0, 1) from three integers and a salt. */
export function hash3(x: number, y: number, z: number, salt: number): number {
  let h = salt ^ Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca77) ^ Math.imul(z, 0xc2b2ae3d);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
}

/** Smooth value noise, mean 0, in [-1, 1]; features are about one unit wide. */
export function noise3(x: number, y: number, z: number, salt: number): number {
  const [ix, iy, iz] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  const [fx, fy, fz] = [fade(x - ix), fade(y - iy), fade(z - iz)];
  const plane = (z: number) =>
    mix(
      mix(hash3(ix, iy, z, salt), hash3(ix + 1, iy, z, salt), fx),
      mix(hash3(ix, iy + 1, z, salt), hash3(ix + 1, iy + 1, z, salt), fx),
      fy,
    );
  return 2 * mix(plane(iz), plane(iz + 1), fz) - 1;
}

const fade = (t: number): number => t * t * (3 - 2 * t);

export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;

export const clamp = (value: number, least: number, most: number): number =>
  value < least ? least : value > most ? most : value;

/** 0 below `from`, 1 above `to` (or the other way round when `from` is larger), smooth between. */
export function smoothstep(from: number, to: number, value: number): number {
  return fade(clamp((value - from) / (to - from), 0, 1));
}

/** A bell of height 1 around 0. */
export const bell = (dx: number, dy = 0): number => Math.exp(-0.5 * (dx * dx + dy * dy));

/** Piecewise linear through (at, value) pairs sorted by `at`, constant outside. */
export function polyline(points: readonly (readonly [number, number])[], at: number): number {
  let [lastAt, lastValue] = points[0]!;
  if (at <= lastAt) return lastValue;
  for (const [nextAt, nextValue] of points) {
    if (at < nextAt) return mix(lastValue, nextValue, fade((at - lastAt) / (nextAt - lastAt)));
    [lastAt, lastValue] = [nextAt, nextValue];
  }
  return lastValue;
}
