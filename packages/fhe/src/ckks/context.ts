/**
 * What belongs to one parameter set while a program runs: the kernel with its memory, the rings of all levels, the
 * constants of key switching, and scratch memory. Public data only.
 * @module
 */
import { FheError } from '../errors.ts';
import { newKernel } from '../kernel/default.ts';
import type { Basis, Division, Kernel } from '../kernel/kernel.ts';
import { type Modulus, reciprocal } from '../ring/modulus.ts';
import { createRing, type Ring } from '../ring/poly.ts';
import { type CkksParameters, limbsAt } from './parameters.ts';

export interface ContextOptions {
  /**
   * Memory for tables, keys and ciphertexts, reserved once and occupied as it is used. Unit: bytes, at most 4 GiB.
   * What does not fit is kept on the ordinary heap and copied for each operation: correct, but slower.
   * Default: 256 MiB, or as much less as there is, shared by all contexts that say nothing.
   */
  readonly memoryBytes?: number;
  /** A kernel to compute with, in place of a new one. */
  readonly kernel?: Kernel;
}

/** How key switching cuts a polynomial of one level into digits. */
export interface Digit {
  /** Limbs start..end - 1 of the level. */
  readonly start: number;
  readonly end: number;
  readonly own: Basis;
  /** The other limbs of the level, then the special primes. */
  readonly others: Basis;
}

/** Constants and bases of key switching at one level. */
export interface SwitchPlan {
  readonly level: number;
  readonly digits: readonly Digit[];
  /** One basis for each limb of the level, then one for each special prime. */
  readonly limbs: readonly Basis[];
}

/** How to divide by the last primes of a basis; see `divide.ts`. */
export interface DivisionPlan extends Division {
  /** The ring of the result. */
  readonly ring: Ring;
  /** The last kept limb and the first of the tail, where they are the two primes of one limb before the division. */
  readonly split?: readonly [kept: Basis, dropped: Basis];
}

/** `L` is the level of a fresh ciphertext. Everything made from one context is refused by every other. */
export interface Context<L extends number = number> {
  readonly parameters: CkksParameters<L>;
  readonly kernel: Kernel;
  /** The ring of ciphertexts with this many primes. @throws {FheError} `level-mismatch`. */
  ring(level: number): Ring;
  /** The ring of switching keys: the limbs of this level, then the special primes. */
  keyRing(level: number): Ring;
  switchPlan(level: number): SwitchPlan;
  /** Division of a key-ring polynomial by P (`rescale` 0), or by P and the last prime of the level (1). */
  modDown(level: number, rescale: 0 | 1): DivisionPlan;
  /** Division of a polynomial of this level by its last prime. */
  rescaling(level: number): DivisionPlan;
  /** P modulo q_i as a constant polynomial: N equal values for each limb of the level. */
  specialProduct(level: number): Float64Array;
  /**
   * A reusable array of at least this length; its content is undefined. One name must not be in use twice at a time.
   * Never for secrets: it is not wiped.
   */
  scratch(name: string, length: number): Float64Array;
}

/** Tried one after another. Unit: bytes. */
const defaultMemory = [256, 128, 64].map((mebibytes) => mebibytes * 2 ** 20);
let shared: Kernel | undefined;

/**
 * Cost: tables of roots for each limb, about 0.3 ms each for N = 8192, at first use of a level.
 * @throws {FheError} `kernel-unavailable`, `memory-exhausted`; `bad-modulus` when the kernel in use cannot hold a
 *   modulus (the TypeScript kernel stops at 5.5 * 10^10).
 */
export function createContext<L extends number>(
  parameters: CkksParameters<L>,
  options: ContextOptions = {},
): Context<L> {
  const { degree, moduli, special, digitLimbs, levels } = parameters;
  const kernel = options.kernel ?? (options.memoryBytes === undefined ? sharedKernel() : newKernel(options));
  const basis = (limbs: readonly Modulus[]) => kernel.basis(degree, limbs);
  const checked = (level: number) => {
    if (!Number.isInteger(level) || level < 1 || level > levels) {
      throw new FheError('level-mismatch', { level, levels });
    }
    return level;
  };
  const ring = remember((level) => createRing(kernel, degree, limbsAt(parameters, checked(level))));
  const keyRing = remember((level) =>
    createRing(kernel, degree, [...limbsAt(parameters, checked(level)), ...special]),
  );

  /** Division by some special primes, and before them by the last prime of the level. */
  const division = (level: number, rescale: 0 | 1, divisors: readonly Modulus[]): DivisionPlan => {
    const kept = ring(level - rescale);
    const tail = [...moduli.slice(level - rescale, level), ...divisors];
    const product = tail.reduce((all, q) => all * BigInt(q), 1n);
    const factors = kept.moduli.map((q) => reciprocal(product, q));
    const plan = { tail: basis(tail), kept: kept.basis, factors, ring: kept };
    if (rescale === 0 || kept.moduli.length < ring(level).moduli.length) return plan;
    return { ...plan, split: [basis(kept.moduli.slice(-1)), basis(tail.slice(0, 1))] };
  };
  const modDowns = ([0, 1] as const).map((rescale) => remember((level) => division(level, rescale, special)));

  const scratches = new Map<string, Float64Array>();
  return Object.freeze({
    parameters,
    kernel,
    ring,
    keyRing,
    modDown: (level: number, rescale: 0 | 1) => modDowns[rescale]!(level),
    rescaling: remember((level) => division(level, 1, [])),

    switchPlan: remember((level): SwitchPlan => {
      const limbs = keyRing(level).moduli;
      const own = ring(level).moduli.length;
      const digits = Array.from({ length: Math.ceil(own / digitLimbs) }, (_, d) => {
        const [start, end] = [d * digitLimbs, Math.min((d + 1) * digitLimbs, own)];
        const others = limbs.filter((_q, i) => i < start || i >= end);
        return { start, end, own: basis(limbs.slice(start, end)), others: basis(others) };
      });
      return { level, digits, limbs: limbs.map((q) => basis([q])) };
    }),

    specialProduct: remember((level) => {
      const P = special.reduce((product, p) => product * BigInt(p), 1n);
      const limbs = ring(level).moduli;
      const out = kernel.allocate(limbs.length * degree);
      for (const [i, q] of limbs.entries()) {
        const r = Number(P % BigInt(q));
        out.fill(r > q / 2 ? r - q : r, i * degree, (i + 1) * degree);
      }
      return out;
    }),

    scratch(name: string, length: number) {
      let memory = scratches.get(name);
      if (!memory || memory.length < length) {
        // Forgotten before it is released: the allocation may fail.
        scratches.delete(name);
        if (memory) kernel.release(memory);
        memory = kernel.allocate(length);
        scratches.set(name, memory);
      }
      return memory.subarray(0, length);
    },
  });
}

function sharedKernel(): Kernel {
  for (const memoryBytes of defaultMemory) {
    try {
      shared ??= newKernel({ memoryBytes });
      return shared;
    } catch (error) {
      if (!(error instanceof FheError) || error.code !== 'memory-exhausted') throw error;
    }
  }
  throw new FheError('memory-exhausted', { bytes: defaultMemory.at(-1)! });
}

/** The same function, computed once for each argument. */
function remember<T>(make: (level: number) => T): (level: number) => T {
  const known = new Map<number, T>();
  return (level) => {
    const made = known.get(level) ?? make(level);
    known.set(level, made);
    return made;
  };
}
