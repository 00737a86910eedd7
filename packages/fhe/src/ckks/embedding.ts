/**
 * The canonical embedding: N/2 complex slots to N real coefficients and back, in doubles.
 *
 * With zeta = exp(i pi / N), slot k of p is p(zeta^(3^k)); the other N/2 values are their conjugates. (3 and -1
 * generate all odd exponents modulo 2N, and X -> X^3 turns the slots by one place. SEAL uses the same order.)
 *
 * Of each conjugate pair one exponent is 1 modulo 4. For such e, zeta^(e N/2) = i, so p at zeta^e is the polynomial
 * c of n = N/2 complex coefficients c_j = p_j + i p_(j+n) at zeta^e: half the work of a transform of length N.
 * All operations are +, -, * on doubles in a fixed order, so every engine gives the same bits; no branch or address
 * depends on a value.
 * @see Cheon, Kim, Kim, Song, "Homomorphic Encryption for Arithmetic of Approximate Numbers" (2017), section 3
 * @module
 */

/** N/2 complex numbers. */
export interface Slots {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** X -> X^generator moves slot k + 1 to slot k. */
export const generator = 3;

interface Tables {
  /** Node k of the tree of remainders divides by X^m - w and X^m + w, w = re + i im; from 1, parents before children. */
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Slot k is leaf `leaf[k]`, conjugated where `sign[k]` is -1. */
  readonly leaf: Uint32Array;
  readonly sign: Float64Array;
}

const known = new Map<number, Tables>();

/** Slots of a polynomial with these N coefficients. Cost: N log2(N) / 2 complex products. */
export function toSlots(coefficients: Float64Array): Slots {
  const n = coefficients.length / 2;
  const { re: wr, im: wi, leaf, sign } = tables(2 * n);
  const x = coefficients.slice(0, n);
  const y = coefficients.slice(n);
  for (let blocks = 1, half = n / 2; half >= 1; blocks *= 2, half /= 2) {
    for (let block = 0; block < blocks; block++) {
      const r = wr[blocks + block]!;
      const i = wi[blocks + block]!;
      for (let j = 2 * block * half, end = j + half; j < end; j++) {
        const vr = x[j + half]! * r - y[j + half]! * i;
        const vi = x[j + half]! * i + y[j + half]! * r;
        const ur = x[j]!;
        const ui = y[j]!;
        x[j] = ur + vr;
        y[j] = ui + vi;
        x[j + half] = ur - vr;
        y[j + half] = ui - vi;
      }
    }
  }
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    re[k] = x[leaf[k]!]!;
    im[k] = y[leaf[k]!]! * sign[k]!;
  }
  x.fill(0);
  y.fill(0);
  return { re, im };
}

/** The N coefficients, multiplied by `scale`, not rounded. Inverse of `toSlots`. */
export function toCoefficients({ re, im }: Slots, scale: number): Float64Array {
  const n = re.length;
  const { re: wr, im: wi, leaf, sign } = tables(2 * n);
  const out = new Float64Array(2 * n);
  const x = out.subarray(0, n);
  const y = out.subarray(n);
  const factor = scale / n;
  for (let k = 0; k < n; k++) {
    x[leaf[k]!] = re[k]! * factor;
    y[leaf[k]!] = im[k]! * sign[k]! * factor;
  }
  for (let blocks = n / 2, half = 1; blocks >= 1; blocks /= 2, half *= 2) {
    for (let block = 0; block < blocks; block++) {
      const r = wr[blocks + block]!;
      const i = wi[blocks + block]!;
      for (let j = 2 * block * half, end = j + half; j < end; j++) {
        const ur = x[j]!;
        const ui = y[j]!;
        const vr = x[j + half]!;
        const vi = y[j + half]!;
        const dr = ur - vr;
        const di = ui - vi;
        x[j] = ur + vr;
        y[j] = ui + vi;
        x[j + half] = dr * r + di * i;
        y[j + half] = di * r - dr * i;
      }
    }
  }
  return out;
}

function tables(degree: number): Tables {
  const made = known.get(degree) ?? makeTables(degree);
  known.set(degree, made);
  return made;
}

/** X^m - zeta^(2e) = (X^(m/2) - zeta^e)(X^(m/2) + zeta^e): exponents halve on the way down, from X^n - i. */
function makeTables(degree: number): Tables {
  const n = degree / 2;
  const exponents = new Uint32Array(2 * n);
  exponents[1] = n / 2;
  for (let k = 1; k < n / 2; k++) {
    exponents[2 * k] = exponents[k]! / 2;
    exponents[2 * k + 1] = (exponents[k]! + degree) / 2;
  }
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  const leafOf = new Map<number, number>();
  for (let k = 1; k < n; k++) {
    [re[k], im[k]] = unit(exponents[k]!, degree);
    if (k < n / 2) continue;
    leafOf.set(exponents[k]!, 2 * (k - n / 2));
    leafOf.set((exponents[k]! + degree) % (2 * degree), 2 * (k - n / 2) + 1);
  }
  const leaf = new Uint32Array(n);
  const sign = new Float64Array(n);
  for (let k = 0, e = 1; k < n; k++, e = (e * generator) % (2 * degree)) {
    const direct = leafOf.get(e);
    leaf[k] = direct ?? leafOf.get(2 * degree - e)!;
    sign[k] = direct === undefined ? -1 : 1;
  }
  return { re, im, leaf, sign };
}

/** exp(i pi e / degree), from Taylor series on an eighth of the circle: the same bits in every engine. */
function unit(e: number, degree: number): [number, number] {
  const eighth = degree / 4;
  const octant = Math.floor(e / eighth) % 8;
  const rest = e % eighth;
  const angle = (Math.PI * (octant % 2 === 0 ? rest : eighth - rest)) / degree;
  const [c, s] = [cosine(angle), sine(angle)];
  const first: [number, number] = octant % 4 === 0 || octant % 4 === 3 ? [c, s] : [s, c];
  const [x, y] = first;
  return [octant >= 2 && octant < 6 ? -x : x, octant >= 4 ? -y : y];
}

/** For 0 <= x <= pi/4: the first term left out is below 2^-56. */
function sine(x: number): number {
  const terms = [17, 15, 13, 11, 9, 7, 5, 3].reduce((sum, k) => 1 - (x * x * sum) / (k * (k - 1)), 1);
  return x * terms;
}

function cosine(x: number): number {
  return [18, 16, 14, 12, 10, 8, 6, 4, 2].reduce((sum, k) => 1 - (x * x * sum) / (k * (k - 1)), 1);
}
