/**
 * Every failure the package can name. The code is the contract; the text may change.
 * A bad *picture* is not a failure: it is a gate code in the frame report.
 * @module
 */

const catalogue = {
  // the delivered models are not the ones that were measured: capture must not start
  'manifest-malformed': 'the model manifest does not parse',
  'manifest-version': 'the model manifest is of another release',
  'manifest-unavailable': 'the model manifest could not be read',
  'model-unavailable': 'a model file could not be read',
  'model-length': 'a model file does not have the length of the manifest',
  'model-hash': 'a model file does not have the hash of the manifest',
  'model-load': 'the runtime refused a model',
  'golden-mismatch': 'a model does not compute what it was measured to compute',
  // a mistake of the caller
  'bad-frame': 'the frame is not width * height * 4 bytes of RGBA',
  'bad-landmarks': 'the landmarks do not span a face',
  'bad-embedding': 'an embedding has the wrong length or no direction',
  'session-not-done': 'the capture session has not collected its frames',
  // building the models (Node, development)
  'export-unsupported': 'the source graph holds something the exporter does not know',
  'source-missing': 'a package that ships a source model is not installed',
  'calibration-malformed': 'the calibration file does not parse',
  'calibration-foreign': 'the calibration was made with other models',
} as const;

export type FaceErrorCode = keyof typeof catalogue;

export class FaceError extends Error {
  override readonly name = 'FaceError';
  readonly code: FaceErrorCode;
  /** For logs: file names, sizes, hashes of public files. Never pixels, embeddings or scores. */
  readonly details: Readonly<Record<string, string | number>>;

  constructor(
    code: FaceErrorCode,
    more: { cause?: unknown; details?: Record<string, string | number> } = {},
  ) {
    super(catalogue[code], { cause: more.cause });
    this.code = code;
    this.details = more.details ?? {};
  }
}
