/**
 * A deliberately naive sign-in over a toy BFV: the client sends its probe as a ciphertext, the server multiplies it
 * with the encrypted template, masks the plaintext and floods the noise. Insecure by size (N = 64) and by design:
 * the noise of an honest ciphertext is what the flooding is measured by. Kept to show the attack on it.
 * The product is left unrelinearised, which the attack does not use.
 * @module
 */
export const toy = { degree: 64, p: 65537n, q: 1n << 135n, floodBits: 112n };
export const delta = toy.q / toy.p;

export type Poly = readonly bigint[];
/** c0 + c1 s [+ c2 s^2] is the phase. */
export type ToyCiphertext = readonly Poly[];
/** A number in [0, 1). */
type Uniform = () => number;

export const poly = (at: (i: number) => bigint): Poly => Array.from({ length: toy.degree }, (_, i) => at(i));
const add = (a: Poly, b: Poly): Poly => a.map((x, i) => x + b[i]!);
const scale = (a: Poly, k: bigint): Poly => a.map((x) => x * k);

/** Negacyclic product. */
function multiply(a: Poly, b: Poly): Poly {
  const out = new Array<bigint>(toy.degree).fill(0n);
  for (let i = 0; i < toy.degree; i++) {
    for (let j = 0; j < toy.degree; j++) {
      const k = i + j;
      if (k < toy.degree) out[k]! += a[i]! * b[j]!;
      else out[k - toy.degree]! -= a[i]! * b[j]!;
    }
  }
  return out;
}

/** The representative nearest zero. */
export function centred(x: bigint, modulus: bigint): bigint {
  const rest = ((x % modulus) + modulus) % modulus;
  return 2n * rest > modulus ? rest - modulus : rest;
}

export function wide(next: Uniform, bits: bigint): bigint {
  let value = 0n;
  for (let have = 0n; have < bits; have += 32n) value = (value << 32n) | BigInt(Math.floor(next() * 2 ** 32));
  return value & ((1n << bits) - 1n);
}

export const ternary = (next: Uniform): Poly => poly(() => BigInt(Math.floor(3 * next()) - 1));

/** A ciphertext whose phase is `phase` and a small error: an honest one has phase Delta * message. */
export function encryptPhase(next: Uniform, s: Poly, phase: Poly): ToyCiphertext {
  const c1 = poly(() => wide(next, 135n));
  const error = poly(() => BigInt(Math.floor(17 * next()) - 8));
  return [add(add(phase, error), scale(multiply(c1, s), -1n)), c1];
}

export const encrypt = (next: Uniform, s: Poly, message: Poly) =>
  encryptPhase(next, s, scale(message, delta));

/** What the naive server does with whatever ciphertext it is sent. */
export function naiveAnswer(
  next: Uniform,
  template: ToyCiphertext,
  probe: ToyCiphertext,
  { alpha, masks }: { alpha: bigint; masks: Poly },
): ToyCiphertext {
  const [c0, c1] = probe as [Poly, Poly];
  const [d0, d1] = template as [Poly, Poly];
  const rescaled = (a: Poly): Poly =>
    a.map((x) => {
      const twice = 2n * toy.p * x + toy.q;
      const floor = twice / (2n * toy.q);
      return twice < 0n ? floor - 1n : floor;
    });
  const tensor = [multiply(c0, d0), add(multiply(c0, d1), multiply(c1, d0)), multiply(c1, d1)];
  const [r0, r1, r2] = tensor.map((part) => scale(rescaled(part), alpha)) as [Poly, Poly, Poly];
  const flood = poly(() => wide(next, toy.floodBits + 1n) - (1n << toy.floodBits));
  return [add(add(r0, scale(masks, delta)), flood), r1, r2];
}

/** c0 + c1 s + c2 s^2, centred modulo q: all that a key holder has. */
export function phaseOf(s: Poly, [c0, c1, c2]: ToyCiphertext): Poly {
  return add(c0!, multiply(add(c1!, multiply(c2!, s)), s)).map((x) => centred(x, toy.q));
}

/** round(p * phase / q) mod p, what an honest client reads. */
export function decode(phase: bigint): bigint {
  const rounded = (2n * toy.p * (phase + toy.q) + toy.q) / (2n * toy.q);
  return rounded % toy.p;
}
