/**
 * tag || pad = H("blindsight/sealed/1", ceremony id, u): what the server derives for every accepting
 * score and the device for the one result it opened.
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { type Bytes, utf8, Writer } from './bytes.ts';
import { type Id, idToBytes } from './ids.ts';
import { type SealedParameters, sizes, type TicketClass, ticketClasses } from './parameters.ts';

const domain = utf8('blindsight/sealed/1\0');

/**
 * H for one ceremony: the first 24 bytes of SHA-256 over "blindsight/sealed/1" NUL, ceremony id (16 bytes),
 * then each u_l as u32 little-endian. Every part has a fixed length, so the input is unambiguous.
 *
 * The returned function takes L residues in [0, p); it writes over one buffer, which it clears. A server asks it
 * once per accepting score, so one hash object serves all of them: a third cheaper than a new one each.
 */
export function entryHash(
  ceremonyId: Id,
  multipliers: number,
): (u: ArrayLike<number>) => { readonly tag: Bytes; readonly pad: Bytes } {
  const results = new Uint8Array(4 * multipliers);
  const view = new DataView(results.buffer);
  const begun = sha256.create().update(domain).update(idToBytes(ceremonyId));
  const used = sha256.create();
  return (u) => {
    for (let l = 0; l < multipliers; l++) view.setUint32(4 * l, u[l]!, true);
    const hash = new Uint8Array(sizes.hash);
    begun._cloneInto(used).update(results).digestInto(hash);
    results.fill(0);
    return { tag: hash.subarray(0, sizes.tag), pad: hash.subarray(sizes.tag, sizes.entry) };
  };
}

/** Where ticket j of a class belongs; the `info` of HPKE under which it is sealed to its ceremony's key. */
export function sealedTicketInfo(place: { ceremonyId: Id; ticketClass: TicketClass; index: number }): Bytes {
  return new Writer()
    .bytes(utf8('blindsight/sealed-ticket/1\0'))
    .bytes(idToBytes(place.ceremonyId))
    .u8(ticketClasses.indexOf(place.ticketClass))
    .u32(place.index)
    .done();
}

/** The coefficients of c0 that travel: 512 l + 511 for each multiplier l. */
export function resultPositions(params: SealedParameters): number[] {
  return Array.from({ length: params.multipliers }, (_, l) => params.digits * (l + 1) - 1);
}
