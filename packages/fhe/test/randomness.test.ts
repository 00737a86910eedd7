import { createCipheriv, createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fullRing } from '../src/bgv/rings.ts';
import { type Parameters, sealedSignIn } from '../src/parameters.ts';
import { type Expansion, expandUniform } from '../src/rlwe/expand.ts';
import { type Randomness, seededRandomness, uniformBelow, webRandomness } from '../src/rlwe/randomness.ts';
import { errorPolynomial, ternary, wideUniform } from '../src/rlwe/samplers.ts';
import { bigints, fromResidues, mod, named } from './support/exact.ts';

/** The stream of a seed and purpose by OpenSSL: an implementation of SHA-256 and ChaCha20 that is not ours. */
function opensslWords(seed: Uint8Array, purpose: string, count: number): Uint32Array {
  const key = createHash('sha256').update(`${purpose}\0`).update(seed).digest();
  const bytes = createCipheriv('chacha20', key, Buffer.alloc(16)).update(Buffer.alloc(4 * count));
  return Uint32Array.from({ length: count }, (_, i) => bytes.readUInt32LE(4 * i));
}

const seed = Uint8Array.from({ length: 32 }, (_, i) => i);

describe('randomness', () => {
  it('is ChaCha20 under SHA-256(purpose, NUL, seed), as OpenSSL computes it, across calls of whole blocks', () => {
    const random = seededRandomness(seed, 'a purpose');
    const words = [...random.words(16), ...random.words(64)];
    expect(words).toEqual([...opensslWords(seed, 'a purpose', 80)]);
  });

  it('gives unrelated streams for other purposes and other seeds', () => {
    const first = seededRandomness(seed, 'a').words(16);
    expect(seededRandomness(seed, 'b').words(16)).not.toEqual(first);
    expect(
      seededRandomness(
        seed.map((x) => x + 1),
        'a',
      ).words(16),
    ).not.toEqual(first);
    expect(webRandomness().words(16)).not.toEqual(webRandomness().words(16));
  });

  it.each([31, 33, 0])('refuses a seed of %i bytes', (length) => {
    expect(() => seededRandomness(new Uint8Array(length), 'a')).toThrow(
      expect.objectContaining({ code: 'bad-seed' }),
    );
  });

  it('draws below a bound without bias: chi-square over 7 classes', () => {
    const counts = new Array<number>(7).fill(0);
    for (const x of uniformBelow(named('uniform'), 7, 70_000)) counts[x]!++;
    const chi = counts.reduce((sum, c) => sum + (c - 10_000) ** 2 / 10_000, 0);
    expect(chi).toBeLessThan(30); // 6 degrees of freedom: exceeded with probability below 4e-5
  });

  it('rejects words above the last whole multiple of the bound', () => {
    const onlyHigh = [2 ** 32 - 1, 2 ** 32 - 6, 14];
    const queue: Randomness = { words: () => Uint32Array.of(onlyHigh.shift()!) };
    expect(uniformBelow(queue, 10, 1)).toEqual([4]); // 2^32 = 6 mod 10, so the six highest words are skipped
  });
});

describe('samplers', () => {
  it('ternary: a third each', () => {
    const drawn = Array.from({ length: 20 }, (_, i) => ternary(named(`ternary ${i}`), 4096)).flatMap((x) => [
      ...x,
    ]);
    for (const value of [-1, 0, 1]) {
      const share = drawn.filter((x) => x === value).length / drawn.length;
      expect(Math.abs(share - 1 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / drawn.length));
    }
    expect(new Set(drawn)).toEqual(new Set([-1, 0, 1]));
  });

  it('error: centred binomial, standard deviation 3.24, at most 21', () => {
    const drawn = Array.from({ length: 20 }, (_, i) => errorPolynomial(named(`error ${i}`), sealedSignIn));
    const all = drawn.flatMap((x) => [...x]);
    const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
    const variance = all.reduce((sum, x) => sum + x * x, 0) / all.length;
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(10.5 / all.length));
    expect(Math.abs(variance - 10.5)).toBeLessThan(0.3);
    expect(Math.max(...all.map(Math.abs))).toBeLessThanOrEqual(21);
  });

  it('error: counts heads in the low 21 bits of each word, no others', () => {
    const words = Uint32Array.from({ length: 2 * 4096 }, (_, i) => Math.imul(i + 1, 0x9e37_79b1) >>> 0);
    const ones = (x: number) => (x & 0x1f_ffff).toString(2).replaceAll('0', '').length;
    const want = Array.from({ length: 4096 }, (_, j) => ones(words[2 * j]!) - ones(words[2 * j + 1]!));
    expect([...errorPolynomial({ words: () => words.slice() }, sealedSignIn)]).toEqual(want);
  });

  it('error: is drawn again until its norm is within the limit', () => {
    const normal = named('after the bad one');
    let calls = 0;
    const random: Randomness = {
      words: (n) =>
        calls++ === 0 ? new Uint32Array(n).map((_, i) => (i % 2 ? 0 : 2 ** 32 - 1)) : normal.words(n),
    };
    const error = errorPolynomial(random, sealedSignIn);
    expect(calls).toBe(2);
    expect(Math.hypot(...error)).toBeLessThanOrEqual(sealedSignIn.errorNorm);
  });

  it('flood: the same integer in [-2^88, 2^88) modulo every limb, as BigInt computes it from the same words', () => {
    const { moduli, floodBits } = sealedSignIn;
    const rows = wideUniform(named('flood'), floodBits, 100, moduli);
    const words = named('flood').words(600);
    for (let k = 0; k < 100; k++) {
      const digits = Array.from(
        words.subarray(6 * k, 6 * k + 6),
        (w, i) => BigInt(w) & (i ? 0xffffn : 0x1ffn),
      );
      const want = digits.reduce((x, digit) => x * 2n ** 16n + digit, 0n) - 2n ** 88n;
      expect(rows.map((row) => BigInt(row[k]!))).toEqual(moduli.map((q) => mod(want, BigInt(q))));
      expect(
        fromResidues(
          rows.map((row) => row[k]!),
          moduli,
        ),
      ).toBe(want);
    }
  });

  it('flood: reaches both ends of the interval', () => {
    const { moduli, floodBits } = sealedSignIn;
    const ends = [0, 2 ** 32 - 1].map((word) => {
      const rows = wideUniform({ words: (n) => new Uint32Array(n).fill(word) }, floodBits, 1, moduli);
      return fromResidues(
        rows.map((row) => row[0]!),
        moduli,
      );
    });
    expect(ends).toEqual([-(2n ** 88n), 2n ** 88n - 1n]);
  });
});

describe('expansion of a seed', () => {
  /** The docstring of `expandUniform`, in BigInt and OpenSSL. */
  function expansion({ id, degree, moduli }: Parameters, what: Expansion): bigint[] {
    return moduli.flatMap((q, i) => {
      const words = bigints(opensslWords(seed, `blindsight/fhe/uniform/1 ${id} ${what} ${i}`, 4 * degree));
      const [m, out] = [BigInt(q), [] as bigint[]];
      for (let k = 0; out.length < degree; k += 2) {
        const v = (words[k + 1]! & 0xffffn) * 2n ** 32n + words[k]!;
        if (v < (2n ** 48n / m) * m) out.push(v % m);
      }
      return out;
    });
  }

  it.each(['ciphertext', 'public-key'] as const)('is what the wire format says: %s', (what) => {
    const poly = expandUniform(fullRing(sealedSignIn), sealedSignIn, what, seed);
    const got = Array.from(poly.residues, (x, t) =>
      mod(BigInt(x), BigInt(sealedSignIn.moduli[Math.floor(t / 4096)]!)),
    );
    expect(got).toEqual(expansion(sealedSignIn, what));
  });
});
