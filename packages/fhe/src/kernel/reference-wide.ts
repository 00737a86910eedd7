/**
 * The reference kernel for moduli that `reference.ts` does not take, up to 2^48, primes and composite limbs: exact
 * products by Dekker's method, one at a time. For machines without WebAssembly, and to compare with.
 *
 * With |x| <= 1.1 * q and |w| <= 0.55 * q: h = x * w rounded; k = nearest(h / q), so |x * w - k * q| <= 0.56 * q;
 * h - k * q and the two rounding errors are integers below 2^53, hence every step after h is exact.
 * @see Dekker, "A floating-point technique for extending the available precision" (1971)
 * @module
 */
import { composedRoot } from '../ring/composite.ts';
import { balanced, bitReverse, type Modulus, power, reciprocal, smallestRoot } from '../ring/modulus.ts';
import type { Basis, Kernel } from './kernel.ts';

/** The operations that `reference.ts` has a faster form of for smaller moduli. */
export type WideOperations = Pick<
  Kernel,
  'ntt' | 'intt' | 'add' | 'subtract' | 'multiply' | 'multiplyAdd' | 'lift' | 'dropFirst'
>;

const rounder = 1.5 * 2 ** 52;

/** The nearest integer, for |x| < 2^51. */
const nearest = (x: number): number => x + rounder - rounder;

/** x modulo q in balanced form, for |x| < 2^52. */
const reduce = (x: number, q: number): number => x - nearest(x / q) * q;

/** The upper 26 bits of the significand (Veltkamp): what remains has at most 26 bits too. */
function high(x: number): number {
  const t = x * (2 ** 27 + 1);
  return t - (t - x);
}

/** a * b - p, exactly, for p = a * b rounded. */
function lost(a: number, b: number, p: number): number {
  const [ah, bh] = [high(a), high(b)];
  const [al, bl] = [a - ah, b - bh];
  return ah * bh - p + ah * bl + al * bh + al * bl;
}

/** x * w modulo q, balanced. */
function product(x: number, w: number, q: number): number {
  const h = x * w;
  const k = nearest(h / q);
  const p = k * q;
  return h - p - lost(k, q, p) + lost(x, w, h);
}

/** Calls `rule` for every term with its modulus. */
function each({ degree, moduli }: Basis, rule: (t: number, q: number) => void): void {
  for (const [i, q] of moduli.entries()) {
    for (let t = i * degree, end = t + degree; t < end; t++) rule(t, q);
  }
}

export const wideOperations: WideOperations = {
  ntt({ degree, moduli }, x) {
    for (const [i, q] of moduli.entries()) forward(x.subarray(i * degree, (i + 1) * degree), q);
  },

  intt({ degree, moduli }, out, x = out) {
    if (out !== x) out.set(x);
    for (const [i, q] of moduli.entries()) backward(out.subarray(i * degree, (i + 1) * degree), q);
  },

  add(basis, out, a, b) {
    each(basis, (t, q) => {
      out[t] = reduce(a[t]! + b[t]!, q);
    });
  },

  subtract(basis, out, a, b) {
    each(basis, (t, q) => {
      out[t] = reduce(a[t]! - b[t]!, q);
    });
  },

  multiply(basis, out, a, b) {
    each(basis, (t, q) => {
      out[t] = product(a[t]!, b[t]!, q);
    });
  },

  multiplyAdd(basis, out, a, b) {
    each(basis, (t, q) => {
      out[t] = reduce(out[t]! + product(a[t]!, b[t]!, q), q);
    });
  },

  lift(basis, out, integers) {
    each(basis, (t, q) => {
      out[t] = reduce(integers[t % basis.degree]!, q);
    });
  },

  dropFirst(from, to, out, x, p, count) {
    const first = from.moduli[0]!;
    const unit = -reciprocal(BigInt(p), first);
    for (const [i, q] of to.moduli.entries()) {
      const kept = reciprocal(BigInt(first), q);
      const carried = balanced(BigInt(kept) * BigInt(p), q);
      for (let j = 0; j < count; j++) {
        const digit = reduce(product(x[j]!, unit, first), q);
        out[i * count + j] = reduce(
          product(x[(i + 1) * count + j]!, kept, q) + product(digit, carried, q),
          q,
        );
      }
    }
  },
};

/** Cooley-Tukey as in `reference.ts`: u at most 0.5 q, v at most 0.56 q, so both sums stay below 1.1 q. */
function forward(x: Float64Array, q: Modulus): void {
  const { roots } = tablesOf(q, x.length);
  for (let blocks = 1, half = x.length / 2; half >= 1; blocks *= 2, half /= 2) {
    for (let i = 0; i < blocks; i++) {
      for (let j = 2 * i * half, end = j + half; j < end; j++) {
        const u = reduce(x[j]!, q);
        const v = product(x[j + half]!, roots[blocks + i]!, q);
        x[j] = u + v;
        x[j + half] = u - v;
      }
    }
  }
  for (let j = 0; j < x.length; j++) x[j] = reduce(x[j]!, q);
}

/** Gentleman-Sande, the exact inverse of `forward`: the difference of two terms is at most 1.1 q. */
function backward(x: Float64Array, q: Modulus): void {
  const { inverseRoots, inverseDegree } = tablesOf(q, x.length);
  for (let blocks = x.length / 2, half = 1; blocks >= 1; blocks /= 2, half *= 2) {
    for (let i = 0; i < blocks; i++) {
      for (let j = 2 * i * half, end = j + half; j < end; j++) {
        const [u, v] = [x[j]!, x[j + half]!];
        x[j] = reduce(u + v, q);
        x[j + half] = reduce(product(u - v, inverseRoots[blocks + i]!, q), q);
      }
    }
  }
  for (let j = 0; j < x.length; j++) x[j] = reduce(product(x[j]!, inverseDegree, q), q);
}

interface Tables {
  /** psi^bitReverse(i), balanced. */
  readonly roots: Float64Array;
  /** The inverses of the same. */
  readonly inverseRoots: Float64Array;
  readonly inverseDegree: number;
}

const known = new Map<string, Tables>();

function tablesOf(q: Modulus, degree: number): Tables {
  const key = `${degree}/${q}`;
  const found = known.get(key);
  if (found) return found;
  const m = BigInt(q);
  const psi = composedRoot(q, (prime) => smallestRoot(prime, degree));
  const powers = (base: bigint) => {
    const out = new Float64Array(degree);
    for (let i = 0, w = 1n; i < degree; i++, w = (w * base) % m) out[bitReverse(i, degree)] = balanced(w, q);
    return out;
  };
  const made: Tables = {
    roots: powers(psi),
    // psi^N = -1, so the inverse of psi is -psi^(N - 1).
    inverseRoots: powers(m - power(psi, BigInt(degree - 1), m)),
    inverseDegree: reciprocal(BigInt(degree), q),
  };
  known.set(key, made);
  return made;
}
