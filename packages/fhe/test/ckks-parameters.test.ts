import { describe, expect, it } from 'vitest';
import { ckks } from '../src/evaluate.ts';
import { simple } from './support/ckks.ts';
import { primesBelow } from './support/primes.ts';

const literal = (over: Partial<ckks.CkksLiteral> = {}): ckks.CkksLiteral => ({
  id: 'test-simple/1',
  degree: 4096,
  moduli: simple.moduli,
  special: simple.special,
  scale: 2 ** 21,
  ...over,
});
/** Limbs of so many bits, for N = 4096, none of them a special prime of `simple`. */
const limbs = (bits: number, count: number) => primesBelow(bits, 4096, count + 1).slice(1);

describe('CKKS parameters', () => {
  it('know their level at compile time, and cannot be changed', () => {
    const levels: 3 = simple.levels;
    expect(levels).toBe(simple.moduli.length);
    expect([simple, simple.moduli, simple.special].every(Object.isFrozen)).toBe(true);
  });

  it.each([
    [
      'log2(QP) above 106 bits at N = 4096, the special primes counted',
      { moduli: limbs(27, 3) },
      'insecure-parameters',
    ],
    ['a degree without a row in the table', { degree: 1024 }, 'insecure-parameters'],
    ['no limb', { moduli: [] }, 'bad-parameters'],
    ['no special prime', { special: [] }, 'bad-parameters'],
    ['the same limb twice', { moduli: [simple.moduli[0], simple.moduli[0]] as number[] }, 'bad-parameters'],
    ['a limb that is a special prime too', { moduli: simple.special }, 'bad-parameters'],
    ['a special prime far below a digit', { special: limbs(21, 1) }, 'bad-parameters'],
    ['no limb in a digit', { digitLimbs: 0 }, 'bad-parameters'],
    ['half a limb in a digit', { digitLimbs: 0.5 }, 'bad-parameters'],
    ['a scale below 1', { scale: 0.5 }, 'bad-parameters'],
    ['a scale of Q', { scale: 2 ** 71 }, 'bad-parameters'],
    ['a scale that is no number', { scale: Number.NaN }, 'bad-parameters'],
    ['a negative error norm', { errorNorm: -1 }, 'bad-parameters'],
    ['a composite limb', { moduli: [simple.moduli[0]! + 8192 * 2] }, 'bad-modulus'],
    ['a prime that is not 1 modulo 2N', { moduli: [1_048_583] }, 'bad-modulus'],
  ])('refuse %s', (_title, over, code) => {
    expect(() => ckks.parameters(literal(over as Partial<ckks.CkksLiteral>))).toThrow(
      expect.objectContaining({ name: 'FheError', code }),
    );
  });

  it('take the 2018 table only when asked to', () => {
    const wide = literal({ moduli: limbs(26.3, 3), special: primesBelow(28.5, 4096, 1) });
    expect(() => ckks.parameters(wide)).toThrow(expect.objectContaining({ code: 'insecure-parameters' }));
    expect(ckks.parameters({ ...wide, security: '2018' }).security).toBe('2018');
  });

  it('have a fingerprint that follows the name and every number', () => {
    const { fingerprint } = ckks.parameters(literal());
    expect(fingerprint).toBe(simple.fingerprint);
    const others: Partial<ckks.CkksLiteral>[] = [
      { id: 'other/1' },
      { scale: 2 ** 20 },
      { digitLimbs: 1, errorNorm: 240 },
      { moduli: simple.moduli.slice(0, 2) },
      { special: primesBelow(27.9, 4096, 1) },
    ];
    for (const over of others) expect(ckks.parameters(literal(over)).fingerprint).not.toBe(fingerprint);
  });
});

describe('a CKKS context', () => {
  const refused = expect.objectContaining({ name: 'FheError', code: 'memory-exhausted' });

  it.each([0, -1, Number.NaN, 2 ** 33])(
    'refuses a memory of %d bytes, and does not fall back in silence',
    (memoryBytes) => {
      expect(() => ckks.createContext(simple, { memoryBytes })).toThrow(refused);
    },
  );

  it('refuses a memory that its tables do not fit into', () => {
    const open = () => ckks.createContext(simple, { memoryBytes: 2 ** 17 }).ring(3);
    expect(open).toThrow(refused);
  });
});
