/**
 * Base conversion and transform in one: integers given by their residues modulo some limbs, as values modulo others.
 * @module
 */
import { FheError } from '../errors.ts';
import { lists, type WasmMemory } from './wasm-memory.ts';
import type { WasmExports } from './wasm-module.ts';
import { createConversion, type Limb, smallDegree, type WasmBasis } from './wasm-tables.ts';

/** Most limbs that one conversion reads: `assembly/convert.ts`. */
const longestConversion = 8;

/** Coefficients at `x` to values at `out`, which may be the same. */
export function forward(wasm: WasmExports, out: number, x: number, degree: number, limb: Limb): void {
  const run = degree < smallDegree ? wasm.forwardSmall : wasm.forward;
  run(out, x, degree, limb.roots, limb.q, limb.inverse);
}

/**
 * Reads x, coefficients modulo the limbs of `from`. The result writes, at an address, the values modulo limb i of `to`;
 * until then nothing may take the lists or the staged memory.
 * @throws {FheError} `ring-mismatch` for more than 8 limbs; `memory-exhausted`.
 */
export function converter(
  wasm: WasmExports,
  memory: WasmMemory,
  from: WasmBasis,
  to: WasmBasis,
  x: Float64Array,
): (address: number, i: number) => void {
  const { degree, limbs } = from;
  if (limbs.length === 1) {
    // The integers themselves; the transform takes them as they are.
    const source = memory.place(x, 0, degree);
    return (address, i) => forward(wasm, address, source, degree, to.limbs[i]!);
  }
  if (limbs.length > longestConversion) throw new FheError('ring-mismatch', { limbs: limbs.length });
  const { digits, targets } = from.conversions.get(to) ?? createConversion(from.moduli, to.moduli);
  from.conversions.set(to, { digits, targets });
  const quotient = memory.scratch(degree);
  for (const [k, { q, inverse }] of limbs.entries()) {
    const digit = memory.scratch(degree);
    memory.words[lists.first / 4 + k] = digit;
    const source = memory.place(x, k * degree, degree);
    wasm.convertDigit(digit, quotient, source, digits[k]!, k === 0 ? 1 : 0, degree, q, inverse);
  }
  return (address, i) => {
    const limb = to.limbs[i]!;
    const { q, inverse } = limb;
    const { factors, wrap } = targets[i]!;
    memory.doubles.set(factors, lists.factors / 8);
    const [terms, list] = [limbs.length, lists.factors];
    wasm.convertLimb(address, lists.first, quotient, list, wrap, terms, degree, q, inverse);
    forward(wasm, address, address, degree, limb);
  };
}
