/**
 * What the WASM kernel knows about one modulus, and the constants of base conversions.
 * Set-up arithmetic, on public numbers only.
 * @module
 */
import { composedRoot } from '../ring/composite.ts';
import { balanced, type Modulus, power, reciprocal } from '../ring/modulus.ts';
import type { Basis } from './kernel.ts';
import type { WasmMemory } from './wasm-memory.ts';
import type { WasmExports } from './wasm-module.ts';

/** One modulus for one ring degree. */
export interface Limb {
  readonly q: number;
  /** 1 / q. */
  readonly inverse: number;
  /** Address of psi^bitReverse(i), N doubles, psi the smallest primitive 2N-th root of unity. */
  readonly roots: number;
  /** Address of the inverses of the same; entry 0 is 1/N. */
  readonly inverseRoots: number;
  /** 2^15 modulo q, balanced: the unit of the upper sum of `runProductSmall`. */
  readonly shift: number;
}

/** What the WASM kernel prepared for a list of moduli. */
export interface WasmBasis extends Basis {
  readonly owner: WasmExports;
  readonly limbs: readonly Limb[];
  readonly drops: Map<number, Drop>;
  readonly conversions: WeakMap<Basis, Conversion>;
}

/** Degrees below this one use the transforms of `assembly/small.ts`. */
export const smallDegree = 64;

/** Cost: 3 N dependent products and two tables of N doubles; 0.3 ms for N = 8192. */
export function createLimb(exports: WasmExports, memory: WasmMemory, q: Modulus, degree: number): Limb {
  const inverse = 1 / q;
  const pairs = degree >= smallDegree ? 1 : 0;
  const roots = memory.keep(degree * 8);
  const inverseRoots = memory.keep(degree * 8);

  const scratch = memory.allocate(degree);
  const at = memory.place(scratch, 0, degree);
  const psi = composedRoot(q, (prime) => smallestRoot(exports, at, prime, degree));
  exports.powers(at, 1, balanced(psi, q), degree, q, inverse);
  exports.scatter(roots, at, degree, pairs);
  exports.powers(at, 1, reciprocal(psi, q), degree, q, inverse);
  exports.scatter(inverseRoots, at, degree, pairs);
  memory.doubles[inverseRoots / 8] = reciprocal(BigInt(degree), q);
  memory.release(scratch);
  memory.clear();
  return { q, inverse, roots, inverseRoots, shift: balanced(2n ** 15n, q) };
}

/** The smallest primitive 2N-th root of unity modulo a prime; `at`: N doubles of scratch memory. */
function smallestRoot(exports: WasmExports, at: number, q: Modulus, degree: number): number {
  const m = BigInt(q);
  const root = anyRoot(m, BigInt(degree));
  // All primitive 2N-th roots are the odd powers of one of them; the smallest fixes the order of values.
  exports.powers(at, balanced(root, q), balanced((root * root) % m, q), degree, q, 1 / q);
  return exports.smallest(at, degree, q);
}

/** Some root of X^N + 1. */
function anyRoot(m: bigint, degree: bigint): bigint {
  for (let g = 2n; ; g++) {
    const candidate = power(g, (m - 1n) / (2n * degree), m);
    if (power(candidate, degree, m) === m - 1n) return candidate;
  }
}

/** Constants of `dropFirst`: out = x / q_0 + d * p / q_0, d = -x_0 / p. */
export interface Drop {
  readonly digit: number;
  readonly kept: readonly { readonly value: number; readonly digit: number }[];
}

export function createDrop(moduli: readonly Modulus[], p: number): Drop {
  const [first, ...rest] = moduli as [Modulus, ...Modulus[]];
  return {
    digit: -reciprocal(BigInt(p), first),
    kept: rest.map((q) => {
      const value = reciprocal(BigInt(first), q);
      return { value, digit: balanced(BigInt(value) * BigInt(p), q) };
    }),
  };
}

/** Constants of a base conversion; see `assembly/convert.ts`. */
export interface Conversion {
  /** (Q/q_i)^-1 modulo q_i, for each source limb. */
  readonly digits: readonly number[];
  /** For each target limb p: Q/q_i modulo p for each source limb, and Q modulo p. */
  readonly targets: readonly { readonly factors: readonly number[]; readonly wrap: number }[];
}

export function createConversion(from: readonly Modulus[], to: readonly Modulus[]): Conversion {
  const Q = from.reduce((product, q) => product * BigInt(q), 1n);
  const parts = from.map((q) => Q / BigInt(q));
  return {
    digits: from.map((q, i) => reciprocal(parts[i]!, q)),
    targets: to.map((p) => ({ factors: parts.map((part) => balanced(part, p)), wrap: balanced(Q, p) })),
  };
}
