/**
 * Draws from the distributions of the scheme. Each takes a fixed number of random words for each coefficient and has
 * no branch on them (the norm test of `errorPolynomial` tells one bit, "drawn again", with probability below 2^-100).
 * @module
 */
import type { Parameters } from '../parameters.ts';
import { remainder } from '../ring/modulus.ts';
import type { Randomness } from './randomness.ts';

/**
 * N coefficients in {-1, 0, 1}, each with probability 1/3 within 2^-32: the integer part of 3 * word / 2^32.
 */
export function ternary(random: Randomness, degree: number): Float64Array {
  const words = random.words(degree);
  const out = new Float64Array(degree);
  for (let j = 0; j < degree; j++) out[j] = Math.floor((words[j]! * 3) / 2 ** 32) - 1;
  words.fill(0);
  return out;
}

/** Coin pairs for one error coefficient; its standard deviation is sqrt(21 / 2) = 3.2404. */
const coins = 21;

/**
 * N error coefficients: heads in 21 coins minus heads in 21 others (centred binomial, standard deviation 3.2404, so
 * not below the 3.2 that the security table assumes; at most 21 in size), all drawn again while their Euclidean norm
 * exceeds `errorNorm`. Without that limit the noise bounds of `bgv/noise.ts` would be estimates.
 * @see Alkim, Ducas, Poeppelmann, Schwabe, "Post-quantum key exchange: a new hope" (2016), section 4, on binomial noise
 */
export function errorPolynomial(
  random: Randomness,
  parameters: Pick<Parameters, 'degree' | 'errorNorm'>,
): Float64Array {
  const { degree, errorNorm } = parameters;
  const out = new Float64Array(degree);
  let squares: number;
  do {
    const words = random.words(2 * degree);
    squares = 0;
    for (let j = 0; j < degree; j++) {
      const error = ones(words[2 * j]!) - ones(words[2 * j + 1]!);
      out[j] = error;
      squares += error * error;
    }
    words.fill(0);
  } while (squares > errorNorm * errorNorm);
  return out;
}

/** How many of the lowest 21 bits are set; sums in parallel inside the word. */
function ones(word: number): number {
  let v = word & (2 ** coins - 1);
  v -= (v >>> 1) & 0x5555_5555;
  v = (v & 0x3333_3333) + ((v >>> 2) & 0x3333_3333);
  v = (v + (v >>> 4)) & 0x0f0f_0f0f;
  return Math.imul(v, 0x0101_0101) >>> 24;
}

/**
 * `count` integers E, each uniform in [-2^bits, 2^bits), too wide for a double: returned modulo each q, in [0, q),
 * one row for each modulus. Digits of 16 bits by Horner's rule; x * 2^16 + digit < 2^53 for q < 2^36.9.
 */
export function wideUniform(
  random: Randomness,
  bits: number,
  count: number,
  moduli: readonly number[],
): Float64Array[] {
  const digits = Math.ceil((bits + 1) / 16);
  const topMask = 2 ** (bits + 1 - 16 * (digits - 1)) - 1;
  const words = random.words(count * digits);
  const rows = moduli.map((q) => {
    let offset = 1;
    for (let bit = 0; bit < bits; bit++) offset = (offset * 2) % q;
    return Float64Array.from({ length: count }, (_, k) => {
      let x = words[k * digits]! & topMask;
      for (let i = 1; i < digits; i++) x = remainder(x * 2 ** 16 + (words[k * digits + i]! & 0xffff), q);
      return remainder(x + (q - offset), q);
    });
  });
  words.fill(0);
  return rows;
}
