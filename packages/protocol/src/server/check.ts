/**
 * Structural checks of what an enrolment uploads: canonical bytes of this parameter set, nothing else.
 * Whether a ticket encrypts what it should cannot be checked by anyone; renewal is the answer to that.
 * @module
 */
import { parseCiphertext, parsePublicKey } from '@blindsight/fhe/evaluate';
import { sealedSignIn } from '@blindsight/fhe/params';
import { ProtocolError } from '../wire/errors.ts';
import { limits } from '../wire/parameters.ts';

/** @throws {ProtocolError} `message-too-large` or `ticket-refused`. */
export function checkTicket(bytes: Uint8Array): void {
  check(bytes, limits.ticket, 'ticket-refused', () => parseCiphertext(sealedSignIn, bytes));
}

/** @throws {ProtocolError} `message-too-large` or `public-key-refused`. */
export function checkPublicKey(bytes: Uint8Array): void {
  check(bytes, limits.publicKey, 'public-key-refused', () => parsePublicKey(sealedSignIn, bytes));
}

function check(
  bytes: Uint8Array,
  limit: number,
  code: 'ticket-refused' | 'public-key-refused',
  parse: () => unknown,
): void {
  const details = { length: bytes.length };
  if (bytes.length > limit) throw new ProtocolError('message-too-large', { details });
  try {
    parse();
  } catch (cause) {
    throw new ProtocolError(code, { cause, details });
  }
}
