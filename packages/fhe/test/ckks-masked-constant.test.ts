/** What a server that cannot decrypt lets the key holder open: one number under a mask, and nothing beside it. */
import { describe, expect, it } from 'vitest';
import { ckks as client } from '../src/client.ts';
import { ckks } from '../src/evaluate.ts';
import { open, pairFirst, simple, slots } from './support/ckks.ts';
import { named } from './support/exact.ts';

describe.each([
  ['one prime', simple, 1],
  ['two primes in the limb', pairFirst, 2],
] as const)('a masked constant, %s', (_name, parameters, level) => {
  const { context, secretKey, publicKey, encrypt } = open(parameters);
  const q = ckks.constantModulus(context, level);
  const x = slots('x');
  const ciphertext = ckks.dropTo(encrypt(x), level);
  const mean = x.re.reduce((sum, v) => sum + v, 0) / x.re.length;
  const opened = (masked: ckks.MaskedConstant) => client.openConstant(secretKey, masked);
  const off = (value: number, mask: number) => {
    const d = (((value - mask - Math.round(mean * parameters.scale)) % q) + q) % q;
    return Math.min(d, q - d);
  };

  it('opens to the mean of the slots, the scale and the mask, up to the noise', () => {
    for (const mask of [0, 1, q - 1, Math.floor(q / 3)]) {
      const value = opened(ckks.maskConstant(ciphertext, mask));
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(q);
      expect(off(value, mask)).toBeLessThan(32);
      const fresh = ckks.rerandomise(publicKey, ciphertext, { random: named(`zero ${mask}`) });
      expect(off(opened(ckks.maskConstant(fresh, mask)), mask)).toBeLessThan(8 * 480);
    }
  });

  it('is one coefficient of c0 and all of c1 on the wire, in one encoding', () => {
    const bytes = ckks.serializeMaskedConstant(ckks.maskConstant(ciphertext, 5));
    expect(bytes).toHaveLength(ckks.maskedConstantLength(context, level));
    expect(bytes.length).toBeLessThan(ckks.ciphertextLength(context, level) * 0.51);
    const parsed = client.parseMaskedConstant(context, bytes, level);
    expect(opened(parsed)).toBe(opened(ckks.maskConstant(ciphertext, 5)));
    expect(Buffer.from(ckks.serializeMaskedConstant(parsed)).equals(Buffer.from(bytes))).toBe(true);
    const refused = (change: (copy: Uint8Array) => Uint8Array, code: string) =>
      expect(() => client.parseMaskedConstant(context, change(bytes.slice()), level)).toThrow(
        expect.objectContaining({ name: 'FheError', code }),
      );
    refused((b) => b.subarray(1), 'bad-magic');
    refused((b) => b.subarray(0, -1), 'bad-length');
    refused((b) => b.fill(255, 16), 'non-canonical');
    refused((b) => b.fill(level + 1, 7, 8), 'wrong-level');
    refused((b) => b.fill(5, 5, 6), 'wrong-object');
  });

  it('refuses a mask that is not a residue, and a level of several limbs', () => {
    for (const mask of [-1, q, 0.5, Number.NaN]) {
      expect(() => ckks.maskConstant(ciphertext, mask)).toThrow(
        expect.objectContaining({ code: 'bad-message' }),
      );
    }
    expect(() => ckks.maskConstant(encrypt(x), 1)).toThrow(
      expect.objectContaining({ code: 'level-mismatch' }),
    );
  });
});

describe('multiplyInteger', () => {
  const { secretKey, encrypt, context } = open(simple);
  const x = encrypt(slots('x'));

  it.each([1, -1, 3, 2 ** 19 - 1, 0])('by %i multiplies message and noise alike', (k) => {
    // At one prime: there the phase is an exact integer, c0 + c1 s times k.
    const low = ckks.dropTo(x, 1);
    const q = ckks.constantModulus(context, 1);
    const once = client.openConstant(secretKey, ckks.maskConstant(low, 0));
    const often = client.openConstant(secretKey, ckks.maskConstant(ckks.multiplyInteger(low, k), 0));
    expect(BigInt(often)).toBe((((BigInt(once) * BigInt(k)) % BigInt(q)) + BigInt(q)) % BigInt(q));
  });

  it('refuses what is no small integer', () => {
    for (const k of [0.5, 2 ** 19, Number.NaN]) {
      expect(() => ckks.multiplyInteger(x, k)).toThrow(expect.objectContaining({ code: 'bad-message' }));
    }
  });
});
