import { describe, expect, it } from 'vitest';
import { applyKey, decompose } from '../src/ckks/switch.ts';
import { ckks as client } from '../src/client.ts';
import { ckks } from '../src/evaluate.ts';
import { referenceKernel } from '../src/kernel/reference.ts';
import { openWasmKernel } from '../src/kernel/wasm.ts';
import type { Poly } from '../src/ring/poly.ts';
import {
  centred,
  hybrid,
  modulo,
  negacyclic,
  open,
  pairFirst,
  pairLast,
  simple,
  slots,
} from './support/ckks.ts';
import { bigints, centre, fromResidues } from './support/exact.ts';

/** The N integers of a polynomial in evaluation form, nearest zero modulo these primes. */
function integers(poly: Poly<'eval'>, moduli: readonly number[]): bigint[] {
  const rows = moduli.map((q) => modulo(poly, q));
  return Array.from(rows[0]!, (_, j) =>
    fromResidues(
      rows.map((row) => row[j]!),
      moduli,
    ),
  );
}

const largest = (xs: Iterable<number>) => Array.from(xs).reduce((m, x) => Math.max(m, Math.abs(x)), 0);

describe.each([
  ['one limb in a digit, one special prime', simple],
  ['two limbs in a digit, two special primes', hybrid],
  ['two primes in the first limb', pairFirst],
  ['two primes in the last limb', pairLast],
])('exactly, %s', (_name, parameters) => {
  const keys = open(parameters);
  const { secretKey } = keys;
  const s = secretKey.coefficients;
  const { degree, moduli, special } = parameters;
  const limbs = keys.context.ring(3).moduli;
  const [x, y] = [keys.encrypt(slots('a'), 'x'), keys.encrypt(slots('b'), 'y')];
  const Q = (level: number) => bigints(moduli.slice(0, level)).reduce((a, b) => a * b, 1n);

  it('a product of ciphertexts is the naive negacyclic product in every coefficient of every limb', () => {
    const product = ckks.multiply(x, y);
    for (const q of moduli) {
      const [a0, a1, b0, b1] = [x.c0, x.c1, y.c0, y.c1].map((poly) => modulo(poly, q));
      const other = negacyclic(a1!, b0!, q);
      const cross = negacyclic(a0!, b1!, q).map((v, j) => v + other[j]!);
      expect(modulo(product.d0, q)).toEqual(negacyclic(a0!, b0!, q));
      expect(modulo(product.d1, q)).toEqual(cross.map((v) => centred(v, q)));
      expect(modulo(product.d2, q)).toEqual(negacyclic(a1!, b1!, q));
    }
  });

  it.each([3, 2, 1])(
    'a key switch at level %i leaves u0 + u1 s - c s^2 small, and the same integer in every limb, in all coefficients',
    (level) => {
      const { c1 } = ckks.dropTo(x, level);
      const [u0, u1] = applyKey(keys.context, decompose(keys.context, level, c1), keys.relinearisation);
      // s^2 as integers: at most N in size.
      const square = negacyclic(s, s, 2 ** 40);
      const errors = moduli.slice(0, level).map((q) => {
        const want = negacyclic(modulo(c1, q), square, q);
        const got = negacyclic(modulo(u1, q), s, q);
        return modulo(u0, q).map((v, j) => centred(v + got[j]! - want[j]!, q));
      });
      for (const other of errors.slice(1)) expect(other).toEqual(errors[0]);
      // 8 standard deviations, and it is not zero either.
      const deviation = Math.sqrt(ckks.noise.keySwitch(parameters, level));
      expect(largest(errors[0]!)).toBeLessThan(8 * deviation);
      expect(largest(errors[0]!)).toBeGreaterThan(deviation);
    },
  );

  it('a relinearisation key is e + P g s^2 under s: small errors at every digit and limb', () => {
    const square = negacyclic(s, s, 2 ** 40);
    const P = bigints(special).reduce((a, b) => a * b, 1n);
    for (const [d, { a, b }] of keys.relinearisation.digits.entries()) {
      const errors = [...moduli, ...special].map((q) => {
        const masked = negacyclic(modulo(a, q), s, q);
        const limb = limbs.findIndex((m) => m % q === 0);
        const own = limb >= 0 && Math.floor(limb / parameters.digitLimbs) === d ? Number(P % BigInt(q)) : 0;
        const want = negacyclic(square, Float64Array.of(own, ...new Float64Array(degree - 1)), q);
        return modulo(b, q).map((v, j) => centred(v + masked[j]! - want[j]!, q));
      });
      for (const other of errors) expect(other).toEqual(errors[0]);
      expect(largest(errors[0]!)).toBeLessThanOrEqual(21);
    }
  });

  it('a rescale is round(x / q) in every coefficient', () => {
    const lower = ckks.rescale(ckks.multiplyPlain(x, ckks.encode(keys.context, slots('c'))));
    const product = ckks.multiplyPlain(x, ckks.encode(keys.context, slots('c')));
    const q = BigInt(moduli[2]!);
    for (const part of ['c0', 'c1'] as const) {
      const want = integers(product[part], moduli).map((v) => centre((v - centre(v, q)) / q, Q(2)));
      expect(integers(lower[part], moduli.slice(0, 2))).toEqual(want);
    }
  });

  it('the fused relinearise and rescale is within 1 + |s| of the two steps', () => {
    const product = ckks.multiply(x, y);
    const two = ckks.rescale(ckks.relinearise(product, keys.relinearisation));
    const one = ckks.relineariseRescale(product, keys.relinearisation);
    for (const part of ['c0', 'c1'] as const) {
      const [a, b] = [one, two].map((c) => integers(c[part], moduli.slice(0, 2)));
      expect(largest(a!.map((v, j) => Number(centre(v - b![j]!, Q(2)))))).toBeLessThanOrEqual(1);
    }
  });

  it('all kernels that can hold the moduli give the same bytes', () => {
    const outputs = [openWasmKernel('relaxed'), openWasmKernel('plain'), referenceKernel].map((kernel) => {
      const k = open(parameters, { kernel });
      const [u, v] = [k.encrypt(slots('a'), 'x'), k.encrypt(slots('b'), 'y')];
      const product = ckks.relineariseRescale(ckks.multiply(u, v), k.relinearisation);
      const turned = ckks.rotate(product, 3, k.rotation(3));
      const pack = (c: ckks.Ciphertext) => Buffer.from(ckks.serializeCiphertext(c)).toString('base64');
      return [u, product, turned, ckks.rescale(ckks.relinearise(ckks.multiply(u, v), k.relinearisation))].map(
        pack,
      );
    });
    expect(outputs[1]).toEqual(outputs[0]);
    expect(outputs[2]).toEqual(outputs[0]);
  }, 120_000);

  it('a full arena falls back to the heap with the same bytes', () => {
    const kernel = openWasmKernel('relaxed', { memoryBytes: 2.75 * 2 ** 20 });
    const tight = open(parameters, { kernel });
    const [u, v] = [tight.encrypt(slots('a'), 'x'), tight.encrypt(slots('b'), 'y')];
    const product = ckks.relineariseRescale(ckks.multiply(u, v), tight.relinearisation);
    const roomy = ckks.relineariseRescale(ckks.multiply(x, y), keys.relinearisation);
    expect(kernel.freeBytes()).toBeLessThan(2 ** 19);
    expect(ckks.serializeCiphertext(product)).toEqual(ckks.serializeCiphertext(roomy));
  });
});

describe('encryption, exactly', () => {
  it('with the secret key adds one error polynomial: at most 21, with the variance of the security table', () => {
    const { context, secretKey } = open(simple);
    const plaintext = ckks.encode(context, slots('a'));
    const { c0, c1 } = client.encrypt(secretKey, plaintext);
    const errors = simple.moduli.map((q) => {
      const masked = negacyclic(modulo(c1, q), secretKey.coefficients, q);
      const message = modulo(plaintext.poly, q);
      return modulo(c0, q).map((v, j) => centred(v + masked[j]! - message[j]!, q));
    });
    for (const other of errors) expect(other).toEqual(errors[0]);
    expect(largest(errors[0]!)).toBeLessThanOrEqual(21);
    const variance = errors[0]!.reduce((sum, e) => sum + e * e, 0) / simple.degree;
    // 6 standard deviations of the mean of 4096 squares.
    expect(Math.abs(variance - 10.5)).toBeLessThan(6 * 10.5 * Math.sqrt(2 / simple.degree));
  });

  it('with the public key leaves an error within the bound in every coefficient', () => {
    const { context, secretKey, publicKey } = open(simple);
    const plaintext = ckks.encode(context, slots('a'));
    const { c0, c1 } = ckks.encryptPublic(publicKey, plaintext);
    const q = simple.moduli[0]!;
    const masked = negacyclic(modulo(c1, q), secretKey.coefficients, q);
    const message = modulo(plaintext.poly, q);
    const error = modulo(c0, q).map((v, j) => centred(v + masked[j]! - message[j]!, q));
    expect(largest(error)).toBeLessThan(8 * Math.sqrt(ckks.noise.freshPublic(simple)));
  });

  it('wiped keys are gone from kernel memory too', () => {
    const { context } = open(simple);
    const { secretKey } = client.generateKeys(context, new Uint8Array(32).fill(77));
    client.wipeSecretKey(secretKey);
    expect(secretKey.poly.residues.every((v) => v === 0)).toBe(true);
  });
});
