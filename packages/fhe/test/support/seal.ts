/**
 * node-seal (Microsoft SEAL 4.1 in WebAssembly) as an oracle: its objects read into ours and ours into its, through
 * the serialised layout of SEAL 4.1 without compression, read off its sources (`native/src/seal/ciphertext.cpp`,
 * `plaintext.cpp`, `dynarray.h`, `kswitchkeys.cpp`) and checked by every test that uses it:
 *
 *     header        16   magic, size of header, version, compression, size of the object
 *     plaintext     parms id 32, coefficients 8, scale 8, header 16, count 8, data
 *     ciphertext    parms id 32, NTT flag 1, parts 8, degree 8, limbs 8, scale 8, correction factor 8,
 *                   header 16, count 8, data
 *     keys          parms id 32, lists 8, for each list: digits 8, for each digit a ciphertext with its header
 *
 * Data: canonical residues as 64-bit integers, part after part, limb after limb, in the order of `ring/poly.ts`:
 * SEAL takes the smallest primitive root too, and leaves values in bit-reversed order.
 */
import SEAL, { type MainModule } from 'node-seal';
import type { Ciphertext, Plaintext, Product } from '../../src/ckks/ciphertext.ts';
import type { Context } from '../../src/ckks/context.ts';
import { bind, type CkksSecretKey } from '../../src/ckks/secret.ts';
import type { SwitchingKey } from '../../src/ckks/switching-key.ts';
import { defaultKernel } from '../../src/kernel/default.ts';
import { automorphism } from '../../src/ring/automorphism.ts';
import { modulus } from '../../src/ring/modulus.ts';
import { createRing, fromIntegers, type Poly, type Ring, toEval, zero } from '../../src/ring/poly.ts';
import { secretKey } from '../../src/rlwe/secret-key.ts';

export const seal: MainModule = await SEAL();

const header = 16;
const array = header + 8;
const plaintextHead = header + 32 + 8 + 8;
const ciphertextHead = header + 32 + 1 + 8 + 8 + 8 + 8 + 8;
const keysHead = header + 32 + 8;

interface Saved {
  saveToArray(mode: unknown): Uint8Array;
}
interface Loaded {
  loadFromArray(context: unknown, bytes: Uint8Array): void;
}

/** A SEAL context over these primes, the last of which is its special prime. */
export function sealContext(
  scheme: 'ckks' | 'bgv',
  degree: number,
  primes: readonly number[],
  plaintextModulus?: number,
) {
  const parms = new seal.EncryptionParameters(seal.SchemeType[scheme]);
  parms.setPolyModulusDegree(degree);
  const moduli = new seal.VectorModulus();
  for (const q of primes) moduli.push_back(new seal.Modulus(BigInt(q)));
  parms.setCoeffModulus(moduli);
  if (plaintextModulus) parms.setPlainModulus(new seal.Modulus(BigInt(plaintextModulus)));
  const context = new seal.SEALContext(parms, true, seal.SecLevelType.none);
  if (!context.parametersSet()) throw new Error('SEAL refuses these primes');
  return context;
}

/** The bytes of a SEAL object, uncompressed; a copy. */
export const save = (object: Saved): Uint8Array => object.saveToArray(seal.ComprModeType.none).slice();

/** The polynomials of a SEAL object from this byte on. */
function polys(bytes: Uint8Array, at: number, ring: Ring, count: number): Poly<'eval'>[] {
  const length = ring.moduli.length * ring.degree;
  const data = new BigUint64Array(bytes.slice(at, at + 8 * length * count).buffer);
  return Array.from({ length: count }, (_, k) => {
    const out = zero(ring, 'eval');
    for (let t = 0; t < length; t++) {
      const [x, q] = [Number(data[k * length + t]!), ring.moduli[Math.floor(t / ring.degree)]!];
      out.residues[t] = x > q / 2 ? x - q : x;
    }
    return out;
  });
}

/** Canonical residues over the data of a SEAL object's bytes. */
function overwrite(bytes: Uint8Array, at: number, parts: readonly Poly<'eval'>[]): void {
  const { moduli, degree } = parts[0]!.ring;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let offset = at;
  for (const { residues } of parts) {
    for (const [t, x] of residues.entries()) {
      const q = moduli[Math.floor(t / degree)]!;
      view.setBigUint64(offset, BigInt(x < 0 ? x + q : x), true);
      offset += 8;
    }
  }
}

interface SealCiphertext extends Saved {
  size(): number;
  scale(): number;
  coeffModulusSize(): number;
}

/** The parts of a SEAL ciphertext as polynomials of ours. */
export function partsOf(ring: Ring, ciphertext: SealCiphertext): Poly<'eval'>[] {
  if (ciphertext.coeffModulusSize() !== ring.moduli.length) throw new Error('another level');
  return polys(save(ciphertext), ciphertextHead + array, ring, ciphertext.size());
}

export function fromSeal(context: Context, ciphertext: SealCiphertext): Ciphertext {
  const level = ciphertext.coeffModulusSize();
  const [c0, c1] = partsOf(context.ring(level), ciphertext) as [Poly<'eval'>, Poly<'eval'>];
  return { context, level, scale: ciphertext.scale(), c0, c1 };
}

export function plaintextFromSeal(
  context: Context,
  plaintext: Saved & { scale(): number },
  level: number,
): Plaintext {
  const [poly] = polys(save(plaintext), plaintextHead + array, context.ring(level), 1);
  return { context, level, scale: plaintext.scale(), poly: poly! };
}

/** Writes our polynomials and scale over those of a SEAL object of the same shape, and loads it. */
export function intoSeal(
  sealed: unknown,
  template: SealCiphertext & Loaded,
  parts: readonly Poly<'eval'>[],
  scale: number,
): void {
  const bytes = save(template);
  new DataView(bytes.buffer).setFloat64(ciphertextHead - 16, scale, true);
  overwrite(bytes, ciphertextHead + array, parts);
  template.loadFromArray(sealed, bytes);
}

export function plaintextIntoSeal(
  sealed: unknown,
  template: Saved & Loaded,
  { poly, scale }: Plaintext,
): void {
  const bytes = save(template);
  new DataView(bytes.buffer).setFloat64(plaintextHead - 8, scale, true);
  overwrite(bytes, plaintextHead + array, [poly]);
  template.loadFromArray(sealed, bytes);
}

/** The values of a SEAL plaintext that is in NTT form. */
export function plaintextPolyFromSeal(ring: Ring, plaintext: Saved): Poly<'eval'> {
  return polys(save(plaintext), plaintextHead + array, ring, 1)[0]!;
}

/** A BGV plaintext with these coefficients, centred modulo p. */
export function sealPlaintext(sealed: unknown, coefficients: Int32Array, p: number) {
  const out = new seal.Plaintext(coefficients.length);
  const bytes = new Uint8Array(plaintextHead + array + 8 * coefficients.length);
  const view = new DataView(bytes.buffer);
  const writeHead = (at: number) => {
    // Magic, header size, version 4.1, no compression; then the size of the object.
    bytes.set([0x5e, 0xa1, 0x10, 4, 1, 0, 0, 0], at);
    view.setBigUint64(at + 8, BigInt(bytes.length - at), true);
  };
  writeHead(0);
  view.setBigUint64(header + 32, BigInt(coefficients.length), true);
  view.setFloat64(header + 40, 1, true);
  writeHead(plaintextHead);
  view.setBigUint64(plaintextHead + header, BigInt(coefficients.length), true);
  for (const [j, x] of coefficients.entries()) {
    view.setBigUint64(plaintextHead + array + 8 * j, BigInt(x < 0 ? x + p : x), true);
  }
  out.loadFromArray(sealed as never, bytes);
  return out;
}

/** A SEAL secret key with these ternary coefficients: a polynomial of ours written over a fresh key. */
export function sealSecret(sealed: InstanceType<typeof seal.SEALContext>, coefficients: Float64Array) {
  const key = new seal.KeyGenerator(sealed).secretKey();
  const parms = sealed.keyContextData().parms().coeffModulus();
  const moduli = Array.from({ length: parms.size() }, (_, i) =>
    modulus(Number(parms.get(i)!.value()), coefficients.length),
  );
  const ring = createRing(defaultKernel(), coefficients.length, moduli);
  const bytes = save(key);
  overwrite(bytes, plaintextHead + array, [toEval(fromIntegers(ring, coefficients))]);
  key.loadFromArray(sealed, bytes);
  return key;
}

/** SEAL's secret key as one of ours: the polynomial as it is, the coefficients by our inverse transform. */
export function secretFromSeal<L extends number>(context: Context<L>, key: Saved): CkksSecretKey<L> {
  const { parameters } = context;
  // One special prime in SEAL: the first of ours.
  const ring = { ...context.keyRing(parameters.levels), moduli: context.keyRing(parameters.levels).moduli };
  const sealRing = { ...ring, moduli: ring.moduli.slice(0, parameters.levels + 1) };
  const [poly] = polys(save(key), plaintextHead + array, sealRing as Ring, 1);
  const { kernel } = context;
  const first = poly!.residues.slice(0, parameters.degree);
  kernel.intt(kernel.basis(parameters.degree, ring.moduli.slice(0, 1)), first);
  const own = secretKey(parameters, first, toEval(fromIntegers(context.keyRing(parameters.levels), first)));
  bind(own, context);
  const seen = own.poly.residues.subarray(0, poly!.residues.length);
  const differ = seen.some(
    (x, t) => (x - poly!.residues[t]!) % sealRing.moduli[Math.floor(t / ring.degree)]! !== 0,
  );
  if (differ) throw new Error('the transform of the secret key differs from that of SEAL');
  return own;
}

/**
 * A SEAL relinearisation key, or the one Galois key of a set, as one of ours. SEAL keys take sigma(s) to s; ours take
 * s to sigma^-1(s): the same relation after an automorphism.
 */
export function keyFromSeal<Kind extends string>(
  context: Context,
  keys: Saved,
  kind: Kind,
  element: number,
  inverse: number,
): SwitchingKey<Kind> {
  const { levels } = context.parameters;
  const ring = context.keyRing(levels);
  const bytes = save(keys);
  const view = new DataView(bytes.buffer);
  let at = keysHead;
  // Lists before the one that is filled have no digits.
  while (view.getBigUint64(at, true) === 0n) at += 8;
  const count = Number(view.getBigUint64(at, true));
  at += 8;
  const step = ciphertextHead + array + 2 * ring.moduli.length * ring.degree * 8;
  const digits = Array.from({ length: count }, (_, d) => {
    const [b, a] = polys(bytes, at + d * step + ciphertextHead + array, ring, 2) as [
      Poly<'eval'>,
      Poly<'eval'>,
    ];
    return { b: automorphism(b, inverse), a: automorphism(a, inverse) };
  });
  return { context, kind, element, level: levels, seed: new Uint8Array(32), digits };
}

/** One of our keys written over a SEAL key set with one key. */
export function keyIntoSeal(sealed: unknown, template: Saved & Loaded, key: SwitchingKey): void {
  const ring = key.context.keyRing(key.level);
  const bytes = save(template);
  const view = new DataView(bytes.buffer);
  let at = keysHead;
  while (view.getBigUint64(at, true) === 0n) at += 8;
  at += 8;
  for (const { b, a } of key.digits) {
    overwrite(bytes, at + ciphertextHead + array, [
      automorphism(b, key.element),
      automorphism(a, key.element),
    ]);
    at += ciphertextHead + array + 2 * ring.moduli.length * ring.degree * 8;
  }
  template.loadFromArray(sealed, bytes);
}

/** Equal residues, whatever their representatives. */
export function sameResidues(a: readonly Poly<'eval'>[], b: readonly Poly<'eval'>[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ residues, ring }, k) =>
      residues.every((x, t) => (x - b[k]!.residues[t]!) % ring.moduli[Math.floor(t / ring.degree)]! === 0),
    )
  );
}

export const productParts = ({ d0, d1, d2 }: Product) => [d0, d1, d2];
export const ciphertextParts = ({ c0, c1 }: Ciphertext) => [c0, c1];
