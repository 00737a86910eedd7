/** Known answers of the frame: made by a second implementation, in Python with unbounded integers and the C library's logarithm. */
import type { Form } from '../../src/client/columns.ts';
import { frame } from '../../src/client/frame.ts';
import { sha256, toBase64url } from '../../src/wire.ts';

/** By length of the embedding; seed: 32 bytes 7. Hash of the entries as 32-bit little-endian integers. */
export const frameHashes = {
  16: 'pqBDB_o4WxHZvRve8tMmw559UP7U4e7CFqz80DYyUPk',
  128: 'lnZfuqdKEeNaeTjveKz8atasUVgxtv1kl9fcE-VdWaU',
};

/** The same, computed here. @param form what to compute with. */
export function computedHashes(form?: Form): Record<string, string> {
  const hash = (dim: number) => {
    const { entries } = frame(new Uint8Array(32).fill(7), dim, 512, form);
    const view = new DataView(new ArrayBuffer(4 * entries.length));
    for (const [at, value] of entries.entries()) view.setInt32(4 * at, value, true);
    return toBase64url(sha256(new Uint8Array(view.buffer)));
  };
  return Object.fromEntries(Object.keys(frameHashes).map((dim) => [dim, hash(Number(dim))]));
}
