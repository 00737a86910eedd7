/**
 * NOT ENCRYPTION. The no-op scheme: same functions, same sizes, same parsers, everything in the clear, so that a
 * protocol can be tested without noise and keys. Its objects carry a fingerprint of their own, so the real scheme
 * refuses them and the other way round. For tests; nothing in this package imports it.
 * @module
 */
import { checkedMessage } from './bgv/message.ts';
import { fullRing } from './bgv/rings.ts';
import { FheError } from './errors.ts';
import type { Parameters } from './parameters.ts';
import { remainder } from './ring/modulus.ts';
import { fromIntegers } from './ring/poly.ts';
import type { MaskedCiphertext } from './rlwe/masked.ts';
import type { ClientScheme, EvaluateScheme } from './scheme.ts';
import { checkPositions, parseMasked, serializeMasked } from './wire/masked.ts';
import { parseSeeded, serializeSeeded } from './wire/seeded.ts';

export type { ClientScheme, EvaluateScheme } from './scheme.ts';

interface ClearKey {
  readonly parameters: Parameters;
  wiped: boolean;
}

/** A "ciphertext": the message itself, N values in [0, p). */
interface ClearText {
  readonly parameters: Parameters;
  readonly values: Float64Array;
}

const emptySeed = new Uint8Array(32);

export const noopClient: ClientScheme<ClearKey, ClearText, MaskedCiphertext> = {
  generateKeys(parameters, seed) {
    if (seed.length !== 32) throw new FheError('bad-seed');
    const values = new Float64Array(parameters.degree);
    return { secretKey: { parameters, wiped: false }, publicKey: { parameters, values } };
  },
  serializePublicKey: ({ parameters, values }) => seeded(parameters, 'public-key', values),
  encryptSeeded({ parameters, wiped }, message) {
    if (wiped) throw new FheError('wiped-key');
    const p = parameters.plaintextModulus;
    return seeded(
      parameters,
      'ciphertext',
      checkedMessage(parameters, message).map((m) => remainder(m + p, p)),
    );
  },
  parseMasked: (parameters, bytes, positions) => ({
    ...parseMasked(marked(parameters), bytes, positions),
    parameters,
  }),
  decryptCoefficients({ wiped, parameters }, masked) {
    if (wiped) throw new FheError('wiped-key');
    return Array.from(masked.c0, (x) => remainder(x, parameters.plaintextModulus));
  },
  wipeSecretKey(key) {
    key.wiped = true;
  },
};

export const noopEvaluate: EvaluateScheme<ClearText, ClearText, ClearText, ClearText, MaskedCiphertext> = {
  parsePublicKey: (parameters, bytes) => ({ parameters, values: clear(parameters, 'public-key', bytes) }),
  parseCiphertext: (parameters, bytes) => ({ parameters, values: clear(parameters, 'ciphertext', bytes) }),
  plaintext(parameters, coefficients) {
    const p = parameters.plaintextModulus;
    return { parameters, values: checkedMessage(parameters, coefficients).map((m) => remainder(m + p, p)) };
  },
  multiplyPlain: (a, b) => ({
    ...a,
    values: negacyclicProduct(a.values, b.values, a.parameters.plaintextModulus),
  }),
  add: (a, b) => ({
    ...a,
    values: a.values.map((x, j) => remainder(x + b.values[j]!, a.parameters.plaintextModulus)),
  }),
  rerandomise: (_publicKey, ciphertext) => ciphertext,
  maskCoefficients({ parameters, values }, positions, masks) {
    checkPositions(parameters, positions);
    if (masks.length !== positions.length) throw new FheError('bad-message');
    const c0 = positions.map((at, k) => remainder(values[at]! + masks[k]!, parameters.plaintextModulus));
    return { parameters, positions, c0: Float64Array.from(c0), c1: new Float64Array(parameters.degree) };
  },
  serializeMasked: (masked) => serializeMasked({ ...masked, parameters: marked(masked.parameters) }),
};

/** The same numbers under the fingerprint of the no-op scheme: "no-op" in ASCII, then zeros. */
function marked(parameters: Parameters): Parameters {
  return { ...parameters, fingerprint: '6e6f2d6f70000000' };
}

function seeded(
  parameters: Parameters,
  object: 'public-key' | 'ciphertext',
  values: Float64Array,
): Uint8Array {
  const poly = fromIntegers(fullRing(parameters), values);
  return serializeSeeded(marked(parameters), object, emptySeed, { ...poly, form: 'eval' });
}

function clear(parameters: Parameters, object: 'public-key' | 'ciphertext', bytes: Uint8Array): Float64Array {
  const { packed } = parseSeeded(marked(parameters), fullRing(parameters), object, bytes);
  return packed.residues
    .slice(0, parameters.degree)
    .map((x) => remainder(Math.abs(x), parameters.plaintextModulus));
}

/** a * b in Z_p[X]/(X^N + 1), schoolbook; sums stay below 2^12 * 2^34. */
function negacyclicProduct(a: Float64Array, b: Float64Array, p: number): Float64Array {
  const n = a.length;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const x = a[i]!;
    if (x === 0) continue;
    for (let j = 0; j < n - i; j++) out[i + j]! += x * b[j]!;
    for (let j = n - i; j < n; j++) out[i + j - n]! -= x * b[j]!;
  }
  return out.map((sum) => remainder(sum + p * 2 ** 35, p));
}
