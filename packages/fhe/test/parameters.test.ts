import { describe, expect, it } from 'vitest';
import { type ParameterLiteral, parameters, sealedSignIn } from '../src/params.ts';

const literal = (over: Partial<ParameterLiteral> = {}): ParameterLiteral => ({
  id: 'test/1',
  degree: 4096,
  plaintextModulus: 65_537,
  moduli: [37_044_658_177, 37_581_537_281, 49_929_756_673],
  errorNorm: 245.76,
  floodBits: 88,
  ...over,
});

describe('parameters', () => {
  it('of sealed sign-in are those of the protocol page', () => {
    expect(sealedSignIn).toMatchObject({ ...literal({ id: 'bgv-4096-106-65537/1' }), security: '2024' });
    expect(sealedSignIn.modulusBits).toBeCloseTo(105.777, 3);
    expect(sealedSignIn.errorNorm).toBe(1.2 * 3.2 * Math.sqrt(4096));
  });

  it('cannot be changed after they were checked', () => {
    expect(Object.isFrozen(sealedSignIn) && Object.isFrozen(sealedSignIn.moduli)).toBe(true);
  });

  it.each([
    ['one bit too much for the degree (2024)', { degree: 2048 }, 'insecure-parameters'],
    ['a degree without a row in the table', { degree: 1024 }, 'insecure-parameters'],
    ['107.1 bits under the 2024 table', { moduli: wide() }, 'insecure-parameters'],
    ['the same limb twice', { moduli: [37_044_658_177, 37_044_658_177] }, 'bad-parameters'],
    ['no limb', { moduli: [] }, 'bad-parameters'],
    ['a modulus that is not 1 mod p', { plaintextModulus: 257 * 3 }, 'bad-parameters'],
    ['an even plaintext modulus', { plaintextModulus: 65_536 }, 'bad-parameters'],
    ['a flood that fills Q/2', { floodBits: 89 }, 'bad-parameters'],
    ['a composite limb', { moduli: [37_044_658_177 + 8192 * 4] }, 'bad-modulus'],
  ])('refuse %s', (_title, over, code) => {
    expect(() => parameters(literal(over))).toThrow(expect.objectContaining({ code }));
  });

  it('take the 2018 table only when asked to', () => {
    expect(parameters(literal({ moduli: wide(), security: '2018' })).security).toBe('2018');
  });

  it('have a fingerprint that follows the name and every number', () => {
    const same = parameters(literal()).fingerprint;
    expect(same).toBe(parameters(literal()).fingerprint);
    const others = [
      { id: 'test/2' },
      { floodBits: 87 },
      { errorNorm: 200 },
      { moduli: literal().moduli.slice(1), floodBits: 50 },
    ];
    for (const over of others) expect(parameters(literal(over)).fingerprint).not.toBe(same);
  });

  /** Three limbs = 1 (mod 2^13 * 65537) with 107.1 bits together: between the two tables. */
  function wide(): number[] {
    return [49_929_756_673, 53_687_910_401, 66_036_129_793];
  }
});
