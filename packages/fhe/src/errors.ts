/** Every failure the engine can name. The code is the contract; the text may change. */
const catalogue = {
  // the bytes are not one of our objects
  'bad-length': 'the object has the wrong number of bytes',
  'bad-magic': 'the object does not start with the mark of this format',
  'unsupported-version': 'the object was written in a version that is not understood',
  'wrong-object': 'the object is of another kind than expected',
  'wrong-parameters': 'the object was made under other parameters',
  'wrong-form': 'the object is in another polynomial form than expected',
  'wrong-level': 'the object has another number of limbs than expected',
  'non-canonical': 'a residue is not below its modulus, or a padding bit is set',
  // a value handed in by the caller does not fit
  'bad-seed': 'a seed must have exactly 32 bytes',
  'bad-message': 'the message must have N centred coefficients, each at most p/2 in size',
  'bad-positions': 'positions must be distinct coefficient indices in ascending order',
  'bad-slots': 'the message must have N/2 finite slots that fit the scale and the level',
  'bad-scale': 'the scale must be positive, and below the modulus of the level',
  'scale-mismatch': 'operands have different scales',
  'level-mismatch': 'operands have different levels, or the level is too low for the operation',
  'wrong-key': 'the evaluation key is for another operation, element or level',
  'wiped-key': 'the secret key has been wiped',
  // the machine does not have what is needed
  'kernel-unavailable': 'this engine cannot run the kernel that was asked for',
  'memory-exhausted': 'there is not enough memory',
  // a mistake in our own code or parameter tables
  'bad-modulus': 'not an NTT prime of a supported size',
  'bad-parameters': 'the parameters break a rule of the scheme',
  'insecure-parameters': 'the modulus is too large for the ring degree at 128 bits of security',
  'ring-mismatch': 'operands belong to different rings or keys',
  'random-exhausted': 'more random bytes were asked for than one stream may give',
} as const;

export type FheErrorCode = keyof typeof catalogue;

/** The only error class this package throws on purpose. Carries no secret: sizes, ids and names only. */
export class FheError extends Error {
  override readonly name = 'FheError';
  readonly code: FheErrorCode;
  /** For logs: sizes, ids, parameter names. Never messages, residues, keys or seeds. */
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: FheErrorCode, details: Record<string, string | number> = {}) {
    super(catalogue[code]);
    this.code = code;
    this.details = details;
  }
}
