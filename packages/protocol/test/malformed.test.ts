/**
 * Malformed ciphertexts, by a client that holds every key but not the face: against a naive variant, where one
 * message gives away the template, and here, where a client sends no ciphertext at sign-in. What is left are
 * malformed tickets: their maker learns from them less than a bit about each multiplier, which is used once.
 */
import { generateKeys, parseMasked, serializePublicKey } from '@blindsight/fhe/client';
import {
  maskCoefficients,
  multiplyPlain,
  parseCiphertext,
  parsePublicKey,
  plaintext,
  rerandomise,
  serializeMasked,
} from '@blindsight/fhe/evaluate';
import { type Randomness, sealedSignIn, seededRandomness } from '@blindsight/fhe/params';
import { describe, expect, it } from 'vitest';
import { encryptTicket } from '../src/client/enrolment.ts';
import { multiplierPolynomial } from '../src/server/evaluate.ts';
import { checkTicket } from '../src/server.ts';
import { decodeProbeMessage, resultPositions, sealed1, unpackSigns } from '../src/wire.ts';
import { uniform } from './support/sample.ts';
import { tamperedTicket } from './support/tampered-ticket.ts';
import {
  centred,
  decode,
  delta,
  encrypt,
  naiveAnswer,
  phaseOf,
  poly,
  ternary,
  toy,
  wide,
} from './support/toy-bfv.ts';

const next = uniform('malformed');
const below = (bound: number) => Math.floor(next() * bound);

describe('a client that sends its probe as a ciphertext, and a server that floods (naive)', () => {
  const s = ternary(next);
  const t = Array.from({ length: toy.degree }, () => below(15) - 7);
  const template = encrypt(
    next,
    s,
    poly((i) => BigInt(t[i]!)),
  );
  const masks = poly(() => wide(next, 16n));
  const alpha = 12345n;
  const last = toy.degree - 1;

  /** What is left below the mask, as parts of Delta: round(alpha t_i / p) and the flood. */
  const low = (phase: bigint) => Number(centred(phase, delta)) / Number(delta);
  const distance = (a: number, b: number) => Math.abs(a - b - Math.round(a - b));
  /** The template, if one alpha explains every coefficient to within the flood. */
  const recover = (lows: readonly number[]): number[] | undefined => {
    const tolerance = 2 ** Number(toy.floodBits) / Number(delta) + 1e-6;
    const digits = Array.from({ length: 15 }, (_, k) => k - 7);
    const p = Number(toy.p);
    for (let guess = 1; guess < p / 2; guess++) {
      const found = lows.map((f) => digits.filter((digit) => distance(f, (guess * digit) / p) <= tolerance));
      if (found.every((fitting) => fitting.length === 1)) return found.map((fitting) => fitting[0]!);
    }
    return undefined;
  };

  const a = Array.from({ length: toy.degree }, () => 1 - 2 * below(2));
  const honest = encrypt(
    next,
    s,
    poly((i) => BigInt(a[last - i]!)),
  );
  const opened = phaseOf(s, naiveAnswer(next, template, honest, { alpha, masks }));

  it('works for an honest client, who learns nothing else', () => {
    const score = BigInt(t.reduce((sum, digit, i) => sum + digit * a[i]!, 0));
    const u = alpha * score + masks[last]!;
    expect(decode(opened[last]!)).toBe(((u % toy.p) + toy.p) % toy.p);
    // below the mask is the flood alone, which a template of nothing explains best
    expect(recover(opened.map(low))).toEqual(t.map(() => 0));
  });

  it('gives the whole template, up to its sign, for one message of phase Delta / p', () => {
    const malformed = [poly((i) => (i === 0 ? delta / toy.p : 0n)), poly(() => 0n)];
    const seen = phaseOf(s, naiveAnswer(next, template, malformed, { alpha, masks }));
    const found = recover(seen.map(low))!;
    const sign = Math.sign(found.reduce((sum, digit, i) => sum + digit * t[i]!, 0));
    expect(found.map((digit) => sign * digit + 0)).toEqual(t);
  });
});

describe('sealed sign-in', () => {
  const { secretKey, publicKey } = generateKeys(sealedSignIn, new Uint8Array(32).fill(5));
  const key = parsePublicKey(sealedSignIn, serializePublicKey(publicKey));
  const positions = resultPositions(sealed1);
  const [q1, q2, q3] = sealedSignIn.moduli.map(Number) as [number, number, number];
  const p = sealed1.plainModulus;
  const drawn = () => Array.from({ length: 8 }, () => 1 + below(p - 1));
  const bits = () => Uint8Array.from({ length: 64 }, () => below(256));
  const mod = (x: number, q: number) => x - Math.floor(x / q + 0.5) * q;

  /** The phase at the eight coefficients before it is reduced modulo p: more than our client ever looks at. */
  const phases = (ticket: Uint8Array, alpha: readonly number[], flood: Randomness) => {
    const multiplier = plaintext(sealedSignIn, multiplierPolynomial(sealed1, new Uint8Array(64), alpha));
    const product = rerandomise(key, multiplyPlain(parseCiphertext(sealedSignIn, ticket), multiplier));
    const z = serializeMasked(maskCoefficients(product, positions, drawn(), { random: flood }));
    const masked = parseMasked(sealedSignIn, z, positions);
    const { coefficients: s } = secretKey;
    return positions.map((k, index) => {
      let sum = masked.c0[index]!;
      for (let i = 0; i <= k; i++) sum += masked.c1[i]! * s[k - i]!;
      for (let i = k + 1; i < sealed1.degree; i++) sum -= masked.c1[i]! * s[sealed1.degree + k - i]!;
      return mod(sum, q3);
    });
  };

  it('has no ciphertext in its message: every 64 bytes are a vector of signs, and nothing else decodes', () => {
    for (let run = 0; run < 50; run++) {
      const message = Uint8Array.from([1, 0, 0, 0, 0, ...bits(), ...bits()]);
      const { probe } = decodeProbeMessage(message);
      expect(unpackSigns(probe).every((sign) => sign * sign === 1)).toBe(true);
      const longer = Uint8Array.from([...message, 0]);
      expect(() => decodeProbeMessage(longer)).toThrow(
        expect.objectContaining({ code: 'malformed-message' }),
      );
    }
  });

  // An error that moves the phase by alpha q / p: all of every multiplier, were there no flood.
  const q = BigInt(q1) * BigInt(q2) * BigInt(q3);
  const step = (q / BigInt(p) / BigInt(p)) * BigInt(p);
  const empty = encryptTicket(secretKey, new Int8Array(512), new Uint8Array(64));
  const malformed = tamperedTicket(empty, (residue) => residue + step);
  /** How far its maker's best guess is from each of 64 multipliers. Unit: the whole range, so at most 1/2. */
  const misses = (flood: Randomness) =>
    Array.from({ length: 8 }, () => {
      const alpha = drawn();
      const read = phases(malformed, alpha, flood);
      return read.map((phase, l) => Math.abs(mod((phase * p) / q3 - alpha[l]!, p)) / p);
    }).flat();
  const mean = (v: readonly number[]) => v.reduce((sum, x) => sum + x, 0) / v.length;

  it('without its flood would give every multiplier to the maker of a malformed ticket', () => {
    checkTicket(malformed);
    // 2^88 in the middle of the range: a flood of zero
    const zero: Randomness = {
      words: (count) => Uint32Array.from({ length: count }, (_, k) => (k % 6 ? 0 : 256)),
    };
    expect(Math.max(...misses(zero))).toBeLessThan(1e-3);
  });

  it('leaves that maker less than a bit about each, and uses it once', () => {
    const all = misses(seededRandomness(new Uint8Array(32), 'test/malformed'));
    // the flood is uniform over 2^89 p of q: 0.58 of the range, hence 0.78 bits, and 0.145 as the mean miss
    const part = (2 ** 89 * p) / Number(q);
    expect(-Math.log2(part)).toBeLessThan(0.8);
    expect(Math.abs(mean(all) - part / 4)).toBeLessThan((4 * part) / 4 / Math.sqrt(3 * all.length));
    expect(Math.max(...all)).toBeLessThan(part / 2 + 1e-3);
  });
});
