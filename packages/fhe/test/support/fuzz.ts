/**
 * Mutations of valid bytes. `BLINDSIGHT_FUZZ=100000` sets how many mutants of all objects together a run tries;
 * without it a run stays short.
 */
import { uniformBelow } from '../../src/params.ts';
import type { Randomness } from '../../src/rlwe/randomness.ts';

/** Mutants for one of `objects` objects. */
export function rounds(objects: number, usual: number): number {
  const wanted = Number(process.env['BLINDSIGHT_FUZZ'] ?? 0);
  return Math.max(usual, Math.ceil(wanted / objects));
}

/** A bit flipped, a byte set, the end cut or extended, a stretch overwritten; in the header more often than by chance. */
export function mutate(bytes: Uint8Array, random: Randomness): Uint8Array {
  const draw = (bound: number) => uniformBelow(random, bound, 1)[0]!;
  const at = draw(3) === 0 ? draw(Math.min(64, bytes.length)) : draw(bytes.length);
  switch (draw(5)) {
    case 0:
      return changed(bytes, at, bytes[at]! ^ (1 << draw(8)));
    case 1:
      return changed(bytes, at, draw(256));
    case 2:
      return bytes.slice(0, at);
    case 3: {
      const longer = new Uint8Array(bytes.length + 1 + draw(64));
      longer.set(bytes);
      return longer;
    }
    default:
      return bytes.slice().fill(draw(2) * 255, at, at + 1 + draw(16));
  }
}

/** One byte replaced. */
export function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const out = bytes.slice();
  out[at] = value;
  return out;
}
