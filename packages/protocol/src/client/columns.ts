/**
 * The columns of a frame and the costly steps of making them: Gaussians, and taking the components along the columns
 * made so far out of the next one (modified Gram-Schmidt). In WebAssembly where it may be used, else in TypeScript.
 *
 * Both give the same bits. Every value is an integer below 2^53, or such an integer over 2^26, so products and sums
 * are exact in any order, and the one rounding, floor(x + 1/2), is exact as well. (`gaussian.ts` has its own reasons.)
 * @module
 */
import { frameModule, fusedFrameModule } from '../../generated/frame.ts';
import { type Batch, batchLength, plainBatch } from './gaussian.ts';

/** Columns are integer vectors of length (Euclidean) 2^26: a product of two of them is below 2^52. */
export const unit = 2 ** 26;

export interface Columns {
  /** Column-major, entry (i, c) at c * digits + i. Secret: the caller wipes it. */
  readonly entries: Float64Array<ArrayBuffer>;
  /**
   * Takes the components along columns 0..c-1, which have length 2^26, out of column c, which is not longer.
   * Cost: about 4 * c * digits operations, whatever the values.
   */
  remove(c: number): void;
  /**
   * Brings column c to length 2^26, entries rounded to integers.
   * @returns the length it had: floor of the Euclidean one, exactly.
   */
  normalise(c: number): number;
  /** For the Gaussians that the columns are drawn from. Secret like them. */
  readonly batch: Batch;
}

/** `fused`: WebAssembly with fused multiply-add. */
export type Form = 'fused' | 'wasm' | 'plain';

/** Room for the columns, zeroed. @param form what to compute with; by default the fastest that works here. */
export function allocateColumns(digits: number, dim: number, form?: Form): Columns {
  // The loops of the modules take four entries at a time.
  const forms = form ? [form] : (['fused', 'wasm'] as const);
  for (const one of digits % 4 === 0 ? forms : []) {
    const module = one === 'plain' ? undefined : compiled(one);
    if (module) return inModule(module, digits, dim);
  }
  if (form && form !== 'plain') throw new Error('no WebAssembly here');
  const entries = new Float64Array(digits * dim);
  const batch = plainBatch();
  return {
    entries,
    batch,
    remove: (c) => removeColumns(entries, digits, c),
    normalise: (c) => normaliseColumn(entries.subarray(c * digits, (c + 1) * digits)),
  };
}

const sources = { fused: fusedFrameModule, wasm: frameModule };
/** `null` where the engine or the content security policy does not allow it. */
const known = new Map<keyof typeof sources, WebAssembly.Module | null>();

function compiled(form: keyof typeof sources): WebAssembly.Module | null {
  const module = known.has(form) ? known.get(form)! : compile(sources[form]);
  known.set(form, module);
  return module;
}

/** An instance with a memory of its own, which holds columns and batch from address 0 on and goes with them. */
function inModule(module: WebAssembly.Module, digits: number, dim: number): Columns {
  const bytes = 8 * digits * dim;
  const pages = Math.ceil((bytes + 8 * (batchLength.values + batchLength.squares)) / 65_536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
  const values = new Float64Array(memory.buffer, bytes, batchLength.values);
  const squares = new Float64Array(memory.buffer, bytes + values.byteLength, batchLength.squares);
  return {
    entries: new Float64Array(memory.buffer, 0, digits * dim),
    batch: { values, squares, polar: () => exports.polar(values.byteOffset, squares.byteOffset) },
    remove: (c) => exports.removeColumns(c, digits),
    normalise: (c) => exports.normaliseColumn(c, digits),
  };
}

interface Exports {
  removeColumns(count: number, digits: number): void;
  normaliseColumn(index: number, digits: number): number;
  polar(values: number, squares: number): void;
}

function compile(source: string): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(source), (c) => c.charCodeAt(0)));
  } catch {
    return null;
  }
}

/** See `Columns.normalise`. */
function normaliseColumn(column: Float64Array): number {
  const norm = length(column);
  for (let i = 0; i < column.length; i++) column[i] = Math.floor((column[i]! * unit) / norm + 0.5);
  return norm;
}

/** floor of the Euclidean length, exactly: the estimate of `Math.sqrt` is corrected in integers. */
function length(column: Float64Array): number {
  let square = 0;
  for (let i = 0; i < column.length; i++) square += column[i]! * column[i]!;
  let root = Math.floor(Math.sqrt(square));
  while (root * root > square) root--;
  while ((root + 1) * (root + 1) <= square) root++;
  return root;
}

/**
 * The same as `assembly/columns.ts`, one entry at a time. The inner product with the next column is taken while
 * this one's component is removed: one pass over memory for each column.
 */
function removeColumns(entries: Float64Array, digits: number, c: number): void {
  const at = (k: number) => entries.subarray(k * digits, (k + 1) * digits);
  const column = at(c);
  let dot = 0;
  if (c > 0) for (const [i, x] of at(0).entries()) dot += x * column[i]!;
  for (let k = 0; k < c; k++) {
    const [other, next] = [at(k), at(k + 1)];
    // |other| = 2^26 and |column| <= 2^26, so every partial sum is below 2^52 (Cauchy-Schwarz): exact
    const along = Math.floor(dot / unit + 0.5) / unit;
    dot = 0;
    for (let i = 0; i < digits; i++) {
      const x = column[i]! - Math.floor(along * other[i]! + 0.5);
      column[i] = x;
      dot += x * next[i]!;
    }
  }
}
