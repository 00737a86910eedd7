import { describe, expect, it } from 'vitest';
import { generator, toCoefficients, toSlots } from '../src/ckks/embedding.ts';
import { decode, fromDoubles, toDoubles } from '../src/ckks/encode.ts';
import { ckks as client } from '../src/client.ts';
import { createRing } from '../src/ring/poly.ts';
import { distance, open, simple, slots } from './support/ckks.ts';
import { integersIn, mod, named } from './support/exact.ts';
import { primesBelow } from './support/primes.ts';

const refused = (code: string) => expect.objectContaining({ name: 'FheError', code });

describe('canonical embedding', () => {
  it.each([16, 64, 512])('slot k is the polynomial at zeta^(3^k), N = %i', (degree) => {
    const p = Float64Array.from(integersIn(named('poly'), -1000, 1000, degree));
    const { re, im } = toSlots(p);
    let exponent = 1;
    for (let k = 0; k < degree / 2; k++, exponent = (exponent * generator) % (2 * degree)) {
      let [x, y] = [0, 0];
      for (let j = 0; j < degree; j++) {
        const angle = (Math.PI * ((exponent * j) % (2 * degree))) / degree;
        x += p[j]! * Math.cos(angle);
        y += p[j]! * Math.sin(angle);
      }
      expect(Math.hypot(re[k]! - x, im[k]! - y)).toBeLessThan(1e-13 * 1000 * degree);
    }
  });

  it.each([4096, 32768])(
    'and its inverse lose no more than a few units in the last place, N = %i',
    (degree) => {
      const part = (name: string) =>
        Float64Array.from(integersIn(named(name), -(2 ** 30), 2 ** 30, degree / 2), (x) => x / 2 ** 30);
      const z = { re: part('re'), im: part('im') };
      expect(distance(toSlots(toCoefficients(z, 1)), z).largest).toBeLessThan(2 ** -49);
    },
  );

  it('turns the slots when X becomes X^3', () => {
    const degree = 64;
    const p = Float64Array.from(integersIn(named('turn'), -9, 9, degree));
    const turned = new Float64Array(degree);
    for (let j = 0; j < degree; j++) {
      const at = (j * generator) % (2 * degree);
      turned[at % degree]! += at < degree ? p[j]! : -p[j]!;
    }
    const [before, after] = [toSlots(p), toSlots(turned)];
    for (let k = 0; k < degree / 2; k++) {
      expect(after.re[k]!).toBeCloseTo(before.re[(k + 1) % (degree / 2)]!, 10);
      expect(after.im[k]!).toBeCloseTo(before.im[(k + 1) % (degree / 2)]!, 10);
    }
  });
});

describe('encoding', () => {
  const { context } = open(simple);
  const n = simple.degree / 2;

  it.each([2 ** 10, 2 ** 21, 2 ** 40])('comes back within N/2 / scale, at scale %i', (scale) => {
    const z = slots('z');
    const { largest, rms } = distance(decode(client.encode(context, z, { scale })), z);
    expect(largest).toBeLessThan((8 * Math.sqrt(simple.degree / 12)) / scale + 2 ** -48);
    expect(rms).toBeLessThan((1.2 * Math.sqrt(simple.degree / 12)) / scale + 2 ** -50);
  });

  it('takes real slots as complex ones without imaginary part', () => {
    const re = slots('real').re;
    const one = client.encode(context, re);
    const two = client.encode(context, { re, im: new Float64Array(n) });
    expect(one.poly.residues).toEqual(two.poly.residues);
  });

  it('is deterministic, to the residue', () => {
    const [one, two] = [client.encode(context, slots('d')), client.encode(context, slots('d'))];
    expect(one.poly.residues).toEqual(two.poly.residues);
  });

  it.each([
    ['too few slots', new Float64Array(n - 1)],
    ['too many slots', new Float64Array(n + 1)],
    ['NaN', new Float64Array(n).fill(Number.NaN, 5, 6)],
    ['infinity', new Float64Array(n).fill(Number.NEGATIVE_INFINITY, n - 1)],
    ['coefficients beyond Q/2', new Float64Array(n).fill(2 ** 60)],
    ['not doubles', new Array(n).fill(0) as unknown as Float64Array],
    ['parts of unequal length', { re: new Float64Array(n), im: new Float64Array(n - 1) }],
  ])('refuses %s', (_title, bad) => {
    expect(() => client.encode(context, bad)).toThrow(refused('bad-slots'));
  });

  it('refuses coefficients that fit all limbs but not the level', () => {
    const z = new Float64Array(n).fill(2 ** 10);
    expect(() => client.encode(context, z, { level: 2 })).not.toThrow();
    expect(() => client.encode(context, z, { level: 1 })).toThrow(refused('bad-slots'));
  });
});

describe('integers of any size', () => {
  const moduli = primesBelow(48, 64, 3);
  const ring = createRing(open(simple).context.kernel, 64, moduli);

  it('become residues exactly, from 0 to 2^80', () => {
    const values = Float64Array.from({ length: 64 }, (_, j) => (j % 2 ? -1 : 1) * 2 ** ((j * 79.9) / 63));
    const rounded = values.map((x) => Math.round(x));
    const poly = fromDoubles(ring, values);
    for (const [i, q] of moduli.entries()) {
      for (const [j, x] of rounded.entries()) {
        expect(mod(BigInt(poly.residues[i * 64 + j]!), BigInt(q))).toBe(mod(BigInt(x), BigInt(q)));
      }
    }
    // And back: the same doubles, zero error.
    expect(toDoubles(poly).map((x) => x + 0)).toEqual(rounded.map((x) => x + 0));
  });

  it('come back nearest zero at the ends of the modulus', () => {
    const product = moduli.reduce((all, q) => all * BigInt(q), 1n);
    const values = [0n, 1n, -1n, (product - 1n) / 2n, -(product - 1n) / 2n, product / 3n, -product / 5n];
    const residues = new Float64Array(3 * 64);
    for (const [i, q] of moduli.entries()) {
      for (const [j, x] of values.entries()) {
        const r = Number(mod(x, BigInt(q)));
        residues[i * 64 + j] = r > q / 2 ? r - q : r;
      }
    }
    const out = toDoubles({ form: 'coeff', ring, residues });
    for (const [j, x] of values.entries()) expect(out[j]! / Number(x || 1n)).toBeCloseTo(x ? 1 : 0, 14);
  });
});
