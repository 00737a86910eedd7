/**
 * The kernel interface on top of the WASM functions: one call for each limb, addresses instead of arrays.
 * Arrays from `allocate` are used in place; any other array works too, at the price of a copy.
 * @module
 */
import { FheError } from '../errors.ts';
import type { Modulus } from '../ring/modulus.ts';
import type { Basis, Kernel, RunWeights } from './kernel.ts';
import { converter, forward } from './wasm-convert.ts';
import { createMemory, lists, type WasmMemory } from './wasm-memory.ts';
import { instantiate, type WasmExports, type WasmForm, type WasmModules } from './wasm-module.ts';
import { createDrop, createLimb, type Limb, smallDegree, type WasmBasis } from './wasm-tables.ts';

export interface WasmKernelOptions {
  /**
   * Memory for tables and polynomials, reserved once. Unit: bytes; default 64 MiB, at most 4 GiB.
   * What does not fit goes to the ordinary heap and is copied for each operation: correct, but slower.
   */
  readonly memoryBytes?: number;
  /** Module bytes to use in place of the embedded ones. */
  readonly modules?: WasmModules;
}

export interface WasmKernel extends Kernel {
  readonly name: WasmForm;
  /** Bytes that `allocate` can still hand out without going to the heap. */
  freeBytes(): number;
}

const defaultMemory = 64 * 2 ** 20;
const largestMemory = 2 ** 32;

/** Longest sums that need no reduction in between: `assembly/sums.ts`. Unit: terms. */
const longestSum = 30;
const longestSmallSum = 512;
const smallModulus = 2 ** 30;
/** Values of every input that a group of sums reads before it goes on. */
const blockLength = 256;

/** Weights of one sum, in pieces short enough for one call. */
interface PreparedWeights extends RunWeights {
  readonly pieces: readonly {
    readonly start: number;
    readonly terms: number;
    readonly values: Float64Array;
  }[];
  readonly small: boolean;
}

/**
 * Opens one form of the kernel.
 * @throws {FheError} `kernel-unavailable` when this engine does not run it; `memory-exhausted`.
 */
export function openWasmKernel(form: WasmForm, options: WasmKernelOptions = {}): WasmKernel {
  const memoryBytes = options.memoryBytes ?? defaultMemory;
  if (!(memoryBytes > 0 && memoryBytes <= largestMemory)) {
    throw new FheError('memory-exhausted', { bytes: memoryBytes });
  }
  const instance = instantiate(form, memoryBytes, options.modules);
  return kernelOf(form, instance.exports, createMemory(instance));
}

function kernelOf(form: WasmForm, wasm: WasmExports, memory: WasmMemory): WasmKernel {
  const known = new Map<string, Limb>();
  const { place, back, clear } = memory;

  const limbOf = (q: Modulus, degree: number): Limb => {
    const key = `${degree}/${q}`;
    const limb = known.get(key) ?? createLimb(wasm, memory, q, degree);
    known.set(key, limb);
    return limb;
  };

  const own = (basis: Basis): WasmBasis => {
    if ((basis as WasmBasis).owner !== wasm) throw new FheError('ring-mismatch', { kernel: form });
    return basis as WasmBasis;
  };

  /** One call for each limb with the addresses of its N terms in `out` and `a`; results end up in `out`. */
  const unary = (
    basis: Basis,
    out: Float64Array,
    a: Float64Array,
    call: (o: number, a: number, l: Limb, i: number) => void,
  ) => {
    const { degree, limbs } = own(basis);
    for (const [i, limb] of limbs.entries()) {
      const at = i * degree;
      const target = place(out, at, degree);
      call(target, a === out ? target : place(a, at, degree), limb, i);
      back(out, at, degree, target);
      clear();
    }
  };

  const binary = (
    basis: Basis,
    out: Float64Array,
    a: Float64Array,
    b: Float64Array,
    call: (o: number, a: number, b: number, l: Limb, i: number) => void,
  ) => {
    const { degree, limbs } = own(basis);
    for (const [i, limb] of limbs.entries()) {
      const at = i * degree;
      const target = place(out, at, degree);
      call(target, place(a, at, degree), place(b, at, degree), limb, i);
      back(out, at, degree, target);
      clear();
    }
  };

  return {
    name: form,
    freeBytes: memory.free,
    allocate: memory.allocate,
    release: memory.release,

    basis(degree, moduli): WasmBasis {
      return Object.freeze({
        degree,
        moduli,
        owner: wasm,
        limbs: moduli.map((q) => limbOf(q, degree)),
        drops: new Map(),
        conversions: new WeakMap(),
      });
    },

    ntt(basis, x) {
      unary(basis, x, x, (o, a, limb) => forward(wasm, o, a, basis.degree, limb));
    },

    intt(basis, out, x = out) {
      const run = basis.degree < smallDegree ? wasm.inverseSmall : wasm.inverse;
      unary(basis, out, x, (o, a, { q, inverse, inverseRoots }) =>
        run(o, a, basis.degree, inverseRoots, q, inverse),
      );
    },

    add(basis, out, a, b) {
      binary(basis, out, a, b, (o, x, y, { q, inverse }) => wasm.add(o, x, y, basis.degree, q, inverse));
    },

    subtract(basis, out, a, b) {
      binary(basis, out, a, b, (o, x, y, { q, inverse }) => wasm.subtract(o, x, y, basis.degree, q, inverse));
    },

    multiply(basis, out, a, b) {
      binary(basis, out, a, b, (o, x, y, { q, inverse }) => wasm.multiply(o, x, y, basis.degree, q, inverse));
    },

    multiplyAdd(basis, out, a, b) {
      binary(basis, out, a, b, (o, x, y, { q, inverse }) =>
        wasm.multiplyAdd(o, x, y, basis.degree, q, inverse),
      );
    },

    scale(basis, out, a, factors) {
      unary(basis, out, a, (o, x, { q, inverse }, i) =>
        wasm.scale(o, x, factors[i]!, basis.degree, q, inverse),
      );
    },

    subtractScale(basis, out, a, b, factors) {
      binary(basis, out, a, b, (o, x, y, { q, inverse }, i) =>
        wasm.subtractScale(o, x, y, factors[i]!, 0, 0, basis.degree, q, inverse),
      );
    },

    canonical(basis, out, x) {
      unary(basis, out, x, (o, a, { q, inverse }) => wasm.canonical(o, a, basis.degree, q, inverse));
    },

    permute(basis, out, x, target) {
      if (target.length !== basis.degree) throw new FheError('ring-mismatch', { length: target.length });
      const { degree, limbs } = own(basis);
      const words = memory.placeWords(target);
      const mark = memory.mark();
      for (let at = 0; at < limbs.length * degree; at += degree) {
        const result = place(out, at, degree);
        wasm.permute(result, place(x, at, degree), words, degree);
        back(out, at, degree, result);
        clear(mark);
      }
      clear();
    },

    lift(basis, out, integers) {
      const { degree, limbs } = own(basis);
      for (const [i, { q, inverse }] of limbs.entries()) {
        const target = place(out, i * degree, degree);
        wasm.balance(target, place(integers, 0, degree), degree, q, inverse);
        back(out, i * degree, degree, target);
        clear();
      }
    },

    dropFirst(from, to, out, x, p, count) {
      const { limbs, drops } = own(from);
      const targets = own(to).limbs;
      const drop = drops.get(p) ?? createDrop(from.moduli, p);
      drops.set(p, drop);
      const [first] = limbs;
      const digit = memory.scratch(count);
      const x0 = place(x, 0, count);
      wasm.combine(digit, x0, drop.digit, x0, 0, count, first!.q, first!.inverse);
      for (const [i, { q, inverse }] of targets.entries()) {
        const { value, digit: carry } = drop.kept[i]!;
        const target = place(out, i * count, count);
        wasm.combine(target, place(x, (i + 1) * count, count), value, digit, carry, count, q, inverse);
        back(out, i * count, count, target);
      }
      clear();
    },

    convert(from, to, out, x) {
      const { degree, limbs } = own(to);
      const write = converter(wasm, memory, own(from), own(to), x);
      const mark = memory.mark();
      for (let i = 0; i < limbs.length; i++) {
        const target = place(out, i * degree, degree);
        write(target, i);
        back(out, i * degree, degree, target);
        clear(mark);
      }
      clear();
    },

    divide({ tail, kept, factors }, out, x, dropped, { plus, target } = {}) {
      const { degree, limbs } = own(kept);
      if (target && target.length !== degree) throw new FheError('ring-mismatch', { length: target.length });
      const write = converter(wasm, memory, own(tail), own(kept), dropped);
      const lifted = memory.scratch(degree);
      const words = target ? memory.placeWords(target) : 0;
      const mark = memory.mark();
      for (const [i, { q, inverse }] of limbs.entries()) {
        const at = i * degree;
        write(lifted, i);
        const [result, source] = [place(out, at, degree), place(x, at, degree)];
        const sum = plus ? place(plus, at, degree) : 0;
        wasm.subtractScale(result, source, lifted, factors[i]!, sum, words, degree, q, inverse);
        back(out, at, degree, result);
        clear(mark);
      }
      clear();
    },

    innerProducts(basis, outs, xs, weights) {
      const { degree, limbs } = own(basis);
      const [sums, terms] = [outs.length, xs.length];
      if (terms === 0 || weights.length !== sums || weights.some((w) => w.length !== terms)) {
        throw new FheError('ring-mismatch', { sums, terms });
      }
      // Operands from elsewhere need staging: as many terms at a time as fit for sure.
      const room = Math.floor((memory.scratchLeft() / degree - sums) / (1 + sums));
      const step = Math.max(1, Math.min(longestSum, Math.floor(lists.longest / sums), room));
      for (const [i, { q, inverse }] of limbs.entries()) {
        const at = i * degree;
        const put = (list: number, k: number, x: Float64Array) => {
          memory.words[list / 4 + k] = place(x, at, degree);
        };
        for (let start = 0; start < terms; start += step) {
          const count = Math.min(step, terms - start);
          for (let k = 0; k < count; k++) put(lists.first, k, xs[start + k]!);
          for (const [o, out] of outs.entries()) {
            put(lists.outs, o, out);
            for (let k = 0; k < count; k++) put(lists.second, o * count + k, weights[o]![start + k]!);
          }
          const accumulate = start === 0 ? 0 : 1;
          wasm.innerProducts(
            lists.outs,
            lists.first,
            lists.second,
            sums,
            count,
            accumulate,
            degree,
            q,
            inverse,
          );
          for (const [o, out] of outs.entries()) back(out, at, degree, memory.words[lists.outs / 4 + o]!);
          clear();
        }
      }
    },

    runWeights(basis, values, terms, run): PreparedWeights {
      const { degree, limbs } = own(basis);
      const runs = degree / run;
      if (run % 8 !== 0 || !Number.isInteger(runs) || values.length !== limbs.length * runs * terms) {
        throw new FheError('ring-mismatch', { terms, run, length: values.length });
      }
      const small = basis.moduli.every((q) => q < smallModulus);
      const longest = small ? longestSmallSum : longestSum;
      const even = Math.ceil(terms / Math.ceil(terms / longest));
      const pieces = Array.from({ length: Math.ceil(terms / even) }, (_, k) => {
        const start = k * even;
        const count = Math.min(even, terms - start);
        const piece = memory.allocate(limbs.length * runs * count * (small ? 2 : 1));
        for (let row = 0, t = 0; row < limbs.length * runs; row++) {
          for (let j = start; j < start + count; j++) {
            const w = values[row * terms + j]!;
            if (small) {
              const high = Math.round(w / 2 ** 15);
              piece[t++] = high;
              piece[t++] = w - high * 2 ** 15;
            } else piece[t++] = w;
          }
        }
        return { start, terms: count, values: piece };
      });
      return { basis, terms, run, pieces, small };
    },

    runProducts(outs, xs, weights) {
      const [first, ...others] = weights as readonly PreparedWeights[];
      if (!first || outs.length !== weights.length)
        throw new FheError('ring-mismatch', { sums: outs.length });
      const { basis, terms, run, pieces, small } = first;
      const same = others.every((w) => w.basis === basis && w.terms === terms && w.run === run);
      if (!same || xs.length !== terms) throw new FheError('ring-mismatch', { terms: xs.length });

      const { degree, limbs } = own(basis);
      // All sums take their terms from one block of the inputs before the next, so that it stays in the cache.
      const block = Math.min(degree, Math.max(run, blockLength));
      for (const [i, { q, inverse, shift }] of limbs.entries()) {
        for (const [piece, { start, terms: count }] of pieces.entries()) {
          const accumulate = start === 0 ? 0 : 1;
          for (let at = i * degree, end = at + degree; at < end; at += block) {
            for (let k = 0; k < count; k++) {
              memory.words[lists.first / 4 + k] = place(xs[start + k]!, at, block);
            }
            for (const [o, out] of outs.entries()) {
              const { values } = (weights[o] as PreparedWeights).pieces[piece]!;
              const rows = values.length / (degree * limbs.length);
              const table = place(values, at * rows, block * rows);
              const target = place(out, at, block);
              if (small) {
                wasm.runProductSmall(
                  target,
                  lists.first,
                  table,
                  count,
                  run,
                  accumulate,
                  block,
                  shift,
                  q,
                  inverse,
                );
              } else wasm.runProduct(target, lists.first, table, count, run, accumulate, block, q, inverse);
              back(out, at, block, target);
            }
            clear();
          }
        }
      }
    },
  };
}
