/**
 * Identifiers and hashes. An id is 16 random bytes, shown as 22 base64url characters everywhere a
 * person or JSON sees it, and as its 16 bytes in binary messages.
 * @module
 */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { fromBase64url, toBase64url } from './base64url.ts';
import type { Bytes } from './bytes.ts';

/** 22 base64url characters. Account, device, ceremony and generation ids. */
export type Id = string;

export const idBytes = 16;

export function newId(): Id {
  return toBase64url(globalThis.crypto.getRandomValues(new Uint8Array(idBytes)));
}

/** @throws {ProtocolError} `malformed-message` unless the text is the canonical form of 16 bytes. */
export function idToBytes(id: Id): Bytes {
  return fromBase64url(id, idBytes);
}

export function idFromBytes(bytes: Uint8Array): Id {
  return toBase64url(bytes);
}

/** True for the canonical text of 16 bytes: what a route checks before it looks anything up. */
export function isId(text: unknown): text is Id {
  // 22 characters carry 132 bits; the last 4 must be zero, so the last character is one of four
  return typeof text === 'string' && /^[\w-]{21}[AQgw]$/.test(text);
}

/** 32 bytes. Of public data, and of tokens on both sides of their comparison. */
export function sha256(...parts: readonly Uint8Array[]): Bytes {
  if (parts.length === 1) return nobleSha256(parts[0]!);
  const hash = nobleSha256.create();
  for (const part of parts) hash.update(part);
  return hash.digest();
}
