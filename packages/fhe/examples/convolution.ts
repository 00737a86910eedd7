/**
 * One channel of a network's layer: a 3-tap circular convolution and a square, on an encrypted signal. The rotations
 * share one decomposition (hoisting), the products one reduction.
 * Run: node packages/fhe/examples/convolution.ts
 */
import { ckks as client } from '@blindsight/fhe/client';
import { ckks as server } from '@blindsight/fhe/evaluate';

const parameters = client.parameters({
  id: 'example-convolution/1',
  degree: 8192,
  moduli: [1_099_511_480_321, 8_589_852_673, 8_589_475_841],
  special: [1_099_510_890_497],
  scale: 2 ** 33,
});
const taps = { '-1': 0.25, 0: 0.5, 1: 0.25 };

const device = client.createContext(parameters);
const seed = crypto.getRandomValues(new Uint8Array(32));
const { secretKey } = client.generateKeys(device, seed);
const signal = Float64Array.from({ length: 4096 }, (_, k) => (k % 8 === 0 ? 1 : 0));
const upload = client.encryptSeeded(secretKey, client.encode(device, signal));
const keys = {
  left: client.serializeEvaluationKey(client.rotationKey(secretKey, seed, -1)),
  right: client.serializeEvaluationKey(client.rotationKey(secretKey, seed, 1)),
  relinearisation: client.serializeEvaluationKey(client.relinearisationKey(secretKey, seed, { level: 2 })),
};

const context = server.createContext(parameters);
const x = server.parseSeededCiphertext(context, upload, 3);
const key = (bytes: Uint8Array, steps: number) =>
  server.parseGaloisKey(context, bytes, server.galoisElement(8192, steps), 3);
const [left, right] = server.rotateHoisted(x, [
  { steps: -1, key: key(keys.left, -1) },
  { steps: 1, key: key(keys.right, 1) },
]);

// Weights at the scale of the limb that the rescale drops, so that the scale of the signal comes back.
const weight = (value: number) =>
  server.encode(context, new Float64Array(4096).fill(value), { scale: parameters.moduli[2]! });
const sum = server.multiplyPlainSum(
  [left!, x, right!],
  [weight(taps['-1']), weight(taps[0]), weight(taps[1])],
);
const layer = server.rescale(sum); // level 2, as its type says
const square = server.relineariseRescale(
  server.multiply(layer, layer),
  server.parseRelinearisationKey(context, keys.relinearisation, 2),
);

const { re } = client.decrypt(
  secretKey,
  client.parseCiphertext(device, server.serializeCiphertext(square), 1),
);
console.log([...re.slice(0, 8)].map((v) => Math.abs(v).toFixed(4)).join(' '));
// 0.2500 0.0625 0.0000 0.0000 0.0000 0.0000 0.0000 0.0625
