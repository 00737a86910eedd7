/**
 * The readable kernel: plain doubles, exact, no dependencies. Every other kernel must agree with it.
 *
 * A product of two 36-bit residues has 72 bits and a double holds 53, so a * b - k * q is never formed directly.
 * With S = 3 * 2^16, split b = bh * S + bl and q = qh * S + ql (|bl|, |ql| <= S/2) and let k be the nearest
 * integer to a * b / q, computed in floating point. Then
 *
 *     r = (a * bh - k * qh) * S + (a * bl - k * ql)  =  a * b - k * q
 *
 * and, for q <= 55 * 10^9 < 2^35.68, |a| <= 1.03 q and |b| <= 0.51 q, every term is an integer below 2^53, so
 * every operation is exact:
 *
 *     |k|        <= 0.53 q                               k's rounding error is below 3 * 2^-53 * 2^35 < 2^-16
 *     |a * bh|   <= 1.03 q * (0.51 q / S + 1)            < 2^52.9
 *     |k * qh|   <= 0.53 q * (q / S + 1/2)               < 2^52.9
 *     |a * bl - k * ql| <= (1.03 + 0.53) q * S/2         < 2^52.95
 *     |(a * bh - k * qh) * S| = |r - (a * bl - k * ql)|  < 2^53
 *     |r|        <= (1/2 + 2^-16) q                      so r is balanced again
 *
 * Adding and subtracting 1.5 * 2^52 rounds a double below 2^51 in size to the nearest integer. There is no branch
 * and no address that depends on a residue; doubles add and multiply in constant time on current processors.
 * The products are written out in the loops below because a call there would cost more than the arithmetic.
 * @module
 */
import { bitReverse, type Modulus, power, smallestRoot } from '../ring/modulus.ts';
import type { Basis, Kernel } from './kernel.ts';
import { referenceSums } from './reference-sums.ts';
import { wideOperations } from './reference-wide.ts';

const split = 3 * 2 ** 16;
const largestModulus = 55_000_000_000;
const rounder = 1.5 * 2 ** 52;

/** One modulus with its quotient and its halves. */
interface Limb {
  readonly q: number;
  /** 1 / q. */
  readonly inverse: number;
  readonly high: number;
  readonly low: number;
  /** psi^bitReverse(i), for the forward transform. */
  readonly roots: Factors;
  /** The inverses of the same, for the inverse transform. */
  readonly inverseRoots: Factors;
  readonly inverseDegree: Factors;
}

/** Constants to multiply with, one per index: w = high * S + low, quotient = w / q. */
interface Factors {
  readonly quotient: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
}

/** What `dropFirst` multiplies with, for one p. */
interface Drop {
  /** -1/p mod q_0. */
  readonly residue: Factors;
  /** For each remaining limb: 1/q_0, and p/q_0. */
  readonly kept: readonly { readonly value: Factors; readonly correction: Factors }[];
}

interface ReferenceBasis extends Basis {
  /** Absent when a modulus is too large for the loops here: then `reference-wide.ts` computes. */
  readonly limbs?: readonly Limb[];
  readonly drops: Map<number, Drop>;
}

const basics: Omit<Kernel, keyof ReturnType<typeof referenceSums>> = {
  name: 'reference',

  basis(degree, moduli): ReferenceBasis {
    return Object.freeze({
      degree,
      moduli,
      ...(moduli.every((q) => q <= largestModulus) && { limbs: moduli.map((q) => limb(q, degree)) }),
      drops: new Map<number, Drop>(),
    });
  },

  allocate: (length) => new Float64Array(length),
  release: (memory) => void memory.fill(0),

  ntt(basis, x) {
    for (const [i, l] of limbsOf(basis).entries())
      forward(l, x.subarray(i * basis.degree, (i + 1) * basis.degree));
  },

  intt(basis, out, x = out) {
    if (out !== x) out.set(x);
    for (const [i, l] of limbsOf(basis).entries())
      backward(l, out.subarray(i * basis.degree, (i + 1) * basis.degree));
  },

  add(basis, out, a, b) {
    for (const [i, { q, inverse }] of limbsOf(basis).entries()) {
      for (let t = i * basis.degree, end = t + basis.degree; t < end; t++) {
        const sum = a[t]! + b[t]!;
        out[t] = sum - (sum * inverse + rounder - rounder) * q;
      }
    }
  },

  subtract(basis, out, a, b) {
    for (const [i, { q, inverse }] of limbsOf(basis).entries()) {
      for (let t = i * basis.degree, end = t + basis.degree; t < end; t++) {
        const difference = a[t]! - b[t]!;
        out[t] = difference - (difference * inverse + rounder - rounder) * q;
      }
    }
  },

  multiply(basis, out, a, b) {
    for (const [i, { inverse, high, low }] of limbsOf(basis).entries()) {
      for (let t = i * basis.degree, end = t + basis.degree; t < end; t++) {
        const x = a[t]!;
        const y = b[t]!;
        const yh = y * (1 / split) + rounder - rounder;
        const yl = y - yh * split;
        const k = x * y * inverse + rounder - rounder;
        out[t] = (x * yh - k * high) * split + (x * yl - k * low);
      }
    }
  },

  multiplyAdd(basis, out, a, b) {
    for (const [i, { q, inverse, high, low }] of limbsOf(basis).entries()) {
      for (let t = i * basis.degree, end = t + basis.degree; t < end; t++) {
        const x = a[t]!;
        const y = b[t]!;
        const yh = y * (1 / split) + rounder - rounder;
        const yl = y - yh * split;
        const k = x * y * inverse + rounder - rounder;
        const sum = out[t]! + ((x * yh - k * high) * split + (x * yl - k * low));
        out[t] = sum - (sum * inverse + rounder - rounder) * q;
      }
    }
  },

  lift(basis, out, integers) {
    for (const [i, { q, inverse }] of limbsOf(basis).entries()) {
      for (let j = 0; j < basis.degree; j++) {
        const x = integers[j]!;
        out[i * basis.degree + j] = x - (x * inverse + rounder - rounder) * q;
      }
    }
  },

  dropFirst(from, to, out, x, p, count) {
    const limbs = limbsOf(from);
    const { residue, kept } = dropOf(from as ReferenceBasis, p);
    const d = new Float64Array(count);
    scale(limbs[0]!, residue, d, x.subarray(0, count));

    for (const [i, l] of limbsOf(to).entries()) {
      const target = out.subarray(i * count, (i + 1) * count);
      const { value, correction } = kept[i]!;
      // d is balanced modulo q_0; q_0 may be several times q_i, so it is reduced before it is multiplied.
      const part = d.map((term) => reduce(l, term));
      scale(l, correction, part, part);
      scale(l, value, target, x.subarray((i + 1) * count, (i + 2) * count));
      for (let j = 0; j < count; j++) target[j] = reduce(l, target[j]! + part[j]!);
    }
    d.fill(0);
  },

  permute({ degree, moduli }, out, x, target) {
    for (let at = 0; at < moduli.length * degree; at += degree) {
      for (let j = 0; j < degree; j++) out[at + target[j]!] = x[at + j]!;
    }
  },
};

const operations = anyModulus(basics);

/** The kernel that runs everywhere and that the others are compared with. */
export const referenceKernel: Kernel = { ...operations, ...referenceSums(operations) };

/**
 * Cooley-Tukey, decimation in time, roots in bit-reversed order; the result is in bit-reversed order too.
 * u is reduced to 0.5 q, v is at most (0.5 + 2^-16) q, so both sums stay below 1.03 q, which the product allows.
 * @see Longa, Naehrig, "Speeding up the Number Theoretic Transform" (2016), algorithm 1
 */
function forward({ q, inverse, high, low, roots }: Limb, x: Float64Array): void {
  for (let blocks = 1, half = x.length / 2; half >= 1; blocks *= 2, half /= 2) {
    for (let i = 0; i < blocks; i++) {
      const w = roots.quotient[blocks + i]!;
      const wh = roots.high[blocks + i]!;
      const wl = roots.low[blocks + i]!;
      for (let j = 2 * i * half, end = j + half; j < end; j++) {
        const a = x[j]!;
        const b = x[j + half]!;
        const u = a - (a * inverse + rounder - rounder) * q;
        const k = b * w + rounder - rounder;
        const v = (b * wh - k * high) * split + (b * wl - k * low);
        x[j] = u + v;
        x[j + half] = u - v;
      }
    }
  }
  for (let j = 0; j < x.length; j++) {
    const a = x[j]!;
    x[j] = a - (a * inverse + rounder - rounder) * q;
  }
}

/**
 * Gentleman-Sande, the exact inverse of `forward`. u + v is reduced at once; u - v is at most 1.02 q and goes
 * into a product, which allows 1.03 q. The last reduction leaves the representatives nearest zero.
 * @see Longa, Naehrig (2016), algorithm 2
 */
function backward(l: Limb, x: Float64Array): void {
  const { q, inverse, high, low, inverseRoots: roots } = l;
  for (let blocks = x.length / 2, half = 1; blocks >= 1; blocks /= 2, half *= 2) {
    for (let i = 0; i < blocks; i++) {
      const w = roots.quotient[blocks + i]!;
      const wh = roots.high[blocks + i]!;
      const wl = roots.low[blocks + i]!;
      for (let j = 2 * i * half, end = j + half; j < end; j++) {
        const u = x[j]!;
        const v = x[j + half]!;
        const sum = u + v;
        const b = u - v;
        const k = b * w + rounder - rounder;
        x[j] = sum - (sum * inverse + rounder - rounder) * q;
        x[j + half] = (b * wh - k * high) * split + (b * wl - k * low);
      }
    }
  }
  scale(l, l.inverseDegree, x, x);
  for (let j = 0; j < x.length; j++) x[j] = reduce(l, x[j]!);
}

/** out = x * w, w the only constant in `factors`. */
function scale({ high, low }: Limb, factors: Factors, out: Float64Array, x: Float64Array): void {
  const [w, wh, wl] = [factors.quotient[0]!, factors.high[0]!, factors.low[0]!];
  for (let j = 0; j < x.length; j++) {
    const a = x[j]!;
    const k = a * w + rounder - rounder;
    out[j] = (a * wh - k * high) * split + (a * wl - k * low);
  }
}

/** x modulo q in balanced form, for |x| < 2^51. */
function reduce({ q, inverse }: Limb, x: number): number {
  return x - (x * inverse + rounder - rounder) * q;
}

function limbsOf(basis: Basis): readonly Limb[] {
  return (basis as ReferenceBasis).limbs!;
}

/** The operations above for small moduli, those of `reference-wide.ts` when one of them is large. */
function anyModulus(narrow: typeof basics): typeof basics {
  const either =
    <Rest extends unknown[]>(small: (basis: Basis, ...rest: Rest) => void, wide: typeof small) =>
    (basis: Basis, ...rest: Rest) =>
      (basis as ReferenceBasis).limbs ? small(basis, ...rest) : wide(basis, ...rest);
  return {
    ...narrow,
    ntt: either(narrow.ntt, wideOperations.ntt),
    intt: either(narrow.intt, wideOperations.intt),
    add: either(narrow.add, wideOperations.add),
    subtract: either(narrow.subtract, wideOperations.subtract),
    multiply: either(narrow.multiply, wideOperations.multiply),
    multiplyAdd: either(narrow.multiplyAdd, wideOperations.multiplyAdd),
    lift: either(narrow.lift, wideOperations.lift),
    dropFirst: either(narrow.dropFirst, wideOperations.dropFirst),
  };
}

function limb(q: Modulus, degree: number): Limb {
  const m = BigInt(q);
  const psi = BigInt(smallestRoot(q, degree));
  const powers = (base: bigint) => {
    const out = new Array<bigint>(degree);
    for (let i = 0, value = 1n; i < degree; i++, value = (value * base) % m)
      out[bitReverse(i, degree)] = value;
    return out;
  };
  const high = Math.round(q / split);
  return {
    q,
    inverse: 1 / q,
    high,
    low: q - high * split,
    roots: factors(powers(psi), q),
    inverseRoots: factors(powers(power(psi, m - 2n, m)), q),
    inverseDegree: factors([power(BigInt(degree), m - 2n, m)], q),
  };
}

/** Prepares constants in [0, q) to multiply with. */
function factors(values: readonly bigint[], q: Modulus): Factors {
  const balanced = Float64Array.from(values, (v) => (Number(v) > q / 2 ? Number(v) - q : Number(v)));
  const high = balanced.map((w) => Math.round(w / split));
  return {
    quotient: balanced.map((w) => w / q),
    high,
    low: balanced.map((w, i) => w - high[i]! * split),
  };
}

function dropOf(from: ReferenceBasis, p: number): Drop {
  const known = from.drops.get(p);
  if (known) return known;
  const [first, ...rest] = from.moduli;
  const inverseOf = (value: number, q: Modulus) =>
    power(BigInt(value) % BigInt(q), BigInt(q) - 2n, BigInt(q));
  const made: Drop = {
    residue: factors([BigInt(first!) - inverseOf(p, first!)], first!),
    kept: rest.map((q) => ({
      value: factors([inverseOf(first!, q)], q),
      correction: factors([(inverseOf(first!, q) * BigInt(p)) % BigInt(q)], q),
    })),
  };
  from.drops.set(p, made);
  return made;
}
