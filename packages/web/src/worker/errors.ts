/**
 * What failures inside the worker are called outside. The page learns a code, never a detail.
 * @module
 */
import { FaceError, type FaceErrorCode } from '@blindsight/face';
import { ProtocolError, type ProtocolErrorCode } from '@blindsight/protocol/wire';
import { type ErrorCode, WebError } from '../sdk/errors.ts';

const ofFace: Readonly<Partial<Record<FaceErrorCode, ErrorCode>>> = {
  'manifest-malformed': 'models-altered',
  'model-length': 'models-altered',
  'model-hash': 'models-altered',
  'model-load': 'models-altered',
  'golden-mismatch': 'models-altered',
  'manifest-unavailable': 'models-unavailable',
  'model-unavailable': 'models-unavailable',
};

const ofProtocol: Readonly<Partial<Record<ProtocolErrorCode, ErrorCode>>> = {
  'malformed-message': 'reply-invalid',
  'message-too-large': 'reply-invalid',
  'unsupported-version': 'reply-invalid',
  'reply-refused': 'reply-invalid',
  'challenge-refused': 'reply-invalid',
  'seal-refused': 'reply-invalid',
  'pairing-refused': 'pairing-refused',
  'unsupported-parameters': 'unsupported-parameters',
  'policy-refused': 'unsupported-parameters',
  'state-corrupt': 'storage-lost',
  'index-replayed': 'other-tab',
  'ticket-spent': 'other-tab',
  'no-tickets-left': 'no-tickets-left',
  'limit-reached': 'device-limit',
};

/** IndexedDB says no: full, evicted or switched off while we worked. */
const ofStorage = new Set(['QuotaExceededError', 'InvalidStateError', 'UnknownError', 'NotFoundError']);

export function toDeviceError(error: unknown): WebError {
  if (error instanceof WebError) return error;
  if (error instanceof FaceError) return new WebError(ofFace[error.code] ?? 'internal', { cause: error });
  if (error instanceof ProtocolError)
    return new WebError(ofProtocol[error.code] ?? 'internal', { cause: error });
  const fromStorage = error instanceof DOMException && ofStorage.has(error.name);
  return new WebError(fromStorage ? 'storage-unavailable' : 'internal', { cause: error });
}
