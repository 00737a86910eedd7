/**
 * Known answers: every byte that the wire format and the samplers fix, for given seeds.
 * `node packages/fhe/test/support/vectors.ts > packages/fhe/test/vectors/sealed-sign-in.json` writes the file anew;
 * a difference means that stored tickets and keys of older versions would no longer be understood.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import * as client from '../../src/client.ts';
import * as evaluate from '../../src/evaluate.ts';
import { sealedSignIn, seededRandomness } from '../../src/params.ts';
import { drawInputs, multiplier, positions } from './sign-in.ts';

const start = (bytes: Uint8Array) => bytesToHex(bytes.subarray(0, 64));
const digest = (bytes: Uint8Array) => bytesToHex(sha256(bytes));

function vector(byte: number) {
  const seed = new Uint8Array(32).fill(byte);
  const random = (purpose: string) => ({ random: seededRandomness(seed, purpose) });
  const { secretKey, publicKey } = client.generateKeys(sealedSignIn, seed);
  const inputs = drawInputs(random('inputs').random);
  const key = client.serializePublicKey(publicKey);
  const ticket = client.encryptSeeded(secretKey, inputs.message, random('ticket'));
  const product = evaluate.multiplyPlain(
    evaluate.parseCiphertext(sealedSignIn, ticket),
    evaluate.plaintext(sealedSignIn, multiplier(inputs)),
  );
  const fresh = evaluate.rerandomise(evaluate.parsePublicKey(sealedSignIn, key), product, random('zero'));
  const masked = evaluate.maskCoefficients(fresh, positions, inputs.masks, random('flood'));
  const reply = evaluate.serializeMasked(masked);
  return {
    seed: `32 bytes ${byte}`,
    secretStart: Array.from(secretKey.coefficients.subarray(0, 16)),
    publicKey: { start: start(key), sha256: digest(key) },
    ticket: { start: start(ticket), sha256: digest(ticket) },
    reply: { start: start(reply), sha256: digest(reply) },
    opened: client.decryptCoefficients(secretKey, client.parseMasked(sealedSignIn, reply, positions)),
  };
}

export const vectors = () => ({ parameters: sealedSignIn.id, vectors: [0, 1, 255].map(vector) });

if (import.meta.main) console.log(JSON.stringify(vectors(), null, 2));
