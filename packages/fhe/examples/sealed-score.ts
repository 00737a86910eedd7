/**
 * The core of sealed sign-in: the server multiplies an encrypted vector with a clear one and returns the inner
 * product under a mask, and the device learns that number and nothing else.
 * Run: node packages/fhe/examples/sealed-score.ts
 */
import * as client from '@blindsight/fhe/client';
import * as server from '@blindsight/fhe/evaluate';
import { sealedSignIn as parameters } from '@blindsight/fhe/params';

const { secretKey, publicKey } = client.generateKeys(parameters, crypto.getRandomValues(new Uint8Array(32)));
const enrolled = new Int32Array(4096);
enrolled.set([3, -1, 4, 1, -5, 2, 6, -5]);
const upload = {
  key: client.serializePublicKey(publicKey),
  vector: client.encryptSeeded(secretKey, enrolled),
};

// Coefficient 7 of the product with the reversed probe is the inner product.
const probe = [1, -1, 1, 1, -1, -1, 1, 1];
const reversed = new Int32Array(4096);
reversed.set(probe.toReversed());
const mask = 1000;
const product = server.multiplyPlain(
  server.parseCiphertext(parameters, upload.vector),
  server.plaintext(parameters, reversed),
);
const fresh = server.rerandomise(server.parsePublicKey(parameters, upload.key), product);
const reply = server.serializeMasked(server.maskCoefficients(fresh, [7], [mask]));

const [opened] = client.decryptCoefficients(secretKey, client.parseMasked(parameters, reply, [7]));
console.log(`score ${opened! - mask}, in a reply of ${reply.length} bytes`);
// score 13, in a reply of 18453 bytes
