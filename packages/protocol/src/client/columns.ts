/**
 * The columns of a frame and the one costly step of making them: taking the components along the columns made so
 * far out of the next one (modified Gram-Schmidt). In WebAssembly where it may be used, else in TypeScript.
 *
 * Both give the same bits. Every value is an integer below 2^53, or such an integer over 2^26, so products and sums
 * are exact in any order, and the one rounding, floor(x + 1/2), is exact as well.
 * @module
 */
import { columns as generated } from '../../generated/columns.ts';

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
}

export type Form = 'wasm' | 'plain';

/** Room for the columns, zeroed. @param form what to compute with; by default the fastest that works here. */
export function allocateColumns(digits: number, dim: number, form?: Form): Columns {
  // The loops of the module take four entries at a time.
  const wasm = form !== 'plain' && digits % 4 === 0 ? inModule(digits, dim) : undefined;
  if (wasm) return wasm;
  if (form === 'wasm') throw new Error('no WebAssembly here');
  const entries = new Float64Array(digits * dim);
  return { entries, remove: (c) => removeColumns(entries, digits, c) };
}

/** Undefined while not tried, `null` where the engine or the content security policy does not allow it. */
let compiled: WebAssembly.Module | null | undefined;

/** An instance with a memory of its own, which holds the columns from address 0 on and goes with them. */
function inModule(digits: number, dim: number): Columns | undefined {
  compiled ??= compile();
  if (!compiled) return undefined;
  const pages = Math.ceil((8 * digits * dim) / 65_536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const remove = exports['removeColumns'] as (count: number, digits: number) => void;
  return {
    entries: new Float64Array(memory.buffer, 0, digits * dim),
    remove: (c) => remove(c, digits),
  };
}

function compile(): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(generated), (c) => c.charCodeAt(0)));
  } catch {
    return null;
  }
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
