/**
 * Every failure a page can show, as one closed list of stable codes. The words are in `messages/`; a test
 * checks that every code has its own. Low layers throw `WebError`; only the pages turn it into text.
 * @module
 */
import { gateCodes } from './gates.ts';
import type { LivenessRefusal } from './liveness.ts';

/** Codes of the server that can reach a page (its start-up codes cannot). */
export const serverCodes = [
  'malformed-message',
  'message-too-large',
  'unknown-client',
  'invalid-redirect-uri',
  'not-found',
  'unsupported-parameters',
  'consent-outdated',
  'body-mismatch',
  'enrolment-incomplete',
  'renewal-required',
  'enrolment-too-old',
  'device-too-new',
  'session-required',
  'reauthentication-required',
  'second-factor-required',
  'second-factor-refused',
  'second-factor-locked',
  'origin-refused',
  'account-closed',
  'device-revoked',
  'ceremony-not-found',
  'ceremony-expired',
  'ceremony-closed',
  'interaction-expired',
  'ticket-burned',
  'sign-in-refused',
  'challenge-refused',
  'face-locked',
  'budget-exhausted',
  'too-many-requests',
  'image-check-unavailable',
  'image-keys-refused',
  'image-refused',
  'evaluation-running',
  'evaluation-timeout',
  'server-busy',
  'internal',
] as const;

/** What goes wrong on the device, before or after the server is asked. */
export const deviceCodes = [
  // the camera
  'camera-denied',
  'camera-missing',
  'camera-blocked',
  'camera-busy',
  'camera-lost',
  'insecure-context',
  'page-hidden',
  'device-turned',
  // what this browser keeps
  'storage-lost',
  'storage-unavailable',
  'no-tickets-left',
  'device-limit',
  'other-tab',
  // what was delivered to it
  'models-altered',
  'models-unavailable',
  'reply-invalid',
  'network-lost',
  'worker-failed',
  // the passkey
  'passkey-cancelled',
  'passkey-unsupported',
  'passkey-no-prf',
  // the second factor
  'second-factor-cancelled',
  // another device
  'pairing-link-invalid',
  'pairing-refused',
  'pairing-closed',
] as const;

/** Why a capture ended without a result, beside the gate that stayed closed. */
export const captureCodes = [
  'still-image',
  'face-changed',
  'face-lost',
  'other-movement',
  'too-few-frames',
  'flat-image',
  'light-mismatch',
  'light-late',
  'step-unfinished',
] as const satisfies readonly LivenessRefusal[];

export const errorCodes = [...serverCodes, ...deviceCodes, ...captureCodes, ...gateCodes] as const;
export type ErrorCode = (typeof errorCodes)[number];

export class WebError extends Error {
  override readonly name = 'WebError';
  readonly code: ErrorCode;
  /** When it makes sense to try again. Unit: seconds from now. */
  readonly retryAfterSeconds: number | undefined;
  /** Failures from now on that lock sign-in by face; where an attempt has cost one. */
  triesLeft: number | undefined;

  constructor(code: ErrorCode, more: { cause?: unknown; retryAfterSeconds?: number | undefined } = {}) {
    super(code, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

const known = new Set<string>(errorCodes);

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && known.has(code);
}

/** The `WebError` behind anything thrown; what we do not know is `internal`. */
export function toWebError(error: unknown): WebError {
  return error instanceof WebError ? error : new WebError('internal', { cause: error });
}
