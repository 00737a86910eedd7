/**
 * Two plain models of the transforms. `values` and `coefficients` compute them in BigInt from the definition, by
 * halving. `traceForward` and `traceInverse` follow the WASM kernel stage by stage with its own roundings, do every
 * fused operation in BigInt, and report the largest magnitude of each stage.
 */
import { bitReverse, type Modulus, power, smallestRoot } from '../../src/ring/modulus.ts';
import { centre, mod } from './exact.ts';

/** Value j of the polynomial, at psi^(2 bitReverse(j) + 1); each in [0, q). */
export function values(coefficients: readonly bigint[], q: bigint, psi: bigint): bigint[] {
  // p(X) modulo X^n - c^2 splits into p modulo X^(n/2) - c and X^(n/2) + c; at the top c^2 = -1 = psi^N.
  const split = (p: readonly bigint[], exponent: number): bigint[] => {
    if (p.length === 1) return [mod(p[0]!, q)];
    const half = p.length / 2;
    const c = power(psi, BigInt(exponent / 2), q);
    const low = p.slice(0, half).map((x, i) => (x + c * p[half + i]!) % q);
    const high = p.slice(0, half).map((x, i) => mod(x - c * p[half + i]!, q));
    return [...split(low, exponent / 2), ...split(high, exponent / 2 + degree)];
  };
  const degree = coefficients.length;
  return split(
    coefficients.map((x) => mod(x, q)),
    degree,
  );
}

/** The largest magnitude seen in each stage, in units of q, and the overall largest as an integer. */
export interface Trace {
  readonly output: Float64Array;
  readonly stages: number[];
  readonly largest: number;
}

/** nearest(x), ties to even, as the WASM instruction rounds. */
export function nearest(x: number): number {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
}

function machine(q: number) {
  const [m, qi] = [BigInt(q), 1 / q];
  let largest = 0;
  const seen = (x: number): number => {
    if (Math.abs(x) > largest) largest = Math.abs(x);
    if (!Number.isSafeInteger(x)) throw new Error(`not an exact integer: ${x}`);
    return x;
  };
  /** x * w - k * q with every intermediate of the kernel checked for exactness. */
  const product = (x: number, w: number, k: number): number => {
    const h = x * w;
    seen(k);
    const exact = BigInt(x) * BigInt(w);
    // The two fused results and their difference must each be integers below 2^53.
    const upper = BigInt(h) - BigInt(k) * m;
    const lower = BigInt(h) - exact;
    return seen(Number(upper) - seen(Number(lower)));
  };
  return {
    /** `mulmod` of lanes.ts. */
    multiply: (x: number, w: number) => product(x, w, nearest(x * w * qi)),
    /** A product with a root: the quotient comes from w * (1/q). */
    rotate: (x: number, w: number) => product(x, w, nearest(x * (w * qi))),
    reduce: (x: number) => seen(x - nearest(seen(x) * qi) * q),
    add: (x: number, y: number) => seen(x + y),
    largest: () => largest,
  };
}

function rootTable(q: Modulus, degree: number, inverse: boolean): number[] {
  const m = BigInt(q);
  const psi = BigInt(smallestRoot(q, degree));
  const base = inverse ? power(psi, m - 2n, m) : psi;
  const table = new Array<number>(degree).fill(0);
  for (let i = 0, w = 1n; i < degree; i++, w = (w * base) % m) {
    table[bitReverse(i, degree)] = Number(centre(w, m));
  }
  return table;
}

/** The forward transform as `assembly/forward.ts` computes it. */
export function traceForward(input: Float64Array, q: Modulus): Trace {
  const { rotate, reduce, add, largest } = machine(q);
  const x = input.slice();
  const roots = rootTable(q, x.length, false);
  const stages: number[] = [];
  for (let groups = 1, half = x.length / 2; half >= 1; groups *= 2, half /= 2) {
    for (let g = 0; g < groups; g++) {
      for (let j = 2 * g * half, end = j + half; j < end; j++) {
        const v = rotate(x[j + half]!, roots[groups + g]!);
        [x[j], x[j + half]] = [add(x[j]!, v), add(x[j]!, -v)];
      }
    }
    stages.push(x.reduce((most, v) => Math.max(most, Math.abs(v)), 0) / q);
  }
  return { output: x.map(reduce), stages, largest: largest() };
}

/** The inverse transform as `assembly/inverse.ts` computes it: pairs of stages, the sum of four reduced. */
export function traceInverse(input: Float64Array, q: Modulus): Trace {
  const { multiply, rotate, reduce, add, largest } = machine(q);
  const x = input.slice();
  const n = x.length;
  const roots = rootTable(q, n, true);
  const n1 = Number(centre(power(BigInt(n), BigInt(q) - 2n, BigInt(q)), BigInt(q)));
  const stages: number[] = [];
  const odd = Math.log2(n) % 2 === 1;
  for (let quarter = 1; quarter * 4 <= n; quarter *= 4) {
    const groups = n / (4 * quarter);
    const last = groups === 1;
    for (let g = 0; g < groups; g++) {
      const [w1, w2, w3] = [roots[groups + g]!, roots[2 * (groups + g)]!, roots[2 * (groups + g) + 1]!];
      for (let a = 4 * g * quarter, end = a + quarter; a < end; a++) {
        const [b, c, d] = [a + quarter, a + 2 * quarter, a + 3 * quarter];
        const [y0, y2] = [add(x[a]!, x[b]!), add(x[c]!, x[d]!)];
        const [d0, d2] = [add(x[a]!, -x[b]!), add(x[c]!, -x[d]!)];
        if (last) {
          const y1 = multiply(d0, multiply(w2, n1));
          const y3 = multiply(d2, multiply(w3, n1));
          x[a] = reduce(multiply(add(y0, y2), n1));
          x[b] = reduce(add(y1, y3));
          x[c] = reduce(multiply(add(y0, -y2), multiply(w1, n1)));
          x[d] = reduce(multiply(add(y1, -y3), w1));
        } else {
          const [y1, y3] = [rotate(d0, w2), rotate(d2, w3)];
          x[a] = reduce(add(y0, y2));
          x[b] = add(y1, y3);
          x[c] = rotate(add(y0, -y2), w1);
          x[d] = rotate(add(y1, -y3), w1);
        }
      }
    }
    stages.push(x.reduce((most, v) => Math.max(most, Math.abs(v)), 0) / q);
  }
  if (odd) {
    const w1 = multiply(roots[1]!, n1);
    for (let a = 0; a < n / 2; a++) {
      const [u, v] = [x[a]!, x[a + n / 2]!];
      x[a] = reduce(multiply(add(u, v), n1));
      x[a + n / 2] = reduce(multiply(add(u, -v), w1));
    }
  }
  return { output: x, stages, largest: largest() };
}
