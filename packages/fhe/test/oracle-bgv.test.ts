/**
 * The linear operations of BGV against node-seal, on the primes of sealed sign-in. SEAL wants a special prime behind
 * them, which no operation here uses; security is not what is tested, so its own table is switched off.
 */
import { expect, it } from 'vitest';
import { fullRing } from '../src/bgv/rings.ts';
import * as client from '../src/client.ts';
import * as evaluate from '../src/evaluate.ts';
import { sealedSignIn as parameters } from '../src/params.ts';
import { toCoeff } from '../src/ring/poly.ts';
import { integersIn, integersOf, named } from './support/exact.ts';
import {
  intoSeal,
  partsOf,
  plaintextPolyFromSeal,
  sameResidues,
  seal,
  sealContext,
  sealPlaintext,
  sealSecret,
} from './support/seal.ts';

const { degree, moduli, plaintextModulus: p } = parameters;
const ring = fullRing(parameters);
const special = 68_719_230_977;
const sealed = sealContext('bgv', degree, [...moduli, special], p);
const { secretKey, publicKey } = client.generateKeys(parameters, new Uint8Array(32).fill(4));
const half = (p - 1) / 2;
const message = (name: string) => Int32Array.from(integersIn(named(name), -half, half, degree));
const encrypted = (m: Int32Array, name: string) =>
  evaluate.parseCiphertext(parameters, client.encryptSeeded(secretKey, m, { random: named(name) }));

const theirSecret = sealSecret(sealed, secretKey.coefficients);
const decryptor = new seal.Decryptor(sealed, theirSecret);
const evaluator = new seal.Evaluator(sealed);
const generator = new seal.KeyGenerator(sealed, theirSecret);
const encryptor = new seal.Encryptor(sealed, generator.createPublicKey(), theirSecret);

/** One of our ciphertexts as one of theirs. */
const loaded = ({ c0, c1 }: evaluate.Ciphertext<'eval'>) => {
  const out = new seal.Ciphertext();
  encryptor.encryptSymmetric(sealPlaintext(sealed, new Int32Array(degree).fill(1, 0, 1), p), out);
  intoSeal(sealed, out, [c0, c1], 1);
  return out;
};
/** What SEAL decrypts, centred. */
const opened = (ciphertext: InstanceType<typeof seal.Ciphertext>): number[] => {
  const out = new seal.Plaintext();
  decryptor.decrypt(ciphertext, out);
  const digits = new Array<number>(degree).fill(0);
  for (const term of out.toString().split(' + ')) {
    const [, hex, exponent] = /^([0-9A-F]+)(?:x\^(\d+))?$/.exec(term)!;
    const value = Number.parseInt(hex!, 16);
    digits[Number(exponent ?? 0)] = value > half ? value - p : value;
  }
  return digits;
};

const [a, b, m] = [message('a'), message('b'), message('m')];
const [x, y] = [encrypted(a, 'x'), encrypted(b, 'y')];

it('one transform is the other, bit for bit, on random and on extreme coefficients', () => {
  const extremes = Int32Array.from({ length: degree }, (_, j) => [half, -half, 0, 1, -1][j % 5]!);
  for (const coefficients of [m, extremes, new Int32Array(degree).fill(half)]) {
    const theirs = sealPlaintext(sealed, coefficients, p);
    evaluator.plainTransformToNttInplace(theirs, sealed.firstParmsId());
    const { poly } = evaluate.plaintext(parameters, coefficients);
    expect(sameResidues([poly], [plaintextPolyFromSeal(ring, theirs)])).toBe(true);
    expect(integersOf(toCoeff(plaintextPolyFromSeal(ring, theirs))).map(Number)).toEqual([...coefficients]);
  }
});

it('SEAL decrypts what we encrypt', () => {
  expect(opened(loaded(x))).toEqual([...a]);
});

it('sums and products with plaintexts: bit for bit, and they decrypt to the same', () => {
  const [theirX, theirY] = [loaded(x), loaded(y)];
  const sum = new seal.Ciphertext();
  evaluator.add(theirX, theirY, sum);
  const mine = evaluate.add(x, y);
  expect(sameResidues([mine.c0, mine.c1], partsOf(ring, sum))).toBe(true);

  const product = new seal.Ciphertext();
  evaluator.multiplyPlain(sum, sealPlaintext(sealed, m, p), product);
  const ours = evaluate.multiplyPlain(mine, evaluate.plaintext(parameters, m));
  expect(sameResidues([ours.c0, ours.c1], partsOf(ring, product))).toBe(true);
  expect(opened(loaded(ours))).toEqual(opened(product));
});

it('our public key encrypts zero to SEAL', () => {
  const key = evaluate.parsePublicKey(parameters, client.serializePublicKey(publicKey));
  expect(opened(loaded({ parameters, c0: key.b, c1: key.a })).every((v) => v === 0)).toBe(true);
});

it('we open what SEAL encrypted, one coefficient for each position of a reply', () => {
  const theirs = new seal.Ciphertext();
  encryptor.encryptSymmetric(sealPlaintext(sealed, b, p), theirs);
  const [c0, c1] = partsOf(ring, theirs);
  const key = evaluate.parsePublicKey(parameters, client.serializePublicKey(publicKey));
  const fresh = evaluate.rerandomise(key, { parameters, c0: c0!, c1: c1! });
  const positions = [0, 1, 2047, 4095];
  const masked = evaluate.maskCoefficients(fresh, positions, [0, 0, 0, 0]);
  expect(client.decryptCoefficients(secretKey, masked)).toEqual(positions.map((at) => (b[at]! + p) % p));
});
