/**
 * From the protocol's errors to the server's. A message that does not decode is a message that does not decode;
 * a signature or seal that does not verify is a refusal, without saying which.
 * @module
 */
import { ProtocolError, type ProtocolErrorCode } from '@blindsight/protocol/wire';
import { ServerError, type ServerErrorCode } from '../errors.ts';

const codes: Partial<Record<ProtocolErrorCode, ServerErrorCode>> = {
  'malformed-message': 'malformed-message',
  'unsupported-version': 'malformed-message',
  'message-too-large': 'message-too-large',
  'unsupported-parameters': 'unsupported-parameters',
  'signature-refused': 'sign-in-refused',
  'challenge-refused': 'challenge-refused',
  'ticket-refused': 'body-mismatch',
  'public-key-refused': 'body-mismatch',
  'seal-refused': 'body-mismatch',
  'image-keys-refused': 'image-keys-refused',
  'image-refused': 'image-refused',
  'image-norm-refused': 'image-refused',
  'image-answer-refused': 'image-refused',
};

/** Runs a protocol function and rethrows its errors as ours. */
export async function translating<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new ServerError(codes[error.code] ?? 'internal', { cause: error, details: { ...error.details } });
  }
}

/** The same for a verification whose refusal is worth an entry. */
export async function noting<T>(
  run: () => T | Promise<T>,
  note: (code: string) => Promise<void>,
): Promise<T> {
  try {
    return await translating(run);
  } catch (error) {
    await note(error instanceof ServerError ? error.code : 'internal');
    throw error;
  }
}
