/**
 * The kernel's memory: polynomials in an arena, a small region for operands that live elsewhere, pointer lists.
 *
 *     0           lists: pointers and factors of one call
 *     64 KiB      staging: copies of foreign operands and temporaries of one call, wiped after it
 *     ...         arena: tables, and the polynomials that `allocate` hands out
 * @module
 */
import { FheError, type FheErrorCode } from '../errors.ts';
import { type Block, createArena } from './arena.ts';
import type { WasmInstance } from './wasm-module.ts';

const listBytes = 65_536;
const largestStaging = 8 * 2 ** 20;

/** Where the pointer lists of one call are. Unit: bytes. */
export const lists = { first: 0, second: 16_384, factors: 32_768, outs: 49_152, longest: 4096 } as const;

export interface WasmMemory {
  /** All of it, in the two ways it is read. */
  readonly doubles: Float64Array<ArrayBuffer>;
  readonly words: Uint32Array<ArrayBuffer>;
  /** Bytes that `allocate` can still hand out without going to the heap. */
  free(): number;
  /**
   * A zeroed array; in the arena while there is room, else on the ordinary heap, from where operands are copied.
   * An array that is dropped without `release` comes back when it is garbage-collected.
   * @throws {FheError} `memory-exhausted` when the heap has no room either.
   */
  allocate(length: number): Float64Array<ArrayBuffer>;
  /** Wipes; arrays of the arena return to it. Twice, or on a foreign array, it only wipes. */
  release(memory: Float64Array): void;
  /** Bytes in the arena for good. @throws {FheError} `memory-exhausted`. */
  keep(bytes: number): number;
  /**
   * The address of x[at..at + count), copied to the staging region when x is not in this memory.
   * @throws {FheError} `ring-mismatch` when x is shorter; `memory-exhausted`.
   */
  place(x: Float64Array, at: number, count: number): number;
  /** Copies a result from `address` to x[at..at + count) when x is not in this memory. */
  back(x: Float64Array, at: number, count: number, address: number): void;
  /** The address of a copy of the words. @throws {FheError} `memory-exhausted`. */
  placeWords(x: Uint32Array): number;
  /** The address of `count` doubles of scratch memory. @throws {FheError} `memory-exhausted`. */
  scratch(count: number): number;
  /** Doubles of scratch memory still free. */
  scratchLeft(): number;
  /** Where the next copy or scratch memory will be: a mark for `clear`. */
  mark(): number;
  /** Wipes and gives back what was staged since the mark; without one, everything, at the end of every call. */
  clear(mark?: number): void;
}

export function createMemory({ exports, memory }: WasmInstance): WasmMemory {
  const buffer = memory.buffer as ArrayBuffer;
  const doubles = new Float64Array(buffer);
  const words = new Uint32Array(buffer);
  const stagingEnd =
    listBytes + Math.min(largestStaging, Math.floor((buffer.byteLength - listBytes) / 8 / 64) * 64);
  const arena = createArena(stagingEnd, buffer.byteLength);
  const blocks = new WeakMap<Float64Array, Block>();
  let staged = listBytes;

  const reclaim = (block: Block) => {
    exports.wipe(block.at, block.size / 8);
    arena.give(block);
  };
  // Callbacks run between tasks, never in the middle of a call.
  const dropped = new FinalizationRegistry<Block>(reclaim);

  const clear = (mark = listBytes) => {
    if (staged === mark) return;
    exports.wipe(mark, (staged - mark) / 8);
    staged = mark;
  };

  /** In the middle of a call: its copies must not stay behind. */
  const refuse = (code: FheErrorCode, details: Record<string, number>): never => {
    clear();
    throw new FheError(code, details);
  };

  const scratch = (count: number): number => {
    const at = staged;
    const next = at + Math.ceil(count / 8) * 64;
    if (next > stagingEnd) refuse('memory-exhausted', { bytes: count * 8 });
    staged = next;
    return at;
  };

  return {
    doubles,
    words,
    free: arena.free,
    mark: () => staged,
    clear,
    scratch,
    scratchLeft: () => (stagingEnd - staged) / 8,

    allocate(length) {
      const block = arena.take(length * 8);
      if (!block) return onHeap(length);
      const view = new Float64Array(buffer, block.at, length);
      blocks.set(view, block);
      dropped.register(view, block, view);
      return view;
    },

    release(view) {
      const block = blocks.get(view);
      if (!block) return void view.fill(0);
      blocks.delete(view);
      dropped.unregister(view);
      reclaim(block);
    },

    keep(bytes) {
      const block = arena.take(bytes);
      if (!block) throw new FheError('memory-exhausted', { bytes });
      return block.at;
    },

    place(x, at, count) {
      if (x.length < at + count)
        throw new FheError('ring-mismatch', { length: x.length, needed: at + count });
      if (x.buffer === buffer) return x.byteOffset + at * 8;
      const address = scratch(count);
      doubles.set(at === 0 && x.length === count ? x : x.subarray(at, at + count), address / 8);
      return address;
    },

    back(x, at, count, address) {
      if (x.buffer !== buffer) x.set(doubles.subarray(address / 8, address / 8 + count), at);
    },

    placeWords(x) {
      const address = scratch(Math.ceil(x.length / 2));
      words.set(x, address / 4);
      return address;
    },
  };
}

function onHeap(length: number): Float64Array<ArrayBuffer> {
  try {
    return new Float64Array(length);
  } catch {
    throw new FheError('memory-exhausted', { bytes: length * 8 });
  }
}
