import { describe, expect, it } from 'vitest';
import { ckks as client } from '../src/client.ts';
import { ckks } from '../src/evaluate.ts';
import {
  at,
  distance,
  hybrid,
  map,
  minus,
  open,
  pairFirst,
  pairLast,
  plus,
  simple,
  slots,
  times,
} from './support/ckks.ts';

const refused = (code: string) => expect.objectContaining({ name: 'FheError', code });

describe.each([
  ['one limb in a digit, one special prime', simple],
  ['two limbs in a digit, two special primes', hybrid],
  ['two primes in the first limb', pairFirst],
  ['two primes in the last limb', pairLast],
])('RNS-CKKS, %s', (_name, parameters) => {
  const keys = open(parameters);
  const { context, secretKey, encrypt } = keys;
  const [a, b] = [slots('a'), slots('b')];
  const [x, y] = [encrypt(a, 'x'), encrypt(b, 'y')];
  const V = ckks.noise;
  const { scale, moduli } = parameters;
  const M = scale * Math.SQRT2;
  const rounded = V.fresh();

  /** The slots are right within the bound for this variance, and the error is neither zero nor far below it. */
  const opens = (ciphertext: ckks.Ciphertext, want: client.Slots, variance: number) => {
    const { largest, rms } = distance(client.decrypt(secretKey, ciphertext), want);
    expect(largest).toBeLessThan(V.slotBound(parameters, variance, ciphertext.scale));
    expect(rms).toBeLessThan(1.5 * V.slotRms(parameters, variance, ciphertext.scale));
    expect(rms).toBeGreaterThan(V.slotRms(parameters, variance, ciphertext.scale) / 20);
  };

  it('decrypts what was encrypted', () => opens(x, a, rounded));

  it('decrypts what was encrypted with the public key', () => {
    const ciphertext = ckks.encryptPublic(keys.publicKey, ckks.encode(context, a));
    opens(ciphertext, a, V.freshPublic(parameters));
  });

  it('adds, subtracts, negates, adds a plaintext', () => {
    opens(
      ckks.add(x, y),
      map((k) => plus(at(a, k), at(b, k))),
      V.sum(rounded, rounded),
    );
    opens(
      ckks.subtract(x, y),
      map((k) => minus(at(a, k), at(b, k))),
      V.sum(rounded, rounded),
    );
    opens(
      ckks.negate(x),
      map((k) => minus([0, 0], at(a, k))),
      rounded,
    );
    const sum = ckks.addPlain(x, ckks.encode(context, b));
    opens(
      sum,
      map((k) => plus(at(a, k), at(b, k))),
      V.sum(rounded, 1 / 12),
    );
  });

  it('multiplies by a plaintext; encoded at the scale of the last limb, a rescale restores the scale', () => {
    const q = moduli[2]!;
    const product = ckks.multiplyPlain(x, ckks.encode(context, b, { scale: q }));
    const want = map((k) => times(at(a, k), at(b, k)));
    const variance = V.productPlain(rounded, Math.SQRT2 * q, M);
    opens(product, want, variance);
    const lower = ckks.rescale(product);
    expect(lower).toMatchObject({ level: 2, scale });
    opens(lower, want, V.rescale(parameters, variance, q));
  });

  it('sums products with plaintexts in one go, and one by one in place', () => {
    const weights = ['w0', 'w1', 'w2'].map((name) => slots(name));
    const plain = weights.map((w) => ckks.encode(context, w));
    const inputs = [x, y, x];
    const want = map((k) =>
      [a, b, a].map((v, i) => times(at(v, k), at(weights[i]!, k))).reduce((s, t) => plus(s, t)),
    );
    const once = ckks.multiplyPlainSum(inputs, plain);
    opens(once, want, 3 * V.productPlain(rounded, M, M));
    const steps = ckks.multiplyPlain(x, plain[0]!);
    ckks.multiplyPlainAdd(steps, y, plain[1]!);
    ckks.multiplyPlainAdd(steps, x, plain[2]!);
    expect(ckks.serializeCiphertext(steps)).toEqual(ckks.serializeCiphertext(once));
  });

  it('multiplies ciphertexts, relinearises, rescales: step by step and in one', () => {
    const product = ckks.multiply(x, y);
    const want = map((k) => times(at(a, k), at(b, k)));
    const variance = V.product(parameters, rounded, M, rounded, M);
    const switched = V.sum(variance, V.keySwitch(parameters, 3));
    const two = ckks.relinearise(product, keys.relinearisation);
    opens(two, want, switched);
    opens(ckks.rescale(two), want, V.rescale(parameters, switched, moduli[2]!));
    const fused = ckks.relineariseRescale(product, keys.relinearisation);
    expect(fused).toMatchObject({ level: 2, scale: (scale * scale) / moduli[2]! });
    opens(fused, want, V.rescale(parameters, switched, moduli[2]!));
  });

  it('sums products before it relinearises them', () => {
    const sum = ckks.addProducts(ckks.multiply(x, y), ckks.multiply(y, y));
    const want = map((k) => times(plus(at(a, k), at(b, k)), at(b, k)));
    const variance = 4 * V.product(parameters, rounded, M, rounded, M) + V.keySwitch(parameters, 3);
    opens(ckks.relinearise(sum, keys.relinearisation), want, variance);
  });

  it.each([1, 5, -3, 2047, 2048 + 7])('rotates by %i', (steps) => {
    const turned = ckks.rotate(x, steps, keys.rotation(steps));
    opens(
      turned,
      map((k) => at(a, k + steps)),
      V.sum(rounded, V.keySwitch(parameters, 3)),
    );
  });

  it('rotates by 0, and by as much as there are slots, without change', () => {
    const turned = ckks.rotate(x, 0, keys.rotation(2048));
    opens(turned, a, V.sum(rounded, V.keySwitch(parameters, 3)));
  });

  it('conjugates', () => {
    const turned = ckks.conjugate(x, keys.conjugation);
    const want = { re: a.re, im: a.im.map((v) => -v) };
    opens(turned, want, V.sum(rounded, V.keySwitch(parameters, 3)));
  });

  it('hoisted rotations are the single ones, byte for byte', () => {
    const turns = [1, 5, -3].map((steps) => ({ steps, key: keys.rotation(steps) }));
    const hoisted = ckks.rotateHoisted(x, turns).map(ckks.serializeCiphertext);
    const single = turns.map(({ steps, key }) => ckks.serializeCiphertext(ckks.rotate(x, steps, key)));
    expect(hoisted).toEqual(single);
  });

  it('does all of it at every lower level, with keys of the top level and with keys of that level', () => {
    for (const level of [1, 2]) {
      const [u, v] = [ckks.dropTo(x, level), ckks.dropTo(y, level)];
      opens(
        ckks.add(u, v),
        map((k) => plus(at(a, k), at(b, k))),
        V.sum(rounded, rounded),
      );
      const variance = V.sum(rounded, V.keySwitch(parameters, level));
      for (const key of [keys.rotation(5), keys.rotation(5, level)]) {
        opens(
          ckks.rotate(u, 5, key),
          map((k) => at(a, k + 5)),
          variance,
        );
      }
    }
  });

  it('loses nothing when a level is dropped', () => {
    opens(ckks.dropTo(x, 1), a, rounded);
  });

  it('re-randomises: other bytes, the same message', () => {
    const fresh = ckks.rerandomise(keys.publicKey, x);
    expect(ckks.serializeCiphertext(fresh)).not.toEqual(ckks.serializeCiphertext(x));
    opens(fresh, a, V.sum(rounded, V.freshPublic(parameters)));
  });

  it('leaves every operand as it was', () => {
    const before = [x, y].map(ckks.serializeCiphertext);
    const key = client.serializeEvaluationKey(keys.relinearisation);
    ckks.relineariseRescale(ckks.multiply(x, y), keys.relinearisation);
    ckks.rotate(x, 1, keys.rotation(1));
    ckks.rescale(ckks.multiplyPlain(x, ckks.encode(context, b)));
    expect([x, y].map(ckks.serializeCiphertext)).toEqual(before);
    expect(client.serializeEvaluationKey(keys.relinearisation)).toEqual(key);
  });

  it('has no slot that is wrong by much more than the others (a biased rounding shows at slot 0)', () => {
    const product = ckks.relineariseRescale(ckks.multiply(x, y), keys.relinearisation);
    const { largest, rms } = distance(
      client.decrypt(secretKey, product),
      map((k) => times(at(a, k), at(b, k))),
    );
    expect(largest / rms).toBeLessThan(5);
  });
});

describe('RNS-CKKS refuses', () => {
  const keys = open(simple);
  const other = open(simple);
  const x = keys.encrypt(slots('a'));
  const y = ckks.dropTo(x, 2);

  it('operands of another context', () => {
    expect(() => ckks.add(x, other.encrypt(slots('a')))).toThrow(refused('ring-mismatch'));
    expect(() => ckks.rotate(x, 1, other.rotation(1))).toThrow(refused('ring-mismatch'));
    expect(() => ckks.relinearise(ckks.multiply(x, x), other.relinearisation)).toThrow(
      refused('ring-mismatch'),
    );
    expect(() => client.decrypt(other.secretKey, x)).toThrow(refused('ring-mismatch'));
    expect(() => client.encrypt(other.secretKey, client.encode(keys.context, slots('a')))).toThrow(
      refused('ring-mismatch'),
    );
    expect(() => ckks.rerandomise(other.publicKey, x)).toThrow(refused('ring-mismatch'));
  });

  it('operands of another level: by type where it is written, at run time where it is not', () => {
    // @ts-expect-error: levels 3 and 2
    expect(() => ckks.add(x, y)).toThrow(refused('level-mismatch'));
    // @ts-expect-error: levels 2 and 3
    expect(() => ckks.multiply(y, x)).toThrow(refused('level-mismatch'));
    // @ts-expect-error: levels 2 and 3
    expect(() => ckks.multiplyPlain(y, ckks.encode(keys.context, slots('a')))).toThrow(
      refused('level-mismatch'),
    );
    expect(() => ckks.dropTo(y, 3)).toThrow(refused('level-mismatch'));
    expect(() => ckks.dropTo(x, 0)).toThrow(refused('level-mismatch'));
    expect(() => ckks.encode(keys.context, slots('a'), { level: 4 })).toThrow(refused('level-mismatch'));
  });

  it('a product where a ciphertext is wanted, and a rescale of level 1', () => {
    // @ts-expect-error: a product has to be relinearised first
    const wrong = () => ckks.add(x, ckks.multiply(x, x));
    expect(wrong).toThrow();
    const last = ckks.dropTo(x, 1);
    // @ts-expect-error: level 1
    expect(() => ckks.rescale(last)).toThrow(refused('level-mismatch'));
  });

  it('sums of different scales, and scales that leave the modulus', () => {
    const half = ckks.multiplyPlain(x, ckks.encode(keys.context, slots('a'), { scale: 2 }));
    expect(() => ckks.add(x, half)).toThrow(refused('scale-mismatch'));
    expect(() => ckks.addPlain(x, ckks.encode(keys.context, slots('a'), { scale: 2 }))).toThrow(
      refused('scale-mismatch'),
    );
    expect(() => ckks.multiplyPlainAdd(half, x, ckks.encode(keys.context, slots('a')))).toThrow(
      refused('scale-mismatch'),
    );
    expect(() => ckks.multiply(ckks.dropTo(x, 1), ckks.dropTo(x, 1))).toThrow(refused('bad-scale'));
    const squared = ckks.multiplyPlain(x, ckks.encode(keys.context, slots('a')));
    expect(() => ckks.dropTo(squared, 1)).toThrow(refused('bad-scale'));
    expect(() => ckks.rescale(x)).toThrow(refused('bad-scale'));
    for (const scale of [0, 0.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 90]) {
      expect(() => ckks.encode(keys.context, slots('a'), { scale })).toThrow(refused('bad-scale'));
    }
  });

  it('evaluation keys for another operation, other steps, a lower level', () => {
    expect(() => ckks.rotate(x, 2, keys.rotation(1))).toThrow(refused('wrong-key'));
    expect(() => ckks.conjugate(x, keys.rotation(1))).toThrow(refused('wrong-key'));
    expect(() => ckks.rotate(x, 1, keys.rotation(1, 2))).toThrow(refused('wrong-key'));
    // @ts-expect-error: a Galois key does not relinearise
    expect(() => ckks.relinearise(ckks.multiply(x, x), keys.rotation(1))).toThrow(refused('wrong-key'));
    // @ts-expect-error: a relinearisation key does not rotate
    expect(() => ckks.rotate(x, 0, keys.relinearisation)).toThrow(refused('wrong-key'));
  });

  it('empty and uneven sums', () => {
    expect(() => ckks.multiplyPlainSum([], [])).toThrow(refused('ring-mismatch'));
    expect(() => ckks.multiplyPlainSum([x], [])).toThrow(refused('ring-mismatch'));
  });

  it('a wiped key, which is zero', () => {
    const { secretKey } = client.generateKeys(keys.context, new Uint8Array(32));
    client.wipeSecretKey(secretKey);
    expect(secretKey.coefficients.every((v) => v === 0)).toBe(true);
    expect(() => client.decrypt(secretKey, x)).toThrow(refused('wiped-key'));
    expect(() => client.rotationKey(secretKey, keys.seed, 1)).toThrow(refused('wiped-key'));
  });
});

describe('RNS-CKKS keys', () => {
  it('are functions of their seeds', () => {
    const [one, same] = [open(simple), open(simple)];
    const bytes = (k: typeof one) => [
      client.serializePublicKey(k.publicKey),
      client.serializeEvaluationKey(k.relinearisation),
      client.serializeEvaluationKey(k.rotation(3)),
      client.serializeEvaluationKey(k.rotation(3, 2)),
    ];
    expect(bytes(same)).toEqual(bytes(one));
  });

  it('for other purposes, elements or levels share no randomness', () => {
    const { rotation, relinearisation } = open(simple);
    const seeds = [rotation(1), rotation(2), rotation(1, 2), relinearisation].map(({ seed }) =>
      Buffer.from(seed).toString('hex'),
    );
    expect(new Set(seeds).size).toBe(4);
  });
});
