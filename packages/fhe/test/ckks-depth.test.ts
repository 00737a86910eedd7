/**
 * The chain of the encrypted-image network to its end: N = 16384, 14 primes of 24 bits, two in each limb, five layers
 * of a sum of rotations with weights and a square. What it shows is that 24-bit levels carry five squares.
 */
import { expect, it } from 'vitest';
import { ckks as client } from '../src/client.ts';
import { ckks } from '../src/evaluate.ts';
import { integersIn, named } from './support/exact.ts';
import { primesBelow } from './support/primes.ts';

const degree = 16384;
const [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = primesBelow(
  24,
  degree,
  14,
) as readonly number[] as number[];

// P is 2^8 times a digit: the noise of a rotation at scale 2^24 is then that of its rounding alone.
const parameters = client.parameters({
  id: 'test-depth/1',
  degree,
  moduli: [
    [a!, b!],
    [c!, d!],
    [e!, f!],
    [g!, h!],
    [i!, j!],
    [k!, l!],
    [m!, n!],
  ],
  special: primesBelow(28, degree, 2),
  digitLimbs: 1,
  scale: 2 ** 24,
});

it('five layers with a square each, to the last two primes', { timeout: 120_000 }, () => {
  expect(parameters.modulusBits).toBeLessThan(393);
  const context = client.createContext(parameters);
  const seed = new Uint8Array(32).fill(3);
  const { secretKey } = client.generateKeys(context, seed);
  const relinearisation = client.relinearisationKey(secretKey, seed);
  const steps = [0, 1, 32];
  const keys = steps.map((step) => client.rotationKey(secretKey, seed, step));

  const reals = (name: string, count: number, size: number) =>
    integersIn(named(name), -(2 ** 20), 2 ** 20, count).map((v) => (v / 2 ** 20) * size);
  let clear = Float64Array.from(reals('input', degree / 2, 1));
  let x: ckks.Ciphertext = client.encrypt(secretKey, client.encode(context, clear), {
    random: named('depth'),
  });
  const errors: number[] = [];

  for (let layer = 0; layer < 5; layer++) {
    const { level } = x;
    const before = clear;
    const random = steps.map((step) => Float64Array.from(reals(`weights ${layer} ${step}`, 32, 1)));
    const linear = before.map((_, s) =>
      steps.reduce((t, step, i) => t + random[i]![s % 32]! * before[(s + step) % before.length]!, 0),
    );
    // As a normalisation layer has it: what is squared has mean square 1.
    const norm = rms(linear);
    clear = linear.map((v) => (v / norm) ** 2);

    const turned = ckks.rotateHoisted(
      x,
      steps.map((step, t) => ({ steps: step, key: keys[t]! })),
    );
    // The scale that brings the square back to 2^24: drift would double with every layer.
    const [q, r] = [parameters.moduli[level - 1]!, parameters.moduli[level - 2]!];
    const scale = (Math.sqrt(parameters.scale * r) * q) / x.scale;
    const rows = random.map((row) => row.map((v) => v / norm));
    const [sum] = ckks.multiplyPeriodicSums(turned, [ckks.periodicWeights(context, rows, { level, scale })]);
    const y = ckks.rescale(sum!);
    const square = ckks.relineariseRescale(ckks.multiply(y, y), relinearisation);
    ckks.release(x, ...turned, sum!, y);
    x = square;

    const opened = client.decrypt(secretKey, x).re;
    errors.push(rms(clear.map((v, k) => v - opened[k]!)) / rms(clear));
  }
  console.log(`relative error after each square, rms: ${errors.map((v) => v.toExponential(1)).join(', ')}`);
  expect(x.level).toBe(4);
  expect(x.scale).toBeCloseTo(2 ** 24, 3);
  // Seeds are fixed: 4.3e-4, 6.6e-4, 1.2e-3, 2.0e-3, 3.8e-3.
  for (const error of errors) expect(error).toBeLessThan(2 ** -7);
});

function rms(xs: Float64Array): number {
  return Math.sqrt(xs.reduce((sum, v) => sum + v * v, 0) / xs.length);
}
