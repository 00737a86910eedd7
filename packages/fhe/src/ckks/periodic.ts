/**
 * Sums of ciphertexts times weights that repeat with a short period, as a convolution's weights do when the slots are
 * position * period + channel.
 *
 * A message with period B is a polynomial in Y = X^R, R = N / (2B). Modulo q it has 2B different values only, and in
 * the order of values they form 2B runs of R equal ones: value j is p(c) with c = psi^(R (2 rev(j) + 1)), and since
 * psi^R has order 4B only the upper log2(2B) bits of j matter. So a weight is 2B numbers for each limb and not N, and
 * is made by a transform of length 2B.
 * @module
 */
import { FheError } from '../errors.ts';
import type { RunWeights } from '../kernel/kernel.ts';
import { automorphismSource } from '../ring/automorphism.ts';
import { factorsOf } from '../ring/composite.ts';
import { inverse, type Modulus, power, remainder, smallestRoot } from '../ring/modulus.ts';
import { createRing, type Ring, toEval, zero } from '../ring/poly.ts';
import { type Ciphertext, checkedScale, type Operand, requireFit, requireSum } from './ciphertext.ts';
import type { Context } from './context.ts';
import { toCoefficients } from './embedding.ts';
import { fromDoubles } from './encode.ts';

/** The weights of one sum, ready to multiply with. */
export interface PeriodicWeights<L extends number = number> extends Operand<L> {
  readonly terms: number;
  readonly weights: RunWeights;
}

/**
 * Prepares the weights of a sum of `rows.length` ciphertexts: in term k slot j is multiplied by rows[k][j mod B].
 * @param rows real weights; all rows have the same length B, a power of two from 4 to N/16.
 * @param at the level of the ciphertexts, and the scale (q_(level-1) makes a rescale restore theirs).
 * Cost: rows * primes transforms of length 2B; rows * limbs * 2B * 8 bytes (twice that below 2^30).
 * @throws {FheError} `bad-slots` for another period, or weights that do not fit; `bad-scale`, `level-mismatch`.
 */
export function periodicWeights<L extends number>(
  context: Context,
  rows: readonly Float64Array[],
  at: { readonly level: L; readonly scale: number },
): PeriodicWeights<L> {
  const { level } = at;
  const { degree } = context.parameters;
  const ring = context.ring(level);
  const scale = checkedScale(context, level, at.scale);
  const period = rows[0]?.length ?? 0;
  const fits = Number.isInteger(Math.log2(period)) && period >= 4 && period <= degree / 16;
  if (!fits || rows.some((row) => row.length !== period)) throw new FheError('bad-slots', { period });

  const runs = 2 * period;
  const small = smallRing(context, level, runs);
  const values = new Float64Array(ring.moduli.length * runs * rows.length);
  for (const [k, re] of rows.entries()) {
    const { residues } = toEval(
      fromDoubles(small.ring, toCoefficients({ re, im: new Float64Array(period) }, scale)),
    );
    for (const [i, primes] of small.limbs.entries()) {
      for (let r = 0; r < runs; r++) {
        const [x, y] = primes.map(({ row, source }) => residues[row * runs + source[r]!]!) as [
          number,
          number?,
        ];
        values[(i * runs + r) * rows.length + k] = y === undefined ? x : joined(x, y, primes);
      }
    }
    context.kernel.release(residues);
  }
  const weights = context.kernel.runWeights(ring.basis, values, rows.length, degree / runs);
  return { context, level, scale, terms: rows.length, weights };
}

/**
 * For each entry of `weights`, slot by slot the sum of as[k] times its weights of term k: all output channels of a
 * layer at once, so that each input is read from memory once. The scales multiply.
 * @param weights all with the same level, period and number of terms.
 * @throws {FheError} `ring-mismatch` when the number of terms or the period differs; `level-mismatch`,
 *   `scale-mismatch`, `bad-scale`.
 */
export function multiplyPeriodicSums<L extends number>(
  as: readonly Ciphertext<L>[],
  weights: readonly PeriodicWeights<NoInfer<L>>[],
): Ciphertext<L>[] {
  const first = as[0];
  if (first === undefined || weights.some(({ terms }) => terms !== as.length)) {
    throw new FheError('ring-mismatch', { terms: as.length });
  }
  for (const a of as) requireSum(first, a);
  const { context, level } = first;
  const scales = weights.map((sum) => {
    requireFit(first, sum);
    return checkedScale(context, level, first.scale * sum.scale);
  });
  const half = (part: 'c0' | 'c1') => {
    const outs = weights.map(() => zero(context.ring(level), 'eval'));
    context.kernel.runProducts(
      outs.map(({ residues }) => residues),
      as.map((a) => a[part].residues),
      weights.map((sum) => sum.weights),
    );
    return outs;
  };
  const [c0, c1] = [half('c0'), half('c1')];
  return scales.map((scale, o) => ({ context, level, scale, c0: c0[o]!, c1: c1[o]! }));
}

/** One prime of a limb: where its values are in the small ring, and how they are ordered. */
interface SmallPrime {
  readonly q: Modulus;
  readonly row: number;
  readonly source: Uint32Array;
}

interface SmallRing {
  readonly ring: Ring;
  readonly limbs: readonly (readonly SmallPrime[])[];
}

const known = new WeakMap<Context, Map<string, SmallRing>>();

/** Z_Q[Y]/(Y^runs + 1) over the primes of a level. Its roots are powers of those of the large ring. */
function smallRing(context: Context, level: number, runs: number): SmallRing {
  const rings = known.get(context) ?? new Map<string, SmallRing>();
  known.set(context, rings);
  const key = `${level} ${runs}`;
  const made = rings.get(key) ?? makeSmallRing(context, level, runs);
  rings.set(key, made);
  return made;
}

function makeSmallRing(context: Context, level: number, runs: number): SmallRing {
  const { degree, moduli } = context.parameters;
  const primes = moduli.slice(0, level);
  const limbs = context.ring(level).moduli.map((limb) =>
    factorsOf(limb).map((q) => ({
      q,
      row: primes.indexOf(q),
      // The value that belongs to psi^R is, for psi^R = root^g, the one of the automorphism Y -> Y^g.
      source: automorphismSource(runs, exponentOf(q, degree, runs)),
    })),
  );
  return { ring: createRing(context.kernel, runs, primes), limbs };
}

/** The odd g with psi^(degree / runs) = root^g, psi and root the smallest roots for both degrees. */
function exponentOf(q: Modulus, degree: number, runs: number): number {
  const m = BigInt(q);
  const wanted = power(BigInt(smallestRoot(q, degree)), BigInt(degree / runs), m);
  const root = BigInt(smallestRoot(q, runs));
  let [g, value] = [1, root];
  for (const square = (root * root) % m; value !== wanted; g += 2) value = (value * square) % m;
  return g;
}

/** The residue modulo q r that is x modulo q and y modulo r, balanced. All products stay below 2^53. */
function joined(x: number, y: number, primes: readonly SmallPrime[]): number {
  const [q, r] = [primes[0]!.q, primes[1]!.q];
  const factor = Number(inverse(BigInt(q), BigInt(r)));
  const base = remainder(x + q, q);
  const step = remainder(remainder(y - base + 2 ** 26 * r, r) * factor, r);
  const whole = base + q * step;
  return whole > (q * r) / 2 ? whole - q * r : whole;
}
