/** The identity behind the comparison and the table, in plain integers: no encryption. */
import { sealedSignIn, seededRandomness, uniformBelow } from '@blindsight/fhe/params';
import { describe, expect, it } from 'vitest';
import { makeTable, multiplierPolynomial } from '../src/server/evaluate.ts';
import { compareTags, entryHash, newId, packSigns, resultPositions, sealed1 } from '../src/wire.ts';
import { uniform } from './support/sample.ts';

const p = sealed1.plainModulus;
const random = seededRandomness(new Uint8Array(32), 'test/algebra');
const masks = () => ({
  alpha: uniformBelow(random, p - 1, 8).map((r) => r + 1),
  m: uniformBelow(random, p, 8),
});
const mod = (value: number) => ((value % p) + p) % p;

describe('the parameter set', () => {
  it('is the ring of the engine', () => {
    expect(sealed1.fhe).toBe(sealedSignIn.id);
    expect(sealed1.degree).toBe(sealedSignIn.degree);
    expect(p).toBe(sealedSignIn.plaintextModulus);
    expect(sealed1.digits * sealed1.multipliers).toBe(sealed1.degree);
  });
  it('bounds a score by Cauchy and Schwarz, at an even number', () => {
    const limit = Math.sqrt(sealed1.digits * sealed1.normInterval[1]);
    expect(sealed1.sMax).toBe(2 * Math.floor(limit / 2));
    expect(2 * sealed1.sMax).toBeLessThan(p);
  });
});

describe('the block identity', () => {
  it('has alpha_l <t, a> at coefficient 512 l + 511 of M * T, all eight times', () => {
    const next = uniform('algebra/identity');
    for (let run = 0; run < 3; run++) {
      const t = Int8Array.from({ length: 512 }, () => Math.floor(15 * next()) - 7);
      const rho = Int8Array.from({ length: 512 }, () => (next() < 0.5 ? -1 : 1));
      const a = Int8Array.from({ length: 512 }, () => (next() < 0.5 ? -1 : 1));
      const score = t.reduce((sum, digit, i) => sum + digit * a[i]!, 0);
      const { alpha } = masks();
      const m = multiplierPolynomial(sealed1, packSigns(a.map((sign, i) => sign * rho[i]!)), alpha);
      const product = negacyclic(
        m,
        t.map((digit, i) => digit * rho[i]!),
        sealed1.degree,
      );
      expect(resultPositions(sealed1).map((at) => mod(product[at]!))).toEqual(
        alpha.map((x) => mod(x * score)),
      );
    }
  });

  it('multiplies with centred coefficients', () => {
    const m = multiplierPolynomial(sealed1, new Uint8Array(64), [1, p - 1, 32768, 32769, 5, 6, 7, 8]);
    expect(resultPositions(sealed1).map((at) => m[at]!)).toEqual([1, -1, 32768, -32768, 5, 6, 7, 8]);
  });
});

describe('the table', () => {
  const ceremonyId = newId();
  const token = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
  const thresholds = { ceremonyId, tau: 400, sMax: 1266 };

  it('has one entry for each even score, ascending, each opening to the token for its score only', () => {
    const drawn = masks();
    const table = makeTable(sealed1, thresholds, drawn, token)!;
    expect(table).toHaveLength(434 * 24);
    for (let at = 24; at < table.length; at += 24) expect(compareTags(table, at - 24, at)).toBeLessThan(0);

    const entries = new Map(
      Array.from({ length: 434 }, (_, k) => {
        const entry = Buffer.from(table.subarray(24 * k, 24 * k + 24));
        return [entry.toString('hex', 0, 8), entry.subarray(8)] as const;
      }),
    );
    for (let v = -1266; v <= 1300; v++) {
      const { tag, pad } = entryHash(ceremonyId, 8)(drawn.alpha.map((x, l) => mod(x * v + drawn.m[l]!)));
      const sealed = entries.get(Buffer.from(tag).toString('hex'));
      const accepted = v >= 400 && v <= 1266 && v % 2 === 0;
      expect(sealed !== undefined).toBe(accepted);
      if (sealed) expect(sealed.map((byte, i) => byte ^ pad[i]!)).toEqual(Buffer.from(token));
    }
  });

  it('is another one for another ceremony or other masks, with the same token', () => {
    const [one, two] = [masks(), masks()];
    const table = makeTable(sealed1, thresholds, one, token)!;
    expect(makeTable(sealed1, { ...thresholds, ceremonyId: newId() }, one, token)).not.toEqual(table);
    expect(makeTable(sealed1, thresholds, two, token)).not.toEqual(table);
    expect(makeTable(sealed1, thresholds, one, token)).toEqual(table);
  });

  it('is drawn again when two tags collide (alpha = 0 makes all collide; it is never drawn)', () => {
    const { m } = masks();
    expect(makeTable(sealed1, thresholds, { alpha: [0, 0, 0, 0, 0, 0, 0, 0], m }, token)).toBeUndefined();
  });

  it('hashes residues at a fixed length: a committed vector', () => {
    const { tag, pad } = entryHash('AAAAAAAAAAAAAAAAAAAAAA', 8)([0, 1, 2, 255, 256, 65535, 65536, 7]);
    expect(Buffer.concat([tag, pad]).toString('hex')).toBe(
      '2a7eae68c2c0a00d2d0616953fc5e50dc89fa4f6da4634fb',
    );
  });
});

/** a * b in Z[X]/(X^N + 1), schoolbook; b shorter than N. */
function negacyclic(a: Int32Array, b: Int8Array, n: number): Float64Array {
  const out = new Float64Array(n);
  for (const [i, x] of b.entries()) {
    for (const [j, y] of a.entries()) {
      const at = i + j;
      if (at < n) out[at]! += x * y;
      else out[at - n]! -= x * y;
    }
  }
  return out;
}
