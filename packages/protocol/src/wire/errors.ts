/**
 * Every failure this package can name. The code is the contract; the text may change.
 * @module
 */
const catalogue = {
  // the message is not one of ours
  'malformed-message': 'the message does not decode',
  'message-too-large': 'the message exceeds its size limit',
  'unsupported-version': 'the message has a version this release does not speak',
  // well formed, but the two sides do not fit together
  'unsupported-parameters': 'the parameter set is not one this release speaks',
  'policy-refused': 'the offered thresholds are outside the policy compiled into this client',
  // one code for every signature that does not verify, so that a refusal teaches nothing
  'signature-refused': 'the device signature does not match the ceremony',
  // material of an enrolment that is not what the statement promised
  'ticket-refused': 'the ticket is not a ciphertext of this parameter set',
  'public-key-refused': 'the public key is not one of this parameter set',
  'seal-refused': 'the sealed ticket does not open for this ceremony and index',
  // another device
  'pairing-refused': 'the message is not one of this pairing',
  // the answer of the server is not one an honest server sends; found before anything is decrypted
  'reply-refused': 'the reply is not one an honest server sends',
  // a liveness challenge that does not run as the protocol has it, on either side
  'challenge-refused': 'the challenge was not given or answered in its order and time',
  // what the device refuses to do with its own state
  'state-corrupt': 'the stored generation does not decode',
  'index-replayed': 'this ticket index was already spent',
  'no-tickets-left': 'the generation has no unspent ticket at or after this index',
  'ticket-spent': 'this ticket already produced its one probe or its one answer',
  'limit-reached': 'the limit this device keeps for itself is reached',
  // the encrypted-image check
  'network-refused': 'the network is not one this release can run; export it again',
  'image-keys-refused':
    'the evaluation keys are missing parts or belong to other parameters; upload them again',
  'image-refused': 'the encrypted image does not decode under these parameters; take another picture',
  'image-template-refused': 'the encrypted template belongs to another network or parameter set; enrol again',
  'image-answer-refused': 'the opened values do not fit together; start again',
  'image-norm-refused': 'the picture is not one the network was trained for; take another picture',
  'evaluation-aborted': 'the evaluation did not finish; try again',
  // what a capture cannot be turned into
  'embedding-refused': 'the embedding has the wrong length or no direction',
  'template-refused': 'the embedding does not quantise into the interval of the parameter set',
} as const;

export type ProtocolErrorCode = keyof typeof catalogue;

/** The codes, for tests and for the server's translation into HTTP. */
export const protocolErrorCodes = Object.keys(catalogue) as readonly ProtocolErrorCode[];

export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;
  /** For logs: sizes, indexes, field names. Never pixels, vectors, scores, keys or tokens. */
  readonly details: Readonly<Record<string, string | number>>;

  constructor(
    code: ProtocolErrorCode,
    more: { cause?: unknown; details?: Record<string, string | number> } = {},
  ) {
    super(catalogue[code], { cause: more.cause });
    this.code = code;
    this.details = more.details ?? {};
  }
}
