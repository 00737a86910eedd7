/**
 * The reference form of the operations that only encrypted images need: each written with the basic ones, or, for
 * the conversion between bases, straight from its definition in BigInt. Readable, not fast.
 * @module
 */
import { FheError } from '../errors.ts';
import { inverse } from '../ring/modulus.ts';
import type { Basis, Kernel, RunWeights } from './kernel.ts';

type Sums = Pick<
  Kernel,
  | 'scale'
  | 'subtractScale'
  | 'canonical'
  | 'convert'
  | 'divide'
  | 'innerProducts'
  | 'runWeights'
  | 'runProducts'
>;
type Basics = Pick<Kernel, 'ntt' | 'add' | 'subtract' | 'multiply' | 'multiplyAdd' | 'permute'>;

interface ExpandedWeights extends RunWeights {
  /** One full-length polynomial for each term. */
  readonly factors: readonly Float64Array[];
}

export function referenceSums(kernel: Basics): Sums {
  const sums: Sums = {
    scale(basis, out, a, factors) {
      kernel.multiply(
        basis,
        out,
        a,
        each(basis, (i) => factors[i]!),
      );
    },

    subtractScale(basis, out, a, b, factors) {
      kernel.subtract(basis, out, a, b);
      sums.scale(basis, out, out, factors);
    },

    canonical({ degree, moduli }, out, x) {
      for (const [i, q] of moduli.entries()) {
        for (let t = i * degree, end = t + degree; t < end; t++) {
          const r = x[t]! + q * Number(x[t]! < 0);
          // + 0 makes a zero of a negative zero.
          out[t] = r - q * Number(r >= q) + 0;
        }
      }
    },

    convert(from, to, out, x) {
      const count = to.degree;
      const Q = from.moduli.reduce((product, q) => product * BigInt(q), 1n);
      const parts = from.moduli.map((q) => {
        const rest = Q / BigInt(q);
        return rest * inverse(rest, BigInt(q));
      });
      for (let j = 0; j < count; j++) {
        const sum = parts.reduce((total, part, i) => total + part * BigInt(x[i * count + j]!), 0n);
        const whole = centred(sum, Q);
        for (const [i, p] of to.moduli.entries()) out[i * count + j] = Number(centred(whole, BigInt(p)));
      }
      kernel.ntt(to, out);
    },

    divide({ tail, kept, factors }, out, x, dropped, { plus, target } = {}) {
      const [lifted, quotient] = [new Float64Array(out.length), new Float64Array(out.length)];
      sums.convert(tail, kept, lifted, dropped);
      sums.subtractScale(kept, quotient, x, lifted, factors);
      if (plus) kernel.add(kept, quotient, quotient, plus);
      if (target) kernel.permute(kept, out, quotient, target);
      else out.set(quotient);
    },

    innerProducts(basis, outs, xs, weights) {
      const [sums, terms] = [outs.length, xs.length];
      if (terms === 0 || weights.length !== sums || weights.some((w) => w.length !== terms)) {
        throw new FheError('ring-mismatch', { sums, terms });
      }
      for (const [o, out] of outs.entries()) {
        kernel.multiply(basis, out, xs[0]!, weights[o]![0]!);
        for (let k = 1; k < terms; k++) kernel.multiplyAdd(basis, out, xs[k]!, weights[o]![k]!);
      }
    },

    runWeights(basis, values, terms, run): ExpandedWeights {
      const runs = basis.degree / run;
      if (run % 8 !== 0 || !Number.isInteger(runs) || values.length !== basis.moduli.length * runs * terms) {
        throw new FheError('ring-mismatch', { terms, run, length: values.length });
      }
      const factors = Array.from({ length: terms }, (_, k) =>
        each(basis, (i, j) => values[(i * runs + Math.floor(j / run)) * terms + k]!),
      );
      return { basis, terms, run, factors };
    },

    runProducts(outs, xs, weights) {
      if (outs.length !== weights.length) throw new FheError('ring-mismatch', { sums: outs.length });
      for (const [o, out] of outs.entries()) {
        const { basis, factors } = weights[o] as ExpandedWeights;
        sums.innerProducts(basis, [out], xs, [factors]);
      }
    },
  };
  return sums;
}

/** A polynomial from a rule for its term j modulo q_i. */
function each({ degree, moduli }: Basis, rule: (i: number, j: number) => number): Float64Array {
  return Float64Array.from({ length: degree * moduli.length }, (_, t) =>
    rule(Math.floor(t / degree), t % degree),
  );
}

/** The representative in (-m/2, m/2]. */
function centred(x: bigint, m: bigint): bigint {
  const r = ((x % m) + m) % m;
  return 2n * r > m ? r - m : r;
}
