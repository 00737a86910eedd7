/**
 * Another device: what the enrolled device shows, what the new one sends it, and what the enrolled one signs.
 *
 * Link, in the fragment of the address behind a QR code, which browsers do not send to servers: base64url of
 * u8 version, pairing id (16), account id (16), HPKE public key (65), secret (32). 174 characters.
 * Offer, new device to enrolled device, relayed by the server: u8 version, enc (65), ciphertext (2131); 2197 bytes
 * whatever the embedder. In it: device public key (65), u16 dim, 512 values as f32 little-endian, those from `dim` on
 * zero.
 * Authorisation, enrolled device to server: u8 version, public key of the new device (65), signature (64); 130 bytes.
 * @module
 */
import { fromBase64url, toBase64url } from './base64url.ts';
import { type Bytes, Reader, utf8, Writer } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { type Id, idBytes, idFromBytes, idToBytes } from './ids.ts';
import { limits, sizes } from './parameters.ts';

export const pairingVersion = 1;
/** Values of an embedding that an offer has room for. */
export const offerValues = 512;
const secretBytes = 32;
const linkBytes = 1 + 2 * idBytes + sizes.hpkePublicKey + secretBytes;
const sealBytes = 16;
const offerPlainBytes = sizes.devicePublicKey + 2 + 4 * offerValues;
/** A sealed offer has exactly this many bytes. */
export const offerBytes = 1 + sizes.hpkePublicKey + offerPlainBytes + sealBytes;

/** What the two devices know and the server does not: it never sees the fragment. */
export interface PairingLink {
  readonly pairingId: Id;
  /** Whose account the new device is added to. */
  readonly accountId: Id;
  /** Of the enrolled device, for this pairing only; raw point, 65 bytes. */
  readonly publicKey: Uint8Array;
  /** 32 random bytes: who has them has seen the code on the screen. */
  readonly secret: Uint8Array;
}

export function encodePairingLink({ pairingId, accountId, publicKey, secret }: PairingLink): string {
  const writer = new Writer().u8(pairingVersion).bytes(idToBytes(pairingId)).bytes(idToBytes(accountId));
  writer.fixed(publicKey, sizes.hpkePublicKey, 'publicKey').fixed(secret, secretBytes, 'secret');
  return toBase64url(writer.done());
}

/** @throws {ProtocolError} `malformed-message`, `unsupported-version` */
export function decodePairingLink(fragment: string): PairingLink {
  const reader = new Reader(fromBase64url(fragment, linkBytes), linkBytes);
  reader.version(pairingVersion);
  const pairingId = idFromBytes(reader.bytes(idBytes, 'pairingId'));
  const accountId = idFromBytes(reader.bytes(idBytes, 'accountId'));
  const publicKey = reader.bytes(sizes.hpkePublicKey, 'publicKey');
  const secret = reader.bytes(secretBytes, 'secret');
  reader.end();
  return { pairingId, accountId, publicKey, secret };
}

/** The `info` of HPKE: this use, this pairing, this account. */
export function pairingInfo({ pairingId, accountId }: Pick<PairingLink, 'pairingId' | 'accountId'>): Bytes {
  const writer = new Writer().bytes(utf8('blindsight/pairing/1\0')).bytes(idToBytes(pairingId));
  return writer.bytes(idToBytes(accountId)).done();
}

export interface SealedOffer {
  /** The encapsulated key, 65 bytes. */
  readonly enc: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export function encodeSealedOffer({ enc, ciphertext }: SealedOffer): Bytes {
  const writer = new Writer().u8(pairingVersion).fixed(enc, sizes.hpkePublicKey, 'enc');
  return writer.fixed(ciphertext, offerPlainBytes + sealBytes, 'ciphertext').done();
}

/** @throws {ProtocolError} `message-too-large`, `unsupported-version` or `malformed-message`. */
export function decodeSealedOffer(bytes: Uint8Array): SealedOffer {
  const reader = new Reader(bytes, limits.offer);
  reader.version(pairingVersion);
  const enc = reader.bytes(sizes.hpkePublicKey, 'enc');
  const ciphertext = reader.bytes(offerPlainBytes + sealBytes, 'ciphertext');
  reader.end();
  return { enc, ciphertext };
}

/** What an offer says inside its seal. */
export interface Offer {
  /** The key the new device will sign with; raw P-256 point, 65 bytes. */
  readonly devicePublicKey: Uint8Array;
  /** The mapped embedding of its capture, 1 to 512 values. */
  readonly embedding: Float32Array;
}

/** The caller wipes the result. @throws {ProtocolError} `embedding-refused`, `malformed-message` */
export function encodeOffer({ devicePublicKey, embedding }: Offer): Bytes {
  if (embedding.length < 1 || embedding.length > offerValues) throw new ProtocolError('embedding-refused');
  const bytes = new Uint8Array(offerPlainBytes);
  const head = new Writer().fixed(devicePublicKey, sizes.devicePublicKey, 'devicePublicKey');
  bytes.set(head.u16(embedding.length).done());
  const view = new DataView(bytes.buffer, sizes.devicePublicKey + 2);
  for (const [i, value] of embedding.entries()) view.setFloat32(4 * i, value, true);
  return bytes;
}

/** @throws {ProtocolError} `malformed-message`, also for values that are not finite or stand beyond `dim`. */
export function decodeOffer(bytes: Uint8Array): Offer {
  const reader = new Reader(bytes, offerPlainBytes);
  const devicePublicKey = reader.bytes(sizes.devicePublicKey, 'devicePublicKey');
  const dim = reader.u16('dim');
  const values = reader.bytes(4 * offerValues, 'values');
  reader.end();
  const view = new DataView(values.buffer);
  const all = Float32Array.from({ length: offerValues }, (_, i) => view.getFloat32(4 * i, true));
  const rest = values.subarray(4 * dim).some((byte) => byte !== 0);
  values.fill(0);
  const embedding = all.slice(0, dim);
  const sound = dim >= 1 && dim <= offerValues && !rest && embedding.every(Number.isFinite);
  all.fill(0);
  if (!sound) {
    embedding.fill(0);
    throw new ProtocolError('malformed-message', { details: { field: 'embedding' } });
  }
  return { devicePublicKey, embedding };
}

export interface Authorisation {
  /** Of the new device. */
  readonly devicePublicKey: Uint8Array;
  /** By the enrolled device: ECDSA P-256 over the `add-device-authorisation` transcript, raw r || s, 64 bytes. */
  readonly signature: Uint8Array;
}

export function encodeAuthorisation({ devicePublicKey, signature }: Authorisation): Bytes {
  const writer = new Writer().u8(pairingVersion);
  writer.fixed(devicePublicKey, sizes.devicePublicKey, 'devicePublicKey');
  return writer.fixed(signature, sizes.signature, 'signature').done();
}

/** @throws {ProtocolError} `message-too-large`, `unsupported-version` or `malformed-message`. */
export function decodeAuthorisation(bytes: Uint8Array): Authorisation {
  const reader = new Reader(bytes, limits.authorisation);
  reader.version(pairingVersion);
  const devicePublicKey = reader.bytes(sizes.devicePublicKey, 'devicePublicKey');
  const signature = reader.bytes(sizes.signature, 'signature');
  reader.end();
  return { devicePublicKey, signature };
}
