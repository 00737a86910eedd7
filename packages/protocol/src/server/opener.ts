/**
 * The server's end of HPKE for the tickets that waited on a device: one key pair per enrolment ceremony.
 * @module
 */
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import type { Bytes } from '../wire/bytes.ts';
import { sealedTicketInfo } from '../wire/entry.ts';
import { ProtocolError } from '../wire/errors.ts';
import type { Id } from '../wire/ids.ts';
import { limits, sizes, type TicketClass } from '../wire/parameters.ts';

export interface SealingKey {
  /** Raw point, 65 bytes; goes into the challenge. */
  readonly publicKey: Bytes;
  /** 32 bytes; stored wrapped until the enrolment is complete or its seven days are over. */
  readonly privateKey: Bytes;
}

const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

export async function createSealingKey(): Promise<SealingKey> {
  const pair = await suite.kem.generateKeyPair();
  return {
    publicKey: new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey)),
    privateKey: new Uint8Array(await suite.kem.serializePrivateKey(pair.privateKey)),
  };
}

/**
 * The ticket inside enc || ciphertext. The caller then compares its hash with the statement and runs
 * `checkTicket`.
 * @throws {ProtocolError} `message-too-large`, or `seal-refused` for another ceremony, class, index or key.
 */
export async function openSealedTicket(
  privateKey: Uint8Array,
  sealed: Uint8Array,
  place: { ceremonyId: Id; ticketClass: TicketClass; index: number },
): Promise<Bytes> {
  if (sealed.length > limits.sealedTicket) {
    throw new ProtocolError('message-too-large', { details: { length: sealed.length } });
  }
  try {
    const recipientKey = await suite.kem.deserializePrivateKey(new Uint8Array(privateKey));
    const enc = new Uint8Array(sealed.subarray(0, sizes.hpkePublicKey));
    const body = new Uint8Array(sealed.subarray(sizes.hpkePublicKey));
    const recipient = await suite.createRecipientContext({
      recipientKey,
      enc,
      info: sealedTicketInfo(place),
    });
    return new Uint8Array(await recipient.open(body));
  } catch (cause) {
    throw new ProtocolError('seal-refused', { cause });
  }
}
