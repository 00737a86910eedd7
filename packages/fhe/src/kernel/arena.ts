/**
 * Explicit memory: blocks of one fixed range of addresses, first fit, neighbours merged on release.
 * @module
 */

/** A range of addresses. Unit: bytes. */
export interface Block {
  readonly at: number;
  readonly size: number;
}

export interface Arena {
  /** A block of at least `size` bytes, or `undefined` when no gap is large enough. Cost: linear in the gaps. */
  take(size: number): Block | undefined;
  /** Gives a block back, once. */
  give(block: Block): void;
  /** Bytes not taken. */
  free(): number;
}

/** Unit of size and address: a cache line. */
const line = 64;

/**
 * An odd number of cache lines: polynomials have sizes that are powers of two, and without it all of them would
 * start in the same set of the cache.
 */
const shift = 9 * line;

/** Blocks from [start, end), each starting at a multiple of 64. */
export function createArena(start: number, end: number): Arena {
  const first = Math.ceil(start / line) * line;
  /** Gaps in ascending order, none empty, no two adjacent. */
  const gaps: Block[] = end - first >= line ? [{ at: first, size: end - first }] : [];
  return {
    take(wanted) {
      const size = Math.ceil(wanted / line) * line + shift;
      const i = gaps.findIndex((gap) => gap.size >= size);
      const gap = gaps[i];
      if (!gap) return undefined;
      if (gap.size === size) gaps.splice(i, 1);
      else gaps[i] = { at: gap.at + size, size: gap.size - size };
      return { at: gap.at, size };
    },

    give({ at, size }) {
      let i = gaps.findIndex((gap) => gap.at > at);
      if (i < 0) i = gaps.length;
      const [before, after] = [gaps[i - 1], gaps[i]];
      const joinsBefore = before !== undefined && before.at + before.size === at;
      const joinsAfter = after !== undefined && at + size === after.at;
      const from = joinsBefore ? before.at : at;
      const to = joinsAfter ? after.at + after.size : at + size;
      gaps.splice(joinsBefore ? i - 1 : i, Number(joinsBefore) + Number(joinsAfter), {
        at: from,
        size: to - from,
      });
    },

    free: () => gaps.reduce((sum, gap) => sum + gap.size, 0),
  };
}
