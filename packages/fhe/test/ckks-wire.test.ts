import { describe, expect, it } from 'vitest';
import * as wire from '../src/ckks/wire.ts';
import { ckks as client } from '../src/client.ts';
import { ckks } from '../src/evaluate.ts';
import { FheError } from '../src/params.ts';
import { hybrid, open, slots } from './support/ckks.ts';
import { named } from './support/exact.ts';
import { changed, mutate, rounds } from './support/fuzz.ts';

const keys = open(hybrid);
const { context, secretKey } = keys;
const plaintext = client.encode(context, slots('wire'), { level: 2 });
const computed = ckks.rotate(client.encrypt(secretKey, plaintext), 1, keys.rotation(1));
const rotation = keys.rotation(3, 2);

/** One limb of 4096 residues of 21 bits. */
const limb = (4096 * 21) / 8;

/** Each object with its valid bytes, its documented length, and the parser undone. */
const objects = {
  'public key': {
    bytes: client.serializePublicKey(keys.publicKey),
    length: 16 + 32 + 3 * limb,
    roundTrip: (bytes: Uint8Array) => wire.serializePublicKey(wire.parsePublicKey(context, bytes)),
  },
  'seeded ciphertext': {
    bytes: client.encryptSeeded(secretKey, plaintext),
    length: 16 + 8 + 32 + 2 * limb,
    roundTrip(bytes: Uint8Array) {
      const parsed = wire.parseSeededCiphertext(context, bytes, 2);
      return wire.serializeSeededCiphertext(parsed, bytes.slice(24, 56));
    },
  },
  ciphertext: {
    bytes: wire.serializeCiphertext(computed),
    length: 16 + 8 + 4 * limb,
    roundTrip: (bytes: Uint8Array) => wire.serializeCiphertext(wire.parseCiphertext(context, bytes, 2)),
  },
  'relinearisation key': {
    bytes: client.serializeEvaluationKey(keys.relinearisation),
    length: 16 + 4 + 32 + 2 * 5 * limb,
    roundTrip: (bytes: Uint8Array) =>
      wire.serializeEvaluationKey(wire.parseRelinearisationKey(context, bytes, 3)),
  },
  'Galois key of a lower level': {
    bytes: client.serializeEvaluationKey(rotation),
    length: 16 + 4 + 32 + 1 * 4 * limb,
    roundTrip: (bytes: Uint8Array) =>
      wire.serializeEvaluationKey(wire.parseGaloisKey(context, bytes, rotation.element, 2)),
  },
};
const all = Object.entries(objects);

describe.each(all)('CKKS wire format: %s', (name, { bytes, length, roundTrip }) => {
  it('has its documented length and comes back byte for byte', () => {
    expect(bytes.length).toBe(length);
    expect(roundTrip(bytes)).toEqual(bytes);
  });

  it.each([
    ['empty', () => new Uint8Array(0), 'bad-length'],
    ['cut inside the header', () => bytes.slice(0, 15), 'bad-length'],
    ['cut after the header', () => bytes.slice(0, 16), 'bad-length'],
    ['cut by one byte', () => bytes.slice(0, -1), 'bad-length'],
    ['longer by one byte', () => Uint8Array.of(...bytes, 0), 'bad-length'],
    ['another mark', () => changed(bytes, 0, 0), 'bad-magic'],
    ['a later version', () => changed(bytes, 4, 2), 'unsupported-version'],
    ['another object', () => changed(bytes, 5, bytes[5]! ^ 1), 'wrong-object'],
    ['another form', () => changed(bytes, 6, 0), 'wrong-form'],
    ['another level', () => changed(bytes, 7, bytes[7]! - 1), 'wrong-level'],
    ['other parameters', () => changed(bytes, 15, bytes[15]! ^ 1), 'wrong-parameters'],
    ['a last residue of all ones', () => bytes.slice().fill(255, -3), 'non-canonical'],
    ['not bytes', () => 'bfhe' as unknown as Uint8Array, 'bad-length'],
  ])('refuses %s', (_title, make, code) => {
    expect(() => roundTrip(make())).toThrow(expect.objectContaining({ name: 'FheError', code }));
  });

  it('refuses the bytes of the other objects', () => {
    for (const [other, { bytes: foreign }] of all) {
      if (other !== name) expect(() => roundTrip(foreign)).toThrow(FheError);
    }
  });

  it('has one encoding only: each mutant is refused or comes back byte for byte', () => {
    const random = named(`fuzz ${name}`);
    const count = rounds(all.length, 300);
    let [refused, kept] = [0, 0];
    for (let i = 0; i < count; i++) {
      const mutant = mutate(bytes, random);
      try {
        if (Buffer.compare(roundTrip(mutant), mutant) !== 0) throw new Error('two encodings of one object');
        kept++;
      } catch (error) {
        if (!(error instanceof FheError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(count / 10);
    expect(kept).toBeGreaterThan(count / 10);
  }, 1_800_000);
});

describe('CKKS wire format', () => {
  it.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['minus zero', -0],
    ['negative', -(2 ** 20)],
    ['below one', 0.5],
    ['as large as half the modulus', 2 ** 41],
  ])('refuses a scale that is %s', (_title, scale) => {
    for (const { bytes, roundTrip } of [objects['seeded ciphertext'], objects.ciphertext]) {
      const wrong = bytes.slice();
      new DataView(wrong.buffer).setFloat64(16, scale, true);
      expect(() => roundTrip(wrong)).toThrow(expect.objectContaining({ code: 'bad-scale' }));
    }
  });

  it('refuses a key for another element', () => {
    const refused = expect.objectContaining({ code: 'wrong-key' });
    const { bytes } = objects['Galois key of a lower level'];
    expect(() => wire.parseGaloisKey(context, bytes, rotation.element + 2, 2)).toThrow(refused);
    expect(() =>
      objects['relinearisation key'].roundTrip(changed(objects['relinearisation key'].bytes, 16, 3)),
    ).toThrow(refused);
  });

  it('refuses a level that the parameters do not have', () => {
    const refused = expect.objectContaining({ code: 'level-mismatch' });
    for (const level of [0, 4, 1.5, Number.NaN]) {
      expect(() => wire.parseCiphertext(context, objects.ciphertext.bytes, level)).toThrow(refused);
      expect(() =>
        wire.parseRelinearisationKey(context, objects['relinearisation key'].bytes, level),
      ).toThrow(refused);
    }
  });

  it('parses out of the middle of a larger buffer', () => {
    const { bytes } = objects.ciphertext;
    const larger = new Uint8Array(bytes.length + 100);
    larger.set(bytes, 37);
    const parsed = wire.parseCiphertext(context, larger.subarray(37, 37 + bytes.length), 2);
    expect(wire.serializeCiphertext(parsed)).toEqual(bytes);
  });

  it('what was parsed computes as what was sent', () => {
    const parsed = wire.parseRelinearisationKey(context, objects['relinearisation key'].bytes, 3);
    const x = keys.encrypt(slots('x'));
    const product = ckks.multiply(x, x);
    expect(wire.serializeCiphertext(ckks.relinearise(product, parsed))).toEqual(
      wire.serializeCiphertext(ckks.relinearise(product, keys.relinearisation)),
    );
  });
});
