/**
 * Binary messages of the encrypted-image check. Fixed order, big-endian, nothing after the end, sizes checked before
 * anything is read; what is inside an engine object is checked by the engine's own strict parsers.
 *
 *     key manifest     u8 version, set name (u16 length), u32 bytes, chunk hashes (32 each): the SHA-256 of this
 *                      message names the key set
 *     keys             public key, relinearisation key, rotation keys by steps; cut into chunks of 512 KiB
 *     image            u8 version, u8 ciphertexts, then the ciphertexts, block after block
 *     template         u8 version, u8 frames, f64 <t, t>, network hash (32), ciphertext
 *     masked answer    u8 version, u8 values, commitment to the evaluator's seed (32), values
 *     opened answer    u8 version, u8 values, u48 each
 * @module
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { type Bytes, Reader, Writer } from '../wire/bytes.ts';
import { ProtocolError } from '../wire/errors.ts';
import { sha256 } from '../wire/ids.ts';

const version = 1;
const hashBytes = 32;
/** Small enough for a message queue, large enough that a key set has a few dozen. */
export const chunkBytes = 512 * 1024;
const largestKeys = 256 * 1024 * 1024;

export interface KeyManifest {
  /** Name of the parameter set. */
  readonly set: string;
  /** Of all keys together. */
  readonly bytes: number;
  /** SHA-256 of each chunk, in order. */
  readonly chunks: readonly Bytes[];
}

/** @param keys what `encodeKeys` made. */
export function describeKeys(set: string, keys: Uint8Array): { manifest: KeyManifest; chunks: Uint8Array[] } {
  const chunks = sliceKeys(keys);
  return { manifest: { set, bytes: keys.length, chunks: chunks.map((chunk) => sha256(chunk)) }, chunks };
}

export function encodeKeyManifest({ set, bytes, chunks }: KeyManifest): Bytes {
  const writer = new Writer().u8(version).field(new TextEncoder().encode(set)).u32(bytes);
  for (const hash of chunks) writer.fixed(hash, hashBytes, 'chunk');
  return writer.done();
}

/** @throws {ProtocolError} a codec code. */
export function decodeKeyManifest(message: Uint8Array): KeyManifest {
  const reader = new Reader(message, 64 + (largestKeys / chunkBytes) * hashBytes);
  reader.version(version);
  const set = new TextDecoder().decode(reader.field('set'));
  const bytes = reader.u32('bytes');
  if (bytes === 0 || bytes > largestKeys) throw malformed('bytes');
  const chunks = Array.from({ length: Math.ceil(bytes / chunkBytes) }, () =>
    reader.bytes(hashBytes, 'chunk'),
  );
  reader.end();
  return { set, bytes, chunks };
}

/** Keys as chunks, cut where a manifest cuts them. */
export function sliceKeys(keys: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(keys.length / chunkBytes) }, (_, k) =>
    keys.subarray(k * chunkBytes, (k + 1) * chunkBytes),
  );
}

/**
 * The keys from their chunks, in the order of the manifest.
 * @throws {ProtocolError} `image-keys-refused` when a chunk is missing, has another length or another hash.
 */
export function joinKeys({ bytes, chunks }: KeyManifest, parts: readonly (Uint8Array | undefined)[]): Bytes {
  const out = new Uint8Array(bytes);
  for (const [k, hash] of chunks.entries()) {
    const part = parts[k];
    const length = Math.min(chunkBytes, bytes - k * chunkBytes);
    if (part?.length !== length || !sha256(part).every((byte, i) => byte === hash[i])) {
      throw new ProtocolError('image-keys-refused', { details: { chunk: k } });
    }
    out.set(part, k * chunkBytes);
  }
  return out;
}

export function encodeImage(ciphertexts: readonly Uint8Array[]): Bytes {
  const writer = new Writer().u8(version).u8(ciphertexts.length);
  for (const ciphertext of ciphertexts) writer.bytes(ciphertext);
  return writer.done();
}

/** @throws {ProtocolError} a codec code, also for another number or size of ciphertexts. */
export function decodeImage(message: Uint8Array, count: number, length: number): Bytes[] {
  const reader = new Reader(message, 2 + count * length);
  reader.version(version);
  if (reader.u8('ciphertexts') !== count) throw malformed('ciphertexts');
  const out = Array.from({ length: count }, () => reader.bytes(length, 'ciphertext'));
  reader.end();
  return out;
}

/** Of a template message, before the ciphertext. */
export const templateHeadBytes = 2 + 8 + hashBytes;

export interface TemplateMessage {
  /** How many embeddings were added. */
  readonly frames: number;
  /** <t, t>, t the sum. */
  readonly squaredNorm: number;
  /** SHA-256 of the network's manifest, hex: other networks, other embeddings. */
  readonly network: string;
  readonly ciphertext: Uint8Array;
}

export function encodeTemplate({ frames, squaredNorm, network, ciphertext }: TemplateMessage): Bytes {
  const number = new Uint8Array(8);
  new DataView(number.buffer).setFloat64(0, squaredNorm);
  return new Writer()
    .u8(version)
    .u8(frames)
    .bytes(number)
    .fixed(hexToBytes(network), hashBytes, 'network')
    .bytes(ciphertext)
    .done();
}

/** @throws {ProtocolError} a codec code. */
export function decodeTemplate(message: Uint8Array, length: number): TemplateMessage {
  const reader = new Reader(message, templateHeadBytes + length);
  reader.version(version);
  const frames = reader.u8('frames');
  const number = reader.bytes(8, 'squaredNorm');
  const squaredNorm = new DataView(number.buffer).getFloat64(0);
  const network = bytesToHex(reader.bytes(hashBytes, 'network'));
  const ciphertext = reader.bytes(length, 'ciphertext');
  reader.end();
  if (frames === 0 || !(squaredNorm > 0 && Number.isFinite(squaredNorm))) throw malformed('template');
  return { frames, squaredNorm, network, ciphertext };
}

export interface MaskedAnswer {
  /** SHA-256 of the seed of the evaluator's randomness: fixed before anyone answers, opened to an auditor. */
  readonly commitment: Bytes;
  /** Engine objects. */
  readonly values: readonly Uint8Array[];
}

export function encodeMaskedAnswer({ commitment, values }: MaskedAnswer): Bytes {
  const writer = new Writer().u8(version).u8(values.length).fixed(commitment, hashBytes, 'commitment');
  for (const value of values) writer.bytes(value);
  return writer.done();
}

/** @throws {ProtocolError} a codec code. */
export function decodeMaskedAnswer(message: Uint8Array, count: number, length: number): MaskedAnswer {
  const reader = new Reader(message, 2 + hashBytes + count * length);
  reader.version(version);
  if (reader.u8('values') !== count) throw malformed('values');
  const commitment = reader.bytes(hashBytes, 'commitment');
  const values = Array.from({ length: count }, () => reader.bytes(length, 'value'));
  reader.end();
  return { commitment, values };
}

/** The commitment in a masked answer, whatever values follow. @throws {ProtocolError} a codec code. */
export function maskedCommitment(message: Uint8Array): Bytes {
  const reader = new Reader(message, message.length);
  reader.version(version);
  reader.u8('values');
  return reader.bytes(hashBytes, 'commitment');
}

const u48 = 2 ** 48;

/** @param values integers in [0, 2^48). */
export function encodeOpenedAnswer(values: readonly number[]): Bytes {
  const writer = new Writer().u8(version).u8(values.length);
  for (const value of values) {
    if (!(Number.isSafeInteger(value) && value >= 0 && value < u48)) throw malformed('value');
    writer.u16(Math.floor(value / 2 ** 32)).u32(value % 2 ** 32);
  }
  return writer.done();
}

/** @param modulus what every value is below. @throws {ProtocolError} a codec code. */
export function decodeOpenedAnswer(message: Uint8Array, count: number, modulus: number): number[] {
  const reader = new Reader(message, 2 + 6 * count);
  reader.version(version);
  if (reader.u8('values') !== count) throw malformed('values');
  const out = Array.from({ length: count }, () => reader.u16('value') * 2 ** 32 + reader.u32('value'));
  reader.end();
  if (out.some((value) => value >= modulus)) throw malformed('value');
  return out;
}

function malformed(field: string): ProtocolError {
  return new ProtocolError('malformed-message', { details: { field } });
}
