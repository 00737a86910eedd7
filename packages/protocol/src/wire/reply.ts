/**
 * The reply message, server to device: u8 version, ceremony id (16), token hash (32), then the sealed
 * part, which the answer's transcript hashes: u32 length of Z, Z as the engine serialises it,
 * u16 count, count entries of tag (8) and token XOR pad (16), tags strictly ascending.
 * @module
 */
import { type Bytes, Reader, Writer } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { type Id, idBytes, idFromBytes, idToBytes } from './ids.ts';
import { limits, maximumEntries, sizes } from './parameters.ts';

export const replyVersion = 1;

export interface ReplyMessage {
  readonly ceremonyId: Id;
  /** SHA-256 of the token; 32 bytes. */
  readonly tokenHash: Uint8Array;
  /** Z || table: what `replyHash` of the answer's transcript covers. */
  readonly sealed: Uint8Array;
}

export function encodeReplyMessage(message: ReplyMessage): Bytes {
  return new Writer()
    .u8(replyVersion)
    .bytes(idToBytes(message.ceremonyId))
    .fixed(message.tokenHash, sizes.hash, 'tokenHash')
    .bytes(message.sealed)
    .done();
}

/** @throws {ProtocolError} `message-too-large`, `unsupported-version` or `malformed-message`. */
export function decodeReplyMessage(bytes: Uint8Array): ReplyMessage {
  const reader = new Reader(bytes, limits.reply);
  reader.version(replyVersion);
  const ceremonyId = idFromBytes(reader.bytes(idBytes, 'ceremonyId'));
  const tokenHash = reader.bytes(sizes.hash, 'tokenHash');
  const sealed = reader.bytes(reader.left, 'sealed');
  return { ceremonyId, tokenHash, sealed };
}

export interface SealedResult {
  /** Z: eight coefficients of c0 and all of c1 at one limb, in the engine's wire form. */
  readonly z: Uint8Array;
  /** Entries of 24 bytes each, in order. */
  readonly table: Uint8Array;
}

export function encodeSealedResult({ z, table }: SealedResult): Bytes {
  return new Writer()
    .u32(z.length)
    .bytes(z)
    .u16(table.length / sizes.entry)
    .bytes(table)
    .done();
}

/**
 * @param count the number of entries the thresholds of the ceremony ask for, exactly.
 * @throws {ProtocolError} `malformed-message` on any other length or count, or tags not strictly ascending.
 */
export function decodeSealedResult(sealed: Uint8Array, count: number): SealedResult {
  const reader = new Reader(sealed, limits.reply);
  const z = reader.bytes(reader.u32('length of Z'), 'Z');
  const found = reader.u16('count');
  if (found !== count || found > maximumEntries) {
    throw new ProtocolError('malformed-message', { details: { field: 'count', count: found } });
  }
  const table = reader.bytes(count * sizes.entry, 'table');
  reader.end();
  for (let at = sizes.entry; at < table.length; at += sizes.entry) {
    if (compareTags(table, at - sizes.entry, at) >= 0) {
      throw new ProtocolError('malformed-message', { details: { field: 'tags' } });
    }
  }
  return { z, table };
}

/** The order of the tags at two offsets of one table: negative, 0 or positive. */
export function compareTags(table: Uint8Array, a: number, b: number): number {
  for (let i = 0; i < sizes.tag; i++) {
    const difference = table[a + i]! - table[b + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
