/**
 * Two attacks of the literature, run against deliberately naive variants, where they succeed, and against the
 * protocol, where they learn nothing. An attack that never succeeds would show only that it was written badly.
 */

import { decryptCoefficients, generateKeys, parseMasked, serializePublicKey } from '@blindsight/fhe/client';
import {
  maskCoefficients,
  multiplyPlain,
  parseCiphertext,
  parsePublicKey,
  plaintext,
  rerandomise,
  serializeMasked,
} from '@blindsight/fhe/evaluate';
import { sealedSignIn, seededRandomness, uniformBelow } from '@blindsight/fhe/params';
import { describe, expect, it } from 'vitest';
import { encryptTicket, templateDigits } from '../src/client/enrolment.ts';
import { applyFrame, type FrameMatrix, frame } from '../src/client/frame.ts';
import { meanVerifier } from '../src/client/template.ts';
import { multiplierPolynomial } from '../src/server/evaluate.ts';
import { packSigns, resultPositions, sealed1 } from '../src/wire.ts';
import { uniform, vector } from './support/sample.ts';

const next = uniform('attacks');
const seed = (value: number) => new Uint8Array(32).fill(value);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);
const cosine = (a: ArrayLike<number>, b: ArrayLike<number>) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));

/**
 * A key holder without the face, who may open everything a sign-in returns and sends the rows of a Hadamard
 * matrix: from exact scores s_k = <t, h_k> the template is sum_k s_k h_k / 512.
 */
describe('template recovery from scores (linear system), by a holder of every key', () => {
  const t = templateDigits(seed(1), meanVerifier([vector(next, 64)]), sealed1);
  const { secretKey, publicKey } = generateKeys(sealedSignIn, seed(2));
  const pad = new Uint8Array(64); // known to the attacker, so it may as well be +1
  const ticket = parseCiphertext(sealedSignIn, encryptTicket(secretKey, t, pad));
  const key = parsePublicKey(sealedSignIn, serializePublicKey(publicKey));
  const positions = resultPositions(sealed1);
  const p = sealed1.plainModulus;

  const open = (probe: Int8Array, alpha: readonly number[], m: readonly number[]) => {
    const multiplier = plaintext(sealedSignIn, multiplierPolynomial(sealed1, packSigns(probe), alpha));
    const z = serializeMasked(
      maskCoefficients(rerandomise(key, multiplyPlain(ticket, multiplier)), positions, m),
    );
    const u = decryptCoefficients(secretKey, parseMasked(sealedSignIn, z, positions))[0]!;
    return u > p / 2 ? u - p : u;
  };
  const hadamard = (k: number) => Int8Array.from({ length: 512 }, (_, i) => (parity(k & i) ? -1 : 1));
  const recover = (score: (probe: Int8Array) => number) => {
    const out = new Float64Array(512);
    for (let k = 0; k < 512; k++) {
      const h = hadamard(k);
      const s = score(h);
      for (let i = 0; i < 512; i++) out[i]! += (s * h[i]!) / 512;
    }
    return out;
  };

  it('succeeds exactly where the server returns the score (alpha = 1, m = 0)', () => {
    const [one, none] = [new Array<number>(8).fill(1), new Array<number>(8).fill(0)];
    expect(
      Array.from(
        recover((h) => open(h, one, none)),
        Math.round,
      ),
    ).toEqual(Array.from(t));
  });

  it('has no purchase on masked results: 512 of them say nothing', () => {
    const random = seededRandomness(seed(0), 'test/attacks');
    const masked = (h: Int8Array) =>
      open(
        h,
        uniformBelow(random, p - 1, 8).map((r) => r + 1),
        uniformBelow(random, p, 8),
      );
    expect(Math.abs(cosine(recover(masked), t))).toBeLessThan(5 / Math.sqrt(512));
  });
});

/**
 * A malicious server that spends tickets on single digits can learn |t_i| (never the sign: rho_j,i is fresh). With
 * a public frame |t| = |F w| rounded is a phase-retrieval problem, and it has a solution: w up to its sign.
 */
describe('phase retrieval from |t|, by a malicious server', () => {
  const attempts = [64, 128].map((dim, k) => {
    const w = meanVerifier([vector(next, dim)]);
    const digits = templateDigits(seed(30 + k), w, sealed1);
    return { dim, w, magnitudes: Float64Array.from(digits, Math.abs), known: frame(seed(30 + k), dim) };
  });

  it.each(attempts)('succeeds against a public frame (dim $dim)', ({ w, magnitudes, known }) => {
    expect(Math.abs(cosine(retrieve(known, magnitudes), w))).toBeGreaterThan(0.95);
  });

  it.each(attempts)('fails against the secret frame (dim $dim)', ({ dim, w, magnitudes }) => {
    for (let guess = 0; guess < 3; guess++) {
      const found = retrieve(frame(seed(90 + guess), dim), magnitudes);
      expect(Math.abs(cosine(found, w))).toBeLessThan(5 / Math.sqrt(dim)); // chance: deviation 1 / sqrt(dim)
    }
  });
});

/** Spectral start, then alternating projections (Gerchberg-Saxton; Netrapalli, Jain, Sanghavi 2013). */
function retrieve(known: FrameMatrix, magnitudes: Float64Array): Float64Array {
  let w: Float64Array = vector(uniform('attacks/start'), known.dim);
  const step = (weigh: (y: number, i: number) => number, rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      const v = back(known, applyFrame(known, w).map(weigh));
      const length = Math.sqrt(dot(v, v));
      w = v.map((value) => value / length);
    }
  };
  const mean = dot(magnitudes, magnitudes) / magnitudes.length;
  step((y, i) => y * Number(magnitudes[i]! ** 2 > 0.5 * mean) * Math.min(magnitudes[i]! ** 2, 6 * mean), 100);
  step((y, i) => Math.sign(y) * magnitudes[i]!, 150);
  return w;
}

/** F^T y. */
function back({ digits, dim, entries }: FrameMatrix, y: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: dim }, (_, c) => {
    let sum = 0;
    for (let i = 0; i < digits; i++) sum += entries[c * digits + i]! * y[i]!;
    return sum / 2 ** 26;
  });
}

function parity(n: number): boolean {
  let bits = n;
  for (let shift = 16; shift > 0; shift >>= 1) bits ^= bits >> shift;
  return (bits & 1) === 1;
}
