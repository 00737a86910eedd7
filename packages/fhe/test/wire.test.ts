import { describe, expect, it } from 'vitest';
import { encryptSeeded, generateKeys, parseMasked, serializePublicKey } from '../src/client.ts';
import { parseCiphertext, parsePublicKey, serializeMasked } from '../src/evaluate.ts';
import { FheError, parameters, sealedSignIn, uniformBelow } from '../src/params.ts';
import { pack, packedLength, unpack, widthOf } from '../src/wire/bits.ts';
import { serializeSeeded } from '../src/wire/seeded.ts';
import { named } from './support/exact.ts';
import { changed, mutate, rounds } from './support/fuzz.ts';
import { drawInputs, positions } from './support/sign-in.ts';

const { secretKey, publicKey } = generateKeys(sealedSignIn, new Uint8Array(32).fill(3));
const q = sealedSignIn.moduli.at(-1)!;
const residuesBelow = (count: number) =>
  Float64Array.from(uniformBelow(named('residues'), 2 ** 32, count), (x) => (x * 11) % q);

/** Each object with its valid bytes, its parser, and the parser undone. */
const objects = {
  'public key': {
    bytes: serializePublicKey(publicKey),
    length: 55_344,
    roundTrip(bytes: Uint8Array) {
      return serializePublicKey(parsePublicKey(sealedSignIn, bytes));
    },
  },
  ciphertext: {
    bytes: encryptSeeded(secretKey, drawInputs(named('message')).message),
    length: 55_344,
    roundTrip(bytes: Uint8Array) {
      const { c0 } = parseCiphertext(sealedSignIn, bytes);
      return serializeSeeded(sealedSignIn, 'ciphertext', bytes.slice(16, 48), c0);
    },
  },
  reply: {
    bytes: serializeMasked({
      parameters: sealedSignIn,
      positions,
      c0: residuesBelow(8),
      c1: residuesBelow(4096),
    }),
    length: 18_484,
    roundTrip(bytes: Uint8Array) {
      return serializeMasked(parseMasked(sealedSignIn, bytes, positions));
    },
  },
};

describe.each(Object.entries(objects))('wire format: %s', (_name, { bytes, length, roundTrip }) => {
  it('has its documented length and comes back byte for byte', () => {
    expect(bytes.length).toBe(length);
    expect(roundTrip(bytes)).toEqual(bytes);
  });

  it.each([
    ['empty', () => new Uint8Array(0), 'bad-length'],
    ['cut inside the header', () => bytes.slice(0, 15), 'bad-length'],
    ['cut by one byte', () => bytes.slice(0, -1), 'bad-length'],
    ['longer by one byte', () => Uint8Array.of(...bytes, 0), 'bad-length'],
    ['another mark', () => changed(bytes, 0, 0), 'bad-magic'],
    ['a later version', () => changed(bytes, 4, 2), 'unsupported-version'],
    ['another object', () => changed(bytes, 5, bytes[5]! ^ 3), 'wrong-object'],
    ['another form', () => changed(bytes, 6, 1 - bytes[6]!), 'wrong-form'],
    ['another level', () => changed(bytes, 7, 2), 'wrong-level'],
    ['other parameters', () => changed(bytes, 15, bytes[15]! ^ 1), 'wrong-parameters'],
    ['a last residue of all ones', () => bytes.slice().fill(255, -5), 'non-canonical'],
    ['not bytes', () => 'bfhe' as unknown as Uint8Array, 'bad-length'],
  ])('refuses %s', (_title, make, code) => {
    expect(() => roundTrip(make())).toThrow(expect.objectContaining({ name: 'FheError', code }));
  });

  it('refuses the bytes of the other objects', () => {
    for (const other of Object.values(objects)) {
      if (other.bytes !== bytes) expect(() => roundTrip(other.bytes)).toThrow(FheError);
    }
  });

  it('has one encoding only: each mutant is refused or comes back byte for byte', () => {
    const count = rounds(3, 700);
    const random = named(`fuzz ${length}`);
    let [refused, kept] = [0, 0];
    for (let i = 0; i < count; i++) {
      const mutant = mutate(bytes, random);
      try {
        const again = roundTrip(mutant);
        if (Buffer.compare(again, mutant) !== 0) throw new Error('two encodings of one object');
        kept++;
      } catch (error) {
        if (!(error instanceof FheError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
    expect(kept).toBeGreaterThan(100);
  }, 1_800_000);
});

describe('packed residues', () => {
  it.each([2 ** 20 + 7, 2 ** 24 - 3, 2 ** 24 + 43, 37_044_658_177, 281_474_976_546_817])(
    'come back modulo %i at every count, canonical whatever sign they had',
    (modulus) => {
      for (const count of [0, 1, 2, 3, 7, 8, 9]) {
        const canonical = [modulus - 1, 0, 1, 2 ** 19, modulus - 2, (modulus - 1) / 2, 5, 9, 11].slice(
          0,
          count,
        );
        const signed = Float64Array.from(canonical, (x) => (x > modulus / 2 ? x - modulus : x));
        const out = new Uint8Array(packedLength(modulus, count));
        expect(pack(out, signed, modulus)).toBe(out.length);
        expect([...unpack(new Float64Array(count), out, modulus)]).toEqual(canonical);
      }
    },
  );

  it('are laid out least significant bit first', () => {
    const out = new Uint8Array(packedLength(q, 2));
    pack(out, Float64Array.of(1, 3), q);
    expect(widthOf(q)).toBe(36);
    expect([...out]).toEqual([1, 0, 0, 0, 0x30, 0, 0, 0, 0]);
  });

  it.each([
    ['the modulus itself', q, 'non-canonical'],
    ['all ones', 2 ** 36 - 1, 'non-canonical'],
  ])('refuse %s', (_title, value, code) => {
    const out = new Uint8Array(packedLength(q, 1));
    pack(out, Float64Array.of(value), 2 ** 36);
    expect(() => unpack(new Float64Array(1), out, q)).toThrow(expect.objectContaining({ code }));
  });

  it('accept the largest residue', () => {
    const out = new Uint8Array(packedLength(q, 1));
    pack(out, Float64Array.of(q - 1), q);
    expect([...unpack(new Float64Array(1), out, q)]).toEqual([q - 1]);
  });

  it.each([4, 5, 6, 7])('refuse a set padding bit %i', (bit) => {
    const out = new Uint8Array(packedLength(q, 1));
    pack(out, Float64Array.of(5), q);
    out[4]! |= 1 << bit;
    expect(() => unpack(new Float64Array(1), out, q)).toThrow(
      expect.objectContaining({ code: 'non-canonical' }),
    );
  });
});

describe('positions of a reply', () => {
  const { bytes } = objects.reply;
  it.each([
    ['none', []],
    ['out of range', [...positions.slice(1), 4096]],
    ['negative', [-1, ...positions.slice(1)]],
    ['descending', [...positions].reverse()],
    ['twice the same', [511, ...positions.slice(0, 7)]],
    ['not an integer', [0.5, ...positions.slice(1)]],
  ])('are refused when %s', (_title, bad) => {
    expect(() => parseMasked(sealedSignIn, bytes, bad)).toThrow(
      expect.objectContaining({ code: 'bad-positions' }),
    );
  });

  it('must be as many as the bytes carry', () => {
    expect(() => parseMasked(sealedSignIn, bytes, [1])).toThrow(
      expect.objectContaining({ code: 'bad-length' }),
    );
  });
});

it('objects of one parameter set are refused under another with the same numbers but another name', () => {
  const { id: _id, ...numbers } = sealedSignIn;
  const renamed = parameters({ ...numbers, id: 'other/1' });
  expect(() => parsePublicKey(renamed, objects['public key'].bytes)).toThrow(
    expect.objectContaining({ code: 'wrong-parameters' }),
  );
});
