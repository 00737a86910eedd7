/**
 * RNS-CKKS beside node-seal, in one run, on equal modulus bits: every operation that both have.
 *
 * Up to N = 8192 both use the same primes, those SEAL takes by default. From N = 16384 on SEAL's primes have more than
 * 48 bits; ours have 44 or 48, as many levels as SEAL within the same bound on log2(QP), and hybrid key switching,
 * which SEAL does not have. `.../16384-7+2` has fewer, larger limbs; `.../16384-equal-q` gives SEAL just those limbs
 * and one special prime, so that both hold equal ciphertexts; `.../16384-14-levels` has 14 primes of 24 bits on both
 * sides, two in each of our limbs, which is the chain of the encrypted-image network.
 * @module
 */

import type { Context } from '../src/ckks/context.ts';
import { ckks as client } from '../src/client.ts';
import { ckks } from '../src/evaluate.ts';
import { newKernel } from '../src/kernel/default.ts';
import { primesBelow } from '../test/support/primes.ts';
import { interleaved, type Report } from './measure.ts';
import { loadSeal, openSeal, primesOf, type SealBench, sealContext, sealName } from './seal-ckks.ts';

/** One comparison. */
interface Setting {
  /** What stands after the slash in the case names. */
  readonly name: string;
  readonly degree: number;
  /** Ours: so many limbs and special primes, each limb two primes with `pairs`, or SEAL's own primes. */
  readonly ours:
    | 'same'
    | { readonly limbs: number; readonly special: number; readonly bits: number; readonly pairs?: true };
  /** SEAL: its default chain, or our limbs and our first special prime. */
  readonly peer: 'default' | 'equal-q';
  /** Only these operations; all when absent. */
  readonly only?: readonly string[];
  readonly samples: number;
}

const main = ['rotate', 'multiply-relin-rescale', 'multiply-accumulate'];
const settings: readonly Setting[] = [
  { name: '4096', degree: 4096, ours: 'same', peer: 'default', samples: 15 },
  { name: '8192', degree: 8192, ours: 'same', peer: 'default', samples: 15 },
  {
    name: '16384',
    degree: 16384,
    ours: { limbs: 8, special: 2, bits: 43.8 },
    peer: 'default',
    samples: 7,
  },
  {
    name: '16384-7+2',
    degree: 16384,
    ours: { limbs: 7, special: 2, bits: 48 },
    peer: 'default',
    only: main,
    samples: 7,
  },
  {
    name: '16384-equal-q',
    degree: 16384,
    ours: { limbs: 7, special: 2, bits: 48 },
    peer: 'equal-q',
    only: main,
    samples: 7,
  },
  {
    name: '16384-14-levels',
    degree: 16384,
    ours: { limbs: 7, special: 2, bits: 48, pairs: true },
    peer: 'equal-q',
    only: main,
    samples: 7,
  },
  {
    name: '32768',
    degree: 32768,
    ours: { limbs: 15, special: 3, bits: 48 },
    peer: 'default',
    samples: 3,
  },
];

/** Settings by name; all of them without an argument. */
export async function ckksBench(
  report: Report,
  progress: (line: string) => void,
  names: readonly string[] = settings.map(({ name }) => name),
): Promise<void> {
  for (const setting of settings) if (names.includes(setting.name)) await compare(setting, report, progress);
}

async function compare(setting: Setting, report: Report, progress: (line: string) => void): Promise<void> {
  const { name, degree, samples } = setting;
  progress(`fhe ${name}: set-up and keys`);
  const seal = await loadSeal();
  const chain = chainOf(setting);
  const primes = setting.ours === 'same' ? primesOf(sealContext(seal, degree)) : undefined;
  const parameters = client.parameters({
    id: `bench-${name}/1`,
    degree,
    moduli: primes ? primes.slice(0, -1) : chain.limbs,
    special: primes ? primes.slice(-1) : chain.special,
    scale: 2 ** scaleBits(setting),
    ...(setting.ours !== 'same' && setting.ours.pairs ? { digitLimbs: 1 } : {}),
    security: '2018',
  });
  const { moduli, special, scale, modulusBits } = parameters;
  const peerPrimes = setting.peer === 'equal-q' ? [...moduli, special[0]!] : undefined;
  const sealed = sealContext(seal, degree, peerPrimes);
  const theirPrimes = primesOf(sealed);
  const facts = {
    levels: moduli.length,
    limbs: parameters.limbPrimes.length,
    special: special.length,
    modulus_bits: round(modulusBits),
    peer_levels: theirPrimes.length - 1,
    peer_modulus_bits: round(theirPrimes.reduce((bits, q) => bits + Math.log2(q), 0)),
    scale_bits: Math.log2(scale),
  };

  const kernel = newKernel({ memoryBytes: 2 ** 30 });
  const context = client.createContext(parameters, { kernel });
  const a = Float64Array.from({ length: degree / 2 }, (_, k) => Math.sin(k));
  const b = Float64Array.from({ length: degree / 2 }, (_, k) => Math.cos(3 * k));
  const peer = openSeal(seal, sealed, { a, b, scale });
  const own = open(context, a, b);
  check(name, own, peer, a, b);

  const wanted = setting.only ?? Object.keys(own.operations);
  for (const operation of wanted) {
    progress(`fhe ${operation}/${name}`);
    const [mine, theirs] = interleaved(
      [own.operations[operation]!, peer.operations[operation]!],
      samples,
      degree > 16384 ? 100 : 250,
    );
    report({
      ...{ bench: 'fhe', case: `${operation}/${name}`, metric: 'cpu_ms', ...mine! },
      ...{ peer: sealName, peer_value: theirs!.value },
      parameters: { ...facts, kernel: kernel.name },
    });
  }
  if (!setting.only) {
    setUp(seal, parameters, name, facts, report, progress);
  }
  peer.close();
  for (const key of own.keys)
    for (const { a: x, b: y } of key.digits) for (const p of [x, y]) kernel.release(p.residues);
}

/** From nothing to the first encoding; ours compiles its module and fills all tables, SEAL's module is loaded already. */
function setUp(
  seal: Awaited<ReturnType<typeof loadSeal>>,
  parameters: client.CkksParameters,
  name: string,
  facts: Record<string, number>,
  report: Report,
  progress: (line: string) => void,
): void {
  progress(`fhe setup/${name}`);
  const peerPrimes = parameters.degree <= 8192 ? [...parameters.moduli, ...parameters.special] : undefined;
  const [mine, theirs] = interleaved(
    [
      () => {
        const kernel = newKernel({ memoryBytes: 2 ** 26 });
        const context = client.createContext(parameters, { kernel });
        context.keyRing(parameters.levels);
      },
      () => {
        const context = sealContext(seal, parameters.degree, peerPrimes);
        new seal.CKKSEncoder(context).delete();
        context.delete();
      },
    ],
    parameters.degree > 8192 ? 1 : 5,
    0,
  );
  report({
    ...{ bench: 'fhe', case: `setup/${name}`, metric: 'cpu_ms', ...mine! },
    ...{ peer: sealName, peer_value: theirs!.value, parameters: facts },
  });
}

/** Our side: the same operation names, results given back at once. */
export function open(context: Context, a: Float64Array, b: Float64Array) {
  const seed = new Uint8Array(32).fill(1);
  const { secretKey, publicKey } = client.generateKeys(context, seed);
  const relinearisation = client.relinearisationKey(secretKey, seed);
  const galois = client.rotationKey(secretKey, seed, 1);
  const [pa, pb] = [client.encode(context, a), client.encode(context, b)];
  const [x, y] = [client.encrypt(secretKey, pa), client.encrypt(secretKey, pb)];
  const sum = ckks.multiplyPlain(x, pb);
  const product = ckks.multiply(x, y);
  const relinearised = ckks.relinearise(product, relinearisation);
  const { kernel } = context;
  const dropKey = ({ digits }: ckks.GaloisKey | ckks.RelinearisationKey) => {
    for (const digit of digits) for (const p of [digit.a, digit.b]) kernel.release(p.residues);
  };
  const results: Record<string, () => ckks.Ciphertext> = {
    'encrypt-public': () => ckks.encryptPublic(publicKey, pa),
    'encrypt-symmetric': () => client.encrypt(secretKey, pa),
    add: () => ckks.add(x, y),
    'multiply-plain': () => ckks.multiplyPlain(x, pb),
    relinearise: () => ckks.relinearise(product, relinearisation),
    rescale: () => ckks.rescale(relinearised),
    'multiply-relin-rescale': () => {
      const d = ckks.multiply(x, y);
      const out = ckks.relineariseRescale(d, relinearisation);
      ckks.release(d);
      return out;
    },
    rotate: () => ckks.rotate(x, 1, galois),
  };
  const released = Object.fromEntries(
    Object.entries(results).map(([name, run]) => [name, () => ckks.release(run())]),
  );
  const operations: Record<string, () => void> = {
    'public-key': () => {
      const pair = client.generateKeys(context, seed);
      kernel.release(pair.publicKey.a.residues);
      kernel.release(pair.publicKey.b.residues);
      client.wipeSecretKey(pair.secretKey);
    },
    'relinearisation-key': () => dropKey(client.relinearisationKey(secretKey, seed)),
    'galois-key': () => dropKey(client.rotationKey(secretKey, seed, 1)),
    encode: () => ckks.release(client.encode(context, a)),
    'decrypt-decode': () => void client.decrypt(secretKey, x),
    'multiply-accumulate': () => ckks.multiplyPlainAdd(sum, x, pb),
    multiply: () => ckks.release(ckks.multiply(x, y)),
    ...released,
  };
  const opened = (name: string) => client.decrypt(secretKey, results[name]!()).re;
  return { operations, opened, keys: [relinearisation, galois] };
}

/** A fast wrong answer is not a result: both sides open to what the operation means, up to the noise of 24-bit scales. */
export function check(
  name: string,
  own: ReturnType<typeof open>,
  peer: SealBench,
  a: Float64Array,
  b: Float64Array,
): void {
  const expected: Record<string, (k: number) => number> = {
    'encrypt-public': (k) => a[k]!,
    'encrypt-symmetric': (k) => a[k]!,
    add: (k) => a[k]! + b[k]!,
    'multiply-plain': (k) => a[k]! * b[k]!,
    relinearise: (k) => a[k]! * b[k]!,
    rescale: (k) => a[k]! * b[k]!,
    'multiply-relin-rescale': (k) => a[k]! * b[k]!,
    rotate: (k) => a[(k + 1) % a.length]!,
  };
  for (const [operation, want] of Object.entries(expected)) {
    for (const [side, slots] of [
      ['ours', own.opened(operation)],
      ['peer', peer.opened(operation)],
    ] as const) {
      const worst = slots.reduce((m, v, k) => Math.max(m, Math.abs(v - want(k))), 0);
      if (!(worst < 2 ** -3))
        throw new Error(`${operation}/${name}, ${side}: off by ${worst}; not timing it`);
    }
  }
}

/**
 * Primes just below 2^bits, the largest as special ones; with `pairs` the limbs hold two primes of half the
 * size, digits are single limbs, and P is 2^8 times one: rotations at a scale of 24 bits need that.
 */
function chainOf({ degree, ours }: Setting): { limbs: (number | [number, number])[]; special: number[] } {
  if (ours === 'same') return { limbs: [], special: [] };
  const { limbs, special, bits, pairs } = ours;
  const found = primesBelow(bits, degree, limbs + special) as readonly number[];
  if (!pairs) return { special: found.slice(0, special), limbs: found.slice(special) };
  const halves = primesBelow(bits / 2, degree, 2 * limbs) as readonly number[];
  return {
    special: primesBelow((bits + 8) / special, degree, special),
    limbs: Array.from({ length: limbs }, (_, i) => [halves[2 * i]!, halves[2 * i + 1]!]),
  };
}

/** Room for the product of two scales before the rescale, and for the message after it. */
function scaleBits({ degree, ours }: Setting): number {
  if (degree === 4096) return 30;
  return ours !== 'same' && ours.pairs ? 24 : 40;
}

function round(x: number): number {
  return Math.round(x * 100) / 100;
}
