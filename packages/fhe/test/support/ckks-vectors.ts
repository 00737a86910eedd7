/**
 * Known answers of RNS-CKKS: every byte that wire format, samplers, encoder and operations fix, for given seeds; and
 * a transform small enough to follow by hand. A second implementation that gives these gives everything.
 * `node packages/fhe/test/support/ckks-vectors.ts > packages/fhe/test/vectors/ckks.json` writes the file anew; a
 * difference means that stored keys and ciphertexts of older versions would no longer be understood.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ckks as client } from '../../src/client.ts';
import { ckks } from '../../src/evaluate.ts';
import { defaultKernel } from '../../src/kernel/default.ts';
import { seededRandomness } from '../../src/params.ts';
import { smallestRoot } from '../../src/ring/modulus.ts';
import { createRing, fromIntegers, toEval } from '../../src/ring/poly.ts';
import { hybrid, simple } from './ckks.ts';
import { primesBelow } from './primes.ts';

const start = (bytes: Uint8Array) => bytesToHex(bytes.subarray(0, 64));
const digest = (bytes: Uint8Array) => ({
  bytes: bytes.length,
  start: start(bytes),
  sha256: bytesToHex(sha256(bytes)),
});

/** Slot k is (k mod 17) / 16 - 1/2, and i times (k mod 5) / 4: exact in doubles. */
function message(): client.Slots {
  const n = simple.degree / 2;
  return {
    re: Float64Array.from({ length: n }, (_, k) => (k % 17) / 16 - 0.5),
    im: Float64Array.from({ length: n }, (_, k) => (k % 5) / 4),
  };
}

function vector(parameters: typeof simple, byte: number) {
  const seed = new Uint8Array(32).fill(byte);
  const context = client.createContext(parameters);
  const random = (purpose: string) => ({ random: seededRandomness(seed, purpose) });
  const { secretKey, publicKey } = client.generateKeys(context, seed);
  const relinearisation = client.relinearisationKey(secretKey, seed);
  const rotation = client.rotationKey(secretKey, seed, 3);
  const conjugation = client.conjugationKey(secretKey, seed, { level: 2 });
  const plaintext = client.encode(context, message());
  const seeded = client.encryptSeeded(secretKey, plaintext, random('ciphertext'));
  const x = ckks.parseSeededCiphertext(context, seeded, 3);
  const y = ckks.encryptPublic(publicKey, plaintext, random('public'));
  const product = ckks.relineariseRescale(ckks.multiply(x, y), relinearisation);
  const two = ckks.rescale(ckks.relinearise(ckks.multiply(x, y), relinearisation));
  const serialize = (c: ckks.Ciphertext) => digest(ckks.serializeCiphertext(c));
  return {
    parameters: parameters.id,
    fingerprint: parameters.fingerprint,
    moduli: parameters.moduli,
    special: parameters.special,
    scale: parameters.scale,
    seed: `32 bytes ${byte}`,
    secretStart: Array.from(secretKey.coefficients.subarray(0, 16)),
    publicKey: digest(client.serializePublicKey(publicKey)),
    relinearisationKey: digest(client.serializeEvaluationKey(relinearisation)),
    rotationKey3: digest(client.serializeEvaluationKey(rotation)),
    conjugationKeyLevel2: digest(client.serializeEvaluationKey(conjugation)),
    seededCiphertext: digest(seeded),
    publicCiphertext: serialize(y),
    sum: serialize(ckks.add(x, y)),
    timesPlaintextRescaled: serialize(ckks.rescale(ckks.multiplyPlain(x, plaintext))),
    productFused: serialize(product),
    productInSteps: serialize(two),
    rotatedBy3: serialize(ckks.rotate(x, 3, rotation)),
    conjugatedAtLevel2: serialize(ckks.conjugate(ckks.dropTo(x, 2), conjugation)),
  };
}

function transform() {
  const [q] = primesBelow(24, 8, 1);
  const coefficients = [1, 2, 3, 4, 5, 6, 7, 8];
  const ring = createRing(defaultKernel(), 8, [q!]);
  const { residues } = toEval(fromIntegers(ring, Float64Array.from(coefficients)));
  const values = Array.from(residues, (x) => (x < 0 ? x + q! : x));
  return { degree: 8, modulus: q, root: smallestRoot(q!, 8), coefficients, values };
}

export const vectors = () => ({ transform: transform(), vectors: [vector(simple, 0), vector(hybrid, 1)] });

if (import.meta.main) console.log(JSON.stringify(vectors(), null, 2));
