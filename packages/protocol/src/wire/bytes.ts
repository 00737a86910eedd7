/**
 * Strict reading and writing of the binary messages: fixed order, big-endian lengths, no optional
 * parts, nothing after the end. Both directions share one vocabulary so that a codec reads like its layout.
 * @module
 */
import { ProtocolError } from './errors.ts';

/** Bytes over an ordinary buffer (not a shared one): what WebCrypto accepts. */
export type Bytes = Uint8Array<ArrayBuffer>;

export class Writer {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  bytes(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }

  /** @throws {ProtocolError} `malformed-message` when the field does not have exactly `length` bytes. */
  fixed(bytes: Uint8Array, length: number, field: string): this {
    if (bytes.length !== length) throw malformed(field, bytes.length);
    return this.bytes(bytes);
  }

  u8(value: number): this {
    return this.#unsigned(value, 1);
  }
  u16(value: number): this {
    return this.#unsigned(value, 2);
  }
  u32(value: number): this {
    return this.#unsigned(value, 4);
  }
  /** For times in ms: up to 2^53 - 1, as the upper and the lower 32 bits. */
  u64(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw malformed('u64', 8);
    return this.u32(Math.floor(value / 2 ** 32)).u32(value % 2 ** 32);
  }

  /** A field with its u16 length in front. */
  field(bytes: Uint8Array): this {
    return this.u16(bytes.length).bytes(bytes);
  }

  done(): Bytes {
    const out = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  #unsigned(value: number, size: number): this {
    if (!Number.isInteger(value) || value < 0 || value >= 256 ** size) throw malformed(`u${8 * size}`, size);
    const out = new Uint8Array(size);
    for (let i = size - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) out[i] = rest % 256;
    return this.bytes(out);
  }
}

export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** @throws {ProtocolError} `message-too-large` above `limit` bytes, before anything is read. */
  constructor(bytes: Uint8Array, limit: number) {
    if (bytes.length > limit) {
      throw new ProtocolError('message-too-large', { details: { length: bytes.length, limit } });
    }
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** A copy of the next `length` bytes. */
  bytes(length: number, field: string): Bytes {
    if (length > this.left) throw malformed(field, this.left);
    const out = new Uint8Array(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return out;
  }

  u8(field: string): number {
    return this.#unsigned(1, field);
  }
  u16(field: string): number {
    return this.#unsigned(2, field);
  }
  u32(field: string): number {
    return this.#unsigned(4, field);
  }
  u64(field: string): number {
    const value = this.u32(field) * 2 ** 32 + this.u32(field);
    if (!Number.isSafeInteger(value)) throw malformed(field, 8);
    return value;
  }
  field(field: string): Bytes {
    return this.bytes(this.u16(field), field);
  }

  /** The version byte every message starts with. */
  version(expected: number): void {
    const version = this.u8('version');
    if (version !== expected) throw new ProtocolError('unsupported-version', { details: { version } });
  }

  /** @throws {ProtocolError} `malformed-message` when bytes are left over. */
  end(): void {
    if (this.left !== 0) throw malformed('trailing bytes', this.left);
  }

  #unsigned(size: number, field: string): number {
    return this.bytes(size, field).reduce((value, byte) => value * 256 + byte, 0);
  }
}

/**
 * Equal content, in time that depends on the lengths only (lengths are public everywhere it is used).
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const writer = new Writer();
  for (const part of parts) writer.bytes(part);
  return writer.done();
}

export const utf8 = (text: string): Bytes => new Uint8Array(new TextEncoder().encode(text));

function malformed(field: string, length: number): ProtocolError {
  return new ProtocolError('malformed-message', { details: { field, length } });
}
