/** One thread of `threads.ts`: evaluates as often as it is told, and says when it is done. */
import { parentPort } from 'node:worker_threads';
import { ckks as client } from '../src/client.ts';
import { ckks } from '../src/evaluate.ts';
import { isPrime } from '../src/ring/modulus.ts';

const degree = 8192;
const primes: number[] = [];
for (let q = 2 ** 42 - 2 * degree + 1; primes.length < 5; q -= 2 * degree)
  if (isPrime(BigInt(q))) primes.push(q);
const parameters = client.parameters({
  id: 'bench-threads/1',
  degree,
  moduli: primes.slice(1),
  special: primes.slice(0, 1),
  scale: 2 ** 40,
});
const context = client.createContext(parameters);
const seed = new Uint8Array(32).fill(2);
const { secretKey } = client.generateKeys(context, seed);
const relinearisation = client.relinearisationKey(secretKey, seed);
const galois = client.rotationKey(secretKey, seed, 1);
const slots = Float64Array.from({ length: degree / 2 }, (_, k) => Math.sin(k));
const x = client.encrypt(secretKey, client.encode(context, slots));

function evaluate(): ckks.Ciphertext {
  const product = ckks.multiply(x, x);
  const square = ckks.relineariseRescale(product, relinearisation);
  const turned = ckks.rotate(square, 1, galois);
  ckks.release(product, square);
  return turned;
}

const opened = client.decrypt(secretKey, evaluate()).re;
const worst = opened.reduce((m, v, k) => Math.max(m, Math.abs(v - Math.sin((k + 1) % slots.length) ** 2)), 0);
if (!(worst < 2 ** -20)) throw new Error(`off by ${worst}; not timing it`);
for (let i = 0; i < 20; i++) ckks.release(evaluate());

parentPort!.on('message', (count: number) => {
  for (let i = 0; i < count; i++) ckks.release(evaluate());
  parentPort!.postMessage('done');
});
parentPort!.postMessage('ready');
