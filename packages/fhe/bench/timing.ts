/**
 * Does time depend on a secret? Welch's t between the times of two classes of secrets, in random order, as dudect does
 * it. A leak shows as a t that grows with the square root of the samples; |t| above 10 is a leak, below 4.5 is none
 * that so many samples can see. The positive control is a decryption that skips zeros of the key: a method that did
 * not see it could not see anything.
 *
 * Both classes use the same arrays, filled before the clock starts, so that caches and addresses are alike.
 * Run: node packages/fhe/bench/timing.ts [SAMPLES]
 * @see Reparaz, Balasch, Verbauwhede, "Dude, is my code constant time?" (2017)
 * @module
 */
import { toCoefficients } from '../src/ckks/embedding.ts';
import * as bgv from '../src/client.ts';
import { ckks } from '../src/client.ts';
import { sealedSignIn, seededRandomness, uniformBelow } from '../src/params.ts';
import type { Randomness } from '../src/rlwe/randomness.ts';
import { errorPolynomial, ternary } from '../src/rlwe/samplers.ts';
import { pack, packedLength } from '../src/wire/bits.ts';
import { primesBelow } from '../test/support/primes.ts';

export interface Leak {
  readonly name: string;
  /** Welch's t of the slowest tenth cut off; positive when class 1 is slower. */
  readonly t: number;
  /** Samples of each class, before the cut. */
  readonly samples: number;
  /** Mean time of both classes. Unit: ms. */
  readonly mean: readonly [number, number];
}

interface Subject {
  readonly name: string;
  /** Puts a secret of this class in place; not timed. 0: all zero. 1: random. */
  prepare(kind: 0 | 1): void;
  /** What is timed. */
  run(): void;
}

/** t for every operation that touches a secret; the last one is the positive control. */
export function timingLeaks(samples: number): Leak[] {
  return subjects().map((subject) => measure(subject, samples));
}

function measure({ name, prepare, run }: Subject, samples: number): Leak {
  const order = uniformBelow(seededRandomness(new Uint8Array(32).fill(5), name), 2, 2 * samples) as (0 | 1)[];
  for (let i = 0; i < 200; i++) {
    prepare((i & 1) as 0 | 1);
    run();
  }
  const times: { kind: 0 | 1; ms: number }[] = [];
  for (const kind of order) {
    prepare(kind);
    const start = performance.now();
    run();
    times.push({ kind, ms: performance.now() - start });
  }
  // Interruptions make the slowest ones; one limit for both classes, so that none is favoured.
  const limit = times.map(({ ms }) => ms).sort((x, y) => x - y)[Math.floor(times.length * 0.9)]!;
  const kept = [0, 1].map((kind) =>
    times.filter((one) => one.kind === kind && one.ms <= limit).map(({ ms }) => ms),
  );
  const [a, b] = kept.map(moments) as [Moments, Moments];
  const t = (b.mean - a.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count);
  return { name, t, samples, mean: [a.mean, b.mean] };
}

interface Moments {
  readonly mean: number;
  readonly variance: number;
  readonly count: number;
}

function moments(xs: readonly number[]): Moments {
  const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length;
  const variance = xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (xs.length - 1);
  return { mean, variance, count: xs.length };
}

function subjects(): Subject[] {
  const degree = 4096;
  const [p, q0, q1] = primesBelow(28, degree, 3) as readonly number[] as [number, number, number];
  const parameters = ckks.parameters({
    ...{ id: 'timing/1', degree, moduli: [q0, q1], special: [p], scale: 2 ** 20 },
  });
  const context = ckks.createContext(parameters);
  const random = seededRandomness(new Uint8Array(32).fill(6), 'timing');
  const seed = new Uint8Array(32).fill(7);

  // Keys whose residues are replaced in place.
  const own = ckks.generateKeys(context, seed).secretKey;
  const keys = withZeros(own.poly.residues);
  const theirs = bgv.generateKeys(sealedSignIn, seed).secretKey;
  const secrets = withZeros(theirs.coefficients);
  const slots = new Float64Array(degree / 2);
  const randomSlots = Float64Array.from(uniformBelow(random, 2 ** 20, degree / 2), (x) => x / 2 ** 20 - 0.5);
  const messages = withZeros(randomSlots);
  const plaintext = ckks.encode(context, randomSlots);
  const x = ckks.encrypt(own, plaintext);

  const q = sealedSignIn.moduli.at(-1)!;
  const masked = {
    parameters: sealedSignIn,
    positions: [4095],
    c0: Float64Array.of(12345),
    c1: Float64Array.from(uniformBelow(random, 2 ** 32, degree), (v) => (v * 11) % q),
  };

  // Samplers wipe what they get, so they get copies.
  const words = [new Uint32Array(2 * degree), random.words(2 * degree)] as const;
  const current = new Uint32Array(2 * degree);
  const source: Randomness = { words: (count) => current.slice(0, count) };
  const stream = (kind: 0 | 1) => current.set(words[kind]);
  const balanced = withZeros(masked.c1);
  const residues = new Float64Array(degree);
  const packed = new Uint8Array(packedLength(q, degree));

  return [
    {
      name: 'ckks decrypt, key zero or random',
      prepare: (kind) => own.poly.residues.set(keys[kind]),
      run: () => void ckks.decrypt(own, x),
    },
    {
      name: 'ckks encrypt, key zero or random',
      prepare: (kind) => own.poly.residues.set(keys[kind]),
      run: () => ckks.release(ckks.encrypt(own, plaintext)),
    },
    {
      name: 'ckks encode, slots zero or random',
      prepare: (kind) => slots.set(messages[kind]),
      run: () => ckks.release(ckks.encode(context, slots)),
    },
    {
      name: 'embedding alone, slots zero or random',
      prepare: (kind) => slots.set(messages[kind]),
      run: () => void toCoefficients({ re: slots, im: slots }, 2 ** 20),
    },
    {
      name: 'bgv decrypt one coefficient, key zero or random',
      prepare: (kind) => theirs.coefficients.set(secrets[kind]),
      run: () => void bgv.decryptCoefficients(theirs, masked),
    },
    {
      name: 'ternary secret, words zero or random',
      prepare: stream,
      run: () => void ternary(source, degree),
    },
    {
      name: 'error polynomial, words zero or random',
      prepare: stream,
      run: () => void errorPolynomial(source, sealedSignIn),
    },
    {
      name: 'packing, residues zero or random',
      prepare: (kind) => residues.set(balanced[kind]),
      run: () => void pack(packed, residues, q),
    },
    {
      name: 'POSITIVE CONTROL: a decryption that skips zeros of the key',
      prepare: (kind) => theirs.coefficients.set(secrets[kind]),
      run: () => void leaky(theirs.coefficients, masked.c1),
    },
  ];
}

/** Both classes of a secret: all zero, and as it is. */
function withZeros(x: Float64Array): readonly [Float64Array, Float64Array] {
  return [new Float64Array(x.length), x.slice()];
}

/** What `decryptCoefficients` must not be. */
function leaky(s: Float64Array, c1: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < s.length; i++) if (s[i] !== 0) sum += c1[i]! * s[s.length - 1 - i]!;
  return sum;
}

if (import.meta.main) {
  console.table(timingLeaks(Number(process.argv[2] ?? 5000)));
}
