/** Tickets that parse and encrypt nothing proper: what a lying key holder may upload. Wire form: docs/PROTOCOL.md. */
import { sealedSignIn } from '@blindsight/fhe/params';
import type { Bytes } from '../../src/wire.ts';

/** Header and seed before c0. Unit: bytes. */
const start = 48;
/** A residue of 36 bits is nine nibbles, the low one first. */
const nibbles = 9;

/**
 * A ticket whose residue at `limb`, place `j` of c0 (evaluation form) is `change` of what it was, modulo the prime.
 * Adding the same constant everywhere adds it to coefficient 0 of the phase; any other change is an error of any size.
 */
export function tamperedTicket(
  ticket: Uint8Array,
  change: (residue: bigint, limb: number, j: number) => bigint,
): Bytes {
  const out = Uint8Array.from(ticket);
  const { degree, moduli } = sealedSignIn;
  for (const [limb, q] of moduli.entries()) {
    for (let j = 0; j < degree; j++) {
      const from = 2 * start + nibbles * (limb * degree + j);
      write(out, from, mod(change(read(out, from), limb, j), BigInt(q)));
    }
  }
  return out;
}

function read(bytes: Uint8Array, from: number): bigint {
  let value = 0;
  for (let k = nibbles - 1; k >= 0; k--) {
    value = 16 * value + ((bytes[(from + k) >> 1]! >> (4 * ((from + k) & 1))) & 15);
  }
  return BigInt(value);
}

function write(bytes: Uint8Array, from: number, value: bigint): void {
  let rest = Number(value);
  for (let k = from; k < from + nibbles; k++) {
    const shift = 4 * (k & 1);
    bytes[k >> 1] = (bytes[k >> 1]! & (240 >> shift)) | ((rest % 16) << shift);
    rest = Math.floor(rest / 16);
  }
}

const mod = (x: bigint, q: bigint) => ((x % q) + q) % q;
