/**
 * Levels as types. The level of a ciphertext is its number of primes; a rescale takes one away.
 * @module
 */

/** L - 1 for a level written as a literal from 2 to 32, `number` for one that is only known at run time. */
export type Below<L extends number> = number extends L ? number : OneLess[L];

// biome-ignore format: a table
type OneLess = [
  never, never, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
];

/** A level that a rescale can start from: anything but the literal 1. */
export type Rescalable<L extends number> = [Below<L>] extends [never] ? never : L;
