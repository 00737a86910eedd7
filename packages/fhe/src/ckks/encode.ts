/**
 * Slots to plaintext polynomials and back.
 * @module
 */
import { FheError } from '../errors.ts';
import { reciprocal } from '../ring/modulus.ts';
import { add, fromIntegers, type Poly, type Ring, release, toCoeff, toEval } from '../ring/poly.ts';
import { checkedScale, type Plaintext } from './ciphertext.ts';
import type { Context } from './context.ts';
import { type Slots, toCoefficients, toSlots } from './embedding.ts';

/** Where an encoding goes; a fresh one by default. */
export interface EncodeOptions<L extends number> {
  /** Number of primes. Default: all. */
  readonly level?: L;
  /** Default: the scale of the parameters. */
  readonly scale?: number;
}

/** Coefficients go to residues in two parts around this, because a double of 2^80 is exact but no 48-bit integer. */
const part = 2 ** 36;
const largestCoefficient = 2 ** 80;
/** Adding and subtracting this rounds a double below 2^51 in size to an integer. */
const rounder = 1.5 * 2 ** 52;

/**
 * N/2 real or complex slots as a plaintext polynomial. Each coefficient is rounded to the nearest integer, which
 * moves a slot by at most N/2 / scale (typically sqrt(N/12) / scale).
 * Deterministic: the same input gives the same residues on every engine. Timing: no branch or address depends on the
 * slots, up to the refusal of values that do not fit.
 * @throws {FheError} `bad-slots` for another number of slots, a slot that is not finite, or coefficients that do not
 *   fit (2^80, or half the modulus of the level); `bad-scale`; `level-mismatch`.
 */
export function encode<L extends number>(
  context: Context<L>,
  slots: Float64Array | Slots,
  options?: Omit<EncodeOptions<never>, 'level'>,
): Plaintext<L>;
export function encode<K extends number>(
  context: Context,
  slots: Float64Array | Slots,
  options: EncodeOptions<K> & { readonly level: K },
): Plaintext<K>;
export function encode(
  context: Context,
  slots: Float64Array | Slots,
  options: EncodeOptions<number> = {},
): Plaintext {
  const level = options.level ?? context.parameters.levels;
  const ring = context.ring(level);
  const scale = checkedScale(context, level, options.scale ?? context.parameters.scale);
  const coefficients = toCoefficients(checkedSlots(ring, slots), scale);
  const poly = toEval(fromDoubles(ring, coefficients));
  coefficients.fill(0);
  return { context, level, scale, poly };
}

/** The slots of a plaintext. Values decoded from a decryption are secret-dependent: see `decrypt.ts`. */
export function decode({ context, level, scale, poly }: Plaintext): Slots {
  const ring = context.ring(level);
  const copy = context.kernel.allocate(poly.residues.length);
  copy.set(poly.residues);
  const coefficients = toDoubles(toCoeff({ form: 'eval', ring, residues: copy }));
  context.kernel.release(copy);
  for (let j = 0; j < coefficients.length; j++) coefficients[j]! /= scale;
  const slots = toSlots(coefficients);
  coefficients.fill(0);
  return slots;
}

function checkedSlots({ degree }: Ring, slots: Float64Array | Slots): Slots {
  const { re, im } =
    slots instanceof Float64Array ? { re: slots, im: new Float64Array(slots.length) } : slots;
  const typed = re instanceof Float64Array && im instanceof Float64Array;
  if (!typed || re.length !== degree / 2 || im.length !== degree / 2) {
    throw new FheError('bad-slots', { slots: degree / 2 });
  }
  return { re, im };
}

/** Rounds to integers and reduces modulo every limb. @throws {FheError} `bad-slots` when one does not fit. */
export function fromDoubles(ring: Ring, coefficients: Float64Array): Poly<'coeff'> {
  const product = ring.moduli.reduce((all, q) => all * q, 1);
  const limit = Math.min(largestCoefficient, product / 2);
  const high = ring.kernel.allocate(ring.degree);
  const low = ring.kernel.allocate(ring.degree);
  let fits = 1;
  for (let j = 0; j < ring.degree; j++) {
    const x = coefficients[j]!;
    // NaN and infinities compare false, and so does everything too large; one flag for all of them.
    fits &= Number(Math.abs(x) < limit);
    const h = x / part + rounder - rounder;
    high[j] = h;
    low[j] = x - h * part + rounder - rounder;
  }
  if (fits === 0) {
    ring.kernel.release(high);
    ring.kernel.release(low);
    throw new FheError('bad-slots', { limitBits: Math.log2(limit) });
  }
  const upper = fromIntegers(ring, high);
  const lower = fromIntegers(ring, low);
  const factors = ring.moduli.map((q) => (part % q > q / 2 ? (part % q) - q : part % q));
  ring.kernel.scale(ring.basis, upper.residues, upper.residues, factors);
  const out = add(upper, lower);
  ring.kernel.release(high);
  ring.kernel.release(low);
  release(upper, lower);
  return out;
}

/**
 * The N integers nearest zero with these residues, as doubles (relative error 2^-52), by mixed-radix digits: the
 * digits of a small number are zero beyond the first, so nothing cancels. Takes the operand over.
 * Cost: L^2 / 2 passes over N terms. No branch or address depends on a residue.
 */
export function toDoubles({ ring, residues }: Poly<'coeff'>): Float64Array {
  const { degree, kernel, moduli } = ring;
  const digits: Float64Array[] = [];
  for (const [i, q] of moduli.entries()) {
    const own = kernel.basis(degree, [q]);
    const digit = kernel.allocate(degree);
    // A second reduction gives the unique representative nearest zero.
    kernel.lift(own, digit, residues.subarray(i * degree, (i + 1) * degree));
    digits.push(digit);
    const rest = moduli.slice(i + 1);
    if (rest.length === 0) break;
    const above = kernel.basis(degree, rest);
    const left = residues.subarray((i + 1) * degree);
    const lifted = kernel.allocate(left.length);
    kernel.lift(above, lifted, digit);
    const factors = rest.map((r) => reciprocal(BigInt(q), r));
    kernel.subtractScale(above, left, left, lifted, factors);
    kernel.release(lifted);
  }
  const out = new Float64Array(degree);
  for (let i = moduli.length - 1; i >= 0; i--) {
    const digit = digits[i]!;
    const q = moduli[i]!;
    for (let j = 0; j < degree; j++) out[j] = out[j]! * q + digit[j]!;
    kernel.release(digit);
  }
  return out;
}
