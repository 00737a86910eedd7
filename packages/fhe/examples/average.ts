/**
 * Mean and variance of numbers that the server never sees: a square, and sums by rotation.
 * Run: node packages/fhe/examples/average.ts
 */
import { ckks as client } from '@blindsight/fhe/client';
import { ckks as server } from '@blindsight/fhe/evaluate';

// 4096 slots and three levels of 43 bits: with the special prime 172 bits of the 214 that N = 8192 allows.
const parameters = client.parameters({
  id: 'example-average/1',
  degree: 8192,
  moduli: [8_796_092_858_369, 8_796_092_792_833, 8_796_092_661_761],
  special: [8_796_092_399_617],
  scale: 2 ** 40,
});

// The device makes the keys; only the evaluation keys, the public part, leave it.
const device = client.createContext(parameters);
const seed = crypto.getRandomValues(new Uint8Array(32));
const { secretKey } = client.generateKeys(device, seed);
const steps = Array.from({ length: 12 }, (_, i) => 2 ** i);
const upload = {
  data: client.encryptSeeded(
    secretKey,
    client.encode(
      device,
      Float64Array.from({ length: 4096 }, (_, k) => Math.sin(k)),
    ),
  ),
  relinearisation: client.serializeEvaluationKey(client.relinearisationKey(secretKey, seed)),
  rotations: steps.map((step) =>
    client.serializeEvaluationKey(client.rotationKey(secretKey, seed, step, { level: 2 })),
  ),
};

// The server parses everything strictly, at the levels it expects, and computes.
const context = server.createContext(parameters);
const x = server.parseSeededCiphertext(context, upload.data, 3);
const relinearisation = server.parseRelinearisationKey(context, upload.relinearisation, 3);
const rotations = steps.map((step, i) =>
  server.parseGaloisKey(context, upload.rotations[i]!, server.galoisElement(8192, step), 2),
);

/** The sum of all slots, in every slot. */
const total = (ciphertext: server.Ciphertext<2>) =>
  steps.reduce((sum, step, i) => server.add(sum, server.rotate(sum, step, rotations[i]!)), ciphertext);

const squares = server.relineariseRescale(server.multiply(x, x), relinearisation);
const reply = {
  sum: server.serializeCiphertext(total(server.dropTo(x, 2))),
  squares: server.serializeCiphertext(total(squares)),
};

// The device opens both. What it sees carries noise that depends on its key: it keeps the numbers to itself.
const open = (bytes: Uint8Array) =>
  client.decrypt(secretKey, client.parseCiphertext(device, bytes, 2)).re[0]!;
const mean = open(reply.sum) / 4096;
const variance = open(reply.squares) / 4096 - mean ** 2;
console.log(`mean ${mean.toFixed(5)}, variance ${variance.toFixed(5)}`);
// mean 0.00012, variance 0.49999
