/**
 * Every failure the server can name. The code is the contract; the text may change.
 * Low layers throw `ServerError`; only `http/problems.ts` turns it into a response.
 * @module
 */
const catalogue = {
  // the message is not one of ours
  'malformed-message': { status: 400, text: 'the message does not decode' },
  'message-too-large': { status: 413, text: 'the message exceeds its size limit' },
  'unknown-client': { status: 400, text: 'this application is not known here' },
  'invalid-redirect-uri': { status: 400, text: 'this return address is not registered for the application' },
  'not-found': { status: 404, text: 'there is nothing here' },
  // well formed, but the two sides do not fit together
  'unsupported-parameters': { status: 409, text: 'these parameters are not supported; enrol again' },
  'consent-outdated': { status: 409, text: 'the consent text has changed; read the new one first' },
  'body-mismatch': { status: 409, text: 'the body is not the one that was announced' },
  'renewal-required': { status: 409, text: 'renew this enrolment before the next sign-in by face' },
  'enrolment-too-old': { status: 409, text: 'this enrolment has ended and cannot be renewed; enrol again' },
  'device-too-new': { status: 409, text: 'this device was added too short a while ago to add another one' },
  'enrolment-incomplete': { status: 409, text: 'the enrolment is not complete yet' },
  // who is asking
  'session-required': { status: 401, text: 'sign in to your account first' },
  'reauthentication-required': { status: 403, text: 'confirm with your passkey first' },
  'second-factor-required': { status: 403, text: 'show a second factor first' },
  'second-factor-refused': { status: 401, text: 'the second factor was refused' },
  'second-factor-locked': { status: 423, text: 'recovery codes are locked for a while' },
  'origin-refused': { status: 403, text: 'this request did not come from our own pages' },
  'account-closed': { status: 410, text: 'this account was closed' },
  'device-revoked': { status: 410, text: 'this device is no longer enrolled' },
  // ceremonies
  'ceremony-not-found': { status: 404, text: 'no such ceremony' },
  'ceremony-expired': { status: 410, text: 'the time for this ceremony has run out' },
  'ceremony-closed': { status: 409, text: 'this ceremony was answered already' },
  'interaction-expired': { status: 410, text: 'this sign-in has run out; go back to the application' },
  'ticket-burned': { status: 409, text: 'this ticket was used already' },
  // one code for every reason to refuse, so that a refusal teaches nothing
  'sign-in-refused': { status: 401, text: 'sign-in was refused' },
  'challenge-refused': { status: 401, text: 'the challenge was not answered as it was asked' },
  'face-locked': { status: 423, text: 'sign-in by face is locked for a while' },
  'budget-exhausted': { status: 429, text: 'no more sign-ins by face today' },
  'too-many-requests': { status: 429, text: 'too many requests; wait and try again' },
  // the encrypted-image check
  'image-check-unavailable': { status: 404, text: 'this server makes no encrypted-image check' },
  'image-keys-refused': { status: 422, text: 'the evaluation keys are missing or not usable; make new ones' },
  'image-refused': { status: 422, text: 'these pictures cannot be used; take others' },
  'evaluation-running': { status: 409, text: 'another picture of this device is being evaluated' },
  // the server cannot do it now
  'evaluation-timeout': { status: 503, text: 'the comparison took too long' },
  'server-busy': { status: 503, text: 'the server is busy; try again in a moment' },
  internal: { status: 500, text: 'something went wrong on the server' },
  // at start
  'database-missing': { status: 500, text: 'the data directory has keys but no database' },
  'database-locked': { status: 500, text: 'another process uses this database' },
  'database-corrupt': { status: 500, text: 'the database failed its check' },
  'data-key-missing': { status: 500, text: 'the database exists but its key file does not' },
  'database-rolled-back': { status: 500, text: 'the database is older than the one that ran here last' },
  'ledger-missing': { status: 500, text: 'the deletion ledger of this database is not there' },
  'ledger-broken': { status: 500, text: 'the deletion ledger was altered, or belongs to another database' },
  'port-in-use': { status: 500, text: 'the port is in use' },
  'dev-keys-in-production': { status: 500, text: 'development settings in production' },
  'bad-configuration': { status: 500, text: 'the configuration is not valid' },
  'image-network-refused': { status: 500, text: 'the weights of the encrypted-image check do not check' },
} as const;

export type ServerErrorCode = keyof typeof catalogue;

export const errorCodes = Object.keys(catalogue) as readonly ServerErrorCode[];

export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: ServerErrorCode;
  readonly status: number;
  /** For logs: sizes, ids, codes. Never pixels, vectors, scores, keys or tokens. */
  readonly details: Readonly<Record<string, string | number>>;
  /** When it makes sense to try again, seconds from now. */
  readonly retryAfterSeconds?: number;

  constructor(
    code: ServerErrorCode,
    more: { cause?: unknown; details?: Record<string, string | number>; retryAfterSeconds?: number } = {},
  ) {
    super(catalogue[code].text, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.status = catalogue[code].status;
    this.details = more.details ?? {};
    if (more.retryAfterSeconds !== undefined) this.retryAfterSeconds = more.retryAfterSeconds;
  }
}
