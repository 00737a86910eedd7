import { describe, expect, it } from 'vitest';
import { toCoefficients } from '../src/ckks/embedding.ts';
import { fromDoubles } from '../src/ckks/encode.ts';
import { ckks as client } from '../src/client.ts';
import { ckks } from '../src/evaluate.ts';
import { toEval } from '../src/ring/poly.ts';
import {
  at,
  distance,
  hybrid,
  map,
  open,
  pairFirst,
  pairLast,
  plus,
  simple,
  slots,
  times,
} from './support/ckks.ts';

describe.each([
  ['one prime in a limb', simple],
  ['digits of two limbs', hybrid],
  ['two primes in the first limb', pairFirst],
  ['two primes in the last limb', pairLast],
])('periodic weights, %s', (_name, parameters) => {
  const { context, secretKey, encrypt } = open(parameters);
  const inputs = ['a', 'b', 'c'].map((name) => slots(name));
  const xs = inputs.map((z, i) => encrypt(z, `x${i}`));

  it.each([
    [4, 3],
    [32, 3],
    [256, 2],
    [32, 1],
  ])(
    'with period %i at level %i: a plaintext of the same polynomial gives the same bytes',
    (period, level) => {
      const rows = ['u', 'v', 'w'].map((name) => slots(name).re.slice(0, period));
      // At level 1 there is no room for a product of two scales.
      const scale = level === 1 ? 2 : 2 ** 16;
      const weights = ckks.periodicWeights(context, rows, { level, scale });
      const operands = xs.map((x) => ckks.dropTo(x, level));
      const other = ckks.periodicWeights(context, rows.toReversed(), { level, scale });
      const [sum, reversed] = ckks.multiplyPeriodicSums(operands, [weights, other]);

      const plaintexts = rows.map((re) => {
        const short = toCoefficients({ re, im: new Float64Array(period) }, scale);
        const long = new Float64Array(parameters.degree);
        const step = parameters.degree / short.length;
        for (const [j, c] of short.entries()) long[j * step] = c;
        const ring = context.ring(level);
        return { context, level, scale, poly: toEval(fromDoubles(ring, long)) };
      });
      const bytes = (c: ckks.Ciphertext) => Buffer.from(ckks.serializeCiphertext(c));
      const expected = [plaintexts, plaintexts.toReversed()].map((p) => ckks.multiplyPlainSum(operands, p));
      // Not compared as lists: a difference would be printed in full.
      expect([sum, reversed].map((c, i) => bytes(c!).equals(bytes(expected[i]!)))).toEqual([true, true]);
    },
  );

  it('multiplies slot j by weight j mod B', () => {
    const rows = ['u', 'v', 'w'].map((name) => slots(name).re.slice(0, 32));
    const weights = ckks.periodicWeights(context, rows, { level: 3, scale: parameters.scale });
    const want = map((k) =>
      inputs.map((z, i) => times(at(z, k), [rows[i]![k % 32]!, 0])).reduce((s, t) => plus(s, t)),
    );
    const [sum] = ckks.multiplyPeriodicSums(xs, [weights]);
    const V = ckks.noise;
    const M = parameters.scale * Math.SQRT2;
    const variance = 3 * V.productPlain(V.fresh(), M, M);
    expect(distance(client.decrypt(secretKey, sum!), want).largest).toBeLessThan(
      V.slotBound(parameters, variance, sum!.scale),
    );
  });
});

describe('periodic weights refuse', () => {
  const { context, encrypt } = open(simple);
  const refused = (code: string) => expect.objectContaining({ name: 'FheError', code });
  const row = (length: number) => new Float64Array(length).fill(0.5);
  const make = (rows: Float64Array[], scale = 2 ** 16) =>
    ckks.periodicWeights(context, rows, { level: 3, scale });

  it('periods that are no power of two, too short, too long, or unequal', () => {
    for (const rows of [[], [row(3)], [row(2)], [row(512)], [row(4), row(8)]]) {
      expect(() => make(rows)).toThrow(refused('bad-slots'));
    }
    expect(() => make([row(8).fill(Number.NaN)])).toThrow(refused('bad-slots'));
    expect(() => make([row(8)], 0)).toThrow(refused('bad-scale'));
  });

  it('another number of terms, level or context', () => {
    const x = encrypt(slots('a'));
    expect(() => ckks.multiplyPeriodicSums([x], [make([row(8), row(8)])])).toThrow(refused('ring-mismatch'));
    // @ts-expect-error: levels 2 and 3
    expect(() => ckks.multiplyPeriodicSums([ckks.dropTo(x, 2)], [make([row(8)])])).toThrow(
      refused('level-mismatch'),
    );
    const other = open(simple).encrypt(slots('a'));
    expect(() => ckks.multiplyPeriodicSums([other], [make([row(8)])])).toThrow(refused('ring-mismatch'));
  });
});
