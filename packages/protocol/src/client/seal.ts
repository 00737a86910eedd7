/**
 * Sealing the tickets that wait on the device: HPKE (RFC 9180), base mode, DHKEM(P-256, HKDF-SHA-256),
 * AES-256-GCM, to a key of this ceremony. The device keeps no opener, so what waits cannot be read
 * back from its storage.
 * @module
 */
import { type Bytes, concatBytes } from '../wire/bytes.ts';
import { sealedTicketInfo } from '../wire/entry.ts';
import { ProtocolError } from '../wire/errors.ts';
import type { Id } from '../wire/ids.ts';
import { sizes, type TicketClass } from '../wire/parameters.ts';
import { hpkeSuite } from './hpke.ts';

/**
 * enc (65 bytes) || ciphertext: the body of one sealed-ticket upload.
 * @param hpkePublicKey the ceremony's key from the challenge, raw point, 65 bytes.
 * @throws {ProtocolError} `seal-refused` when that is not a point of the curve.
 */
export async function sealTicket(
  hpkePublicKey: Uint8Array,
  ticket: Uint8Array,
  place: { ceremonyId: Id; ticketClass: TicketClass; index: number },
): Promise<Bytes> {
  const suite = hpkeSuite();
  if (hpkePublicKey.length !== sizes.hpkePublicKey) throw new ProtocolError('seal-refused');
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(new Uint8Array(hpkePublicKey));
    const sender = await suite.createSenderContext({ recipientPublicKey, info: sealedTicketInfo(place) });
    const sealed = await sender.seal(new Uint8Array(ticket));
    return concatBytes(new Uint8Array(sender.enc), new Uint8Array(sealed));
  } catch (cause) {
    throw new ProtocolError('seal-refused', { cause });
  }
}
