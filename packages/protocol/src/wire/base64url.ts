/**
 * Base64url without padding (RFC 4648 section 5), canonical in both directions:
 * every byte string has exactly one text and every other text is refused.
 * @module
 */
import type { Bytes } from './bytes.ts';
import { ProtocolError } from './errors.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const values = new Map([...alphabet].map((char, value) => [char, value]));

export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += alphabet[word >> 18]! + alphabet[(word >> 12) & 63]!;
    if (left > 1) text += alphabet[(word >> 6) & 63]!;
    if (left > 2) text += alphabet[word & 63]!;
  }
  return text;
}

/**
 * @param length when given, the exact number of bytes the text must stand for.
 * @throws {ProtocolError} `malformed-message` on a foreign character, padding, an impossible length,
 * or unused bits that are not zero.
 */
export function fromBase64url(text: string, length?: number): Bytes {
  const size = Math.floor((text.length * 3) / 4);
  if (text.length % 4 === 1 || (length !== undefined && size !== length)) {
    throw new ProtocolError('malformed-message', { details: { field: 'base64url', length: text.length } });
  }
  const bytes = new Uint8Array(size);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const char of text) {
    const value = values.get(char);
    if (value === undefined)
      throw new ProtocolError('malformed-message', { details: { field: 'base64url' } });
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = (bits >> held) & 255;
    }
  }
  if ((bits & ((1 << held) - 1)) !== 0) {
    throw new ProtocolError('malformed-message', { details: { field: 'base64url' } });
  }
  return bytes;
}
