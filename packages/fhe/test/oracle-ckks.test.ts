/** Every operation of RNS-CKKS against node-seal, on the same primes: see the README for what is compared how. */
import { describe, expect, it } from 'vitest';
import { decode } from '../src/ckks/encode.ts';
import { inverseElement } from '../src/ckks/galois.ts';
import { ckks as client } from '../src/client.ts';
import { ckks } from '../src/evaluate.ts';
import { subtract, toCoeff } from '../src/ring/poly.ts';
import { distance, hybrid, open, simple, slots } from './support/ckks.ts';
import {
  ciphertextParts,
  fromSeal,
  intoSeal,
  keyFromSeal,
  keyIntoSeal,
  partsOf,
  plaintextFromSeal,
  plaintextIntoSeal,
  productParts,
  sameResidues,
  seal,
  sealContext,
  secretFromSeal,
} from './support/seal.ts';

describe.each([
  ['the same primes, one special prime', simple],
  ['the same limbs; SEAL has one of our two special primes', hybrid],
])('RNS-CKKS and SEAL, %s', (_name, parameters) => {
  const { context } = open(parameters);
  const { degree, moduli, special, scale } = parameters;
  const same = special.length === 1;
  const sealed = sealContext('ckks', degree, [...moduli, special[0]!]);
  const generator = new seal.KeyGenerator(sealed);
  const sealSecret = generator.secretKey();
  const secretKey = secretFromSeal(context, sealSecret);
  const encoder = new seal.CKKSEncoder(sealed);
  const encryptor = new seal.Encryptor(sealed, generator.createPublicKey(), sealSecret);
  const evaluator = new seal.Evaluator(sealed);
  const decryptor = new seal.Decryptor(sealed, sealSecret);
  const V = ckks.noise;

  const real = (name: string) => slots(name).re;
  const encoded = (values: Float64Array) => {
    const out = new seal.Plaintext();
    encoder.encode(values, scale, out);
    return out;
  };
  const encrypted = (values: Float64Array) => {
    const out = new seal.Ciphertext();
    encryptor.encryptSymmetric(encoded(values), out);
    return out;
  };
  /** A new SEAL ciphertext from an operation that writes to its last argument. */
  const into = (run: (out: InstanceType<typeof seal.Ciphertext>) => void) => {
    const out = new seal.Ciphertext();
    run(out);
    return out;
  };
  const opened = (ciphertext: InstanceType<typeof seal.Ciphertext>): Float64Array => {
    const out = new seal.Plaintext();
    decryptor.decrypt(ciphertext, out);
    return encoder.decodeFloat64(out);
  };
  const asSlots = (re: Float64Array) => ({ re, im: new Float64Array(re.length) });
  const ours = (ciphertext: ckks.Ciphertext) => client.decrypt(secretKey, ciphertext);
  /**
   * The noise of a key switch in SEAL: its digits run from 0 to q and not from -q/2 to q/2, so their mean square is
   * q^2/3 where ours is q^2/12. The part that is their mean, a geometric series, falls on a few slots only, by chance
   * heavily.
   */
  const theirSwitch = moduli.reduce(
    (sum, q) => sum + (degree * (q / special[0]!) ** 2 * 10.5) / 3,
    V.rescale(parameters, 0, 1),
  );
  /** Both open to the same slots, nine in ten of them, up to 2.5 times the noise that each has by its formula. */
  const close = (a: Float64Array, b: Float64Array, atScale: number) => {
    const differences = a.map((x, k) => Math.abs(x - b[k]!)).sort();
    const variance = V.sum(V.keySwitch(parameters, 3), theirSwitch);
    const most = differences[Math.floor(0.9 * differences.length)]!;
    expect(most).toBeLessThan(2.5 * V.slotRms(parameters, variance, atScale));
  };

  const [a, b] = [real('a'), real('b')];
  const [x, y] = [encrypted(a), encrypted(b)];
  const [u, v] = [fromSeal(context, x), fromSeal(context, y)];
  const plain = encoded(b);

  it('one encodes as the other within the rounding of one coefficient, and decodes what the other encoded', () => {
    const mine = client.encode(context, b);
    const theirs = plaintextFromSeal(context, plain, 3);
    const difference = toCoeff(subtract(mine.poly, theirs.poly));
    expect(difference.residues.every((d) => Math.abs(d) <= 1)).toBe(true);
    expect(distance(decode(theirs), asSlots(b)).largest).toBeLessThan((8 * Math.sqrt(degree / 12)) / scale);
    const loaded = encoded(a);
    plaintextIntoSeal(sealed, loaded, mine);
    const back: Float64Array = encoder.decodeFloat64(loaded);
    expect(distance(asSlots(back), asSlots(b)).largest).toBeLessThan((8 * Math.sqrt(degree / 12)) / scale);
  });

  it('one decrypts what the other encrypted', () => {
    expect(distance(ours(u), asSlots(a)).largest).toBeLessThan(V.slotBound(parameters, V.fresh(), scale));
    const mine = client.encrypt(secretKey, client.encode(context, b));
    const loaded = encrypted(a);
    intoSeal(sealed, loaded, ciphertextParts(mine), scale);
    expect(distance(asSlots(opened(loaded)), asSlots(b)).largest).toBeLessThan(
      V.slotBound(parameters, V.fresh(), scale),
    );
  });

  it('sums, differences, negation, products with plaintexts, products: bit for bit', () => {
    const p = plaintextFromSeal(context, plain, 3);
    const pairs: [ckks.Ciphertext, InstanceType<typeof seal.Ciphertext>][] = [
      [ckks.add(u, v), into((out) => evaluator.add(x, y, out))],
      [ckks.subtract(u, v), into((out) => evaluator.sub(x, y, out))],
      [ckks.negate(u), into((out) => evaluator.negate(x, out))],
      [ckks.addPlain(u, p), into((out) => evaluator.addPlain(x, plain, out))],
      [ckks.multiplyPlain(u, p), into((out) => evaluator.multiplyPlain(x, plain, out))],
    ];
    for (const [mine, theirs] of pairs) {
      expect(sameResidues(ciphertextParts(mine), partsOf(context.ring(3), theirs))).toBe(true);
      expect(mine.scale).toBe(theirs.scale());
    }
    const [product, square] = [ckks.multiply(u, v), ckks.multiply(u, u)];
    const theirs = [into((out) => evaluator.multiply(x, y, out)), into((out) => evaluator.square(x, out))];
    expect(sameResidues(productParts(product), partsOf(context.ring(3), theirs[0]!))).toBe(true);
    expect(sameResidues(productParts(square), partsOf(context.ring(3), theirs[1]!))).toBe(true);
  });

  it('rescaling and dropping a limb: bit for bit', () => {
    const p = plaintextFromSeal(context, plain, 3);
    const product = into((out) => evaluator.multiplyPlain(x, plain, out));
    const lower = into((out) => evaluator.rescaleToNext(product, out));
    const mine = ckks.rescale(ckks.multiplyPlain(u, p));
    expect(sameResidues(ciphertextParts(mine), partsOf(context.ring(2), lower))).toBe(true);
    expect(mine.scale).toBe(lower.scale());
    const dropped = into((out) => evaluator.cipherModSwitchToNext(x, out));
    expect(sameResidues(ciphertextParts(ckks.dropTo(u, 2)), partsOf(context.ring(2), dropped))).toBe(true);
  });

  it('relinearisation: the same slots after decryption, each with its own keys', () => {
    const product = into((out) => evaluator.multiply(x, y, out));
    const theirs = into((out) => evaluator.relinearize(product, generator.createRelinKeys(), out));
    const mine = ckks.relinearise(
      ckks.multiply(u, v),
      client.relinearisationKey(secretKey, new Uint8Array(32)),
    );
    close(ours(mine).re, opened(theirs), mine.scale);
  });

  it.each([1, -2, 100])(
    'rotation by %i: the same slots after decryption, each with its own keys',
    (steps) => {
      const galois = generator.createGaloisKeysWithSteps(Int32Array.of(steps));
      const theirs = into((out) => evaluator.rotateVector(x, steps, galois, out));
      const mine = ckks.rotate(u, steps, client.rotationKey(secretKey, new Uint8Array(32), steps));
      close(ours(mine).re, opened(theirs), scale);
    },
  );

  it('conjugation: the same slots after decryption', () => {
    const galois = generator.createGaloisKeys();
    const theirs = into((out) => evaluator.complexConjugate(x, galois, out));
    const mine = ckks.conjugate(u, client.conjugationKey(secretKey, new Uint8Array(32)));
    close(ours(mine).re, opened(theirs), scale);
  });

  it.runIf(same)('its evaluation keys serve us', () => {
    const relinearisation = keyFromSeal(context, generator.createRelinKeys(), 'relinearisation-key', 1, 1);
    const mine = ckks.relinearise(ckks.multiply(u, v), relinearisation);
    const theirs = into((out) => evaluator.multiply(x, y, out));
    close(ours(mine).re, opened(theirs), mine.scale);

    const element = ckks.galoisElement(degree, 5);
    const set = generator.createGaloisKeysWithSteps(Int32Array.of(5));
    const galois = keyFromSeal(context, set, 'galois-key', element, inverseElement(degree, element));
    const turned = into((out) => evaluator.rotateVector(x, 5, set, out));
    close(ours(ckks.rotate(u, 5, galois)).re, opened(turned), scale);
  });

  it.runIf(same)('our evaluation keys serve it', () => {
    const keys = generator.createRelinKeys();
    keyIntoSeal(sealed, keys, client.relinearisationKey(secretKey, new Uint8Array(32)));
    const product = into((out) => evaluator.multiply(x, y, out));
    const theirs = into((out) => evaluator.relinearize(product, keys, out));
    close(opened(theirs), opened(product), product.scale());

    const set = generator.createGaloisKeysWithSteps(Int32Array.of(5));
    const before = opened(into((out) => evaluator.rotateVector(x, 5, set, out)));
    keyIntoSeal(sealed, set, client.rotationKey(secretKey, new Uint8Array(32), 5));
    const after = opened(into((out) => evaluator.rotateVector(x, 5, set, out)));
    close(after, before, scale);
    expect(Buffer.from(after.buffer).equals(Buffer.from(before.buffer))).toBe(false);
  });
});
