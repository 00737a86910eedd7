/**
 * The one schema that says which models run, how their input is prepared, what their output means, and at
 * which score a face is accepted. What the server pins, what the ceremony signs (its hash), and what an
 * operator replaces to plug in other models. A signature wraps these bytes later; it does not change them.
 *
 * `manifest.json` holds the canonical bytes (see `canonical-json.ts`); anything else is refused, so the
 * SHA-256 of the file *is* the manifest hash.
 * @module
 */
import { FaceError } from '../core/errors.ts';
import { calibrationProblem, calibrationShape, operatingPointOf } from './calibration.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import { sha256Hex } from './sha256.ts';
import {
  array,
  boolean,
  type Infer,
  integer,
  literal,
  nullable,
  number,
  object,
  oneOf,
  text,
  tuple,
} from './shape.ts';

/** `runtime` is the WebAssembly of ONNX Runtime itself: code is checked like the models it runs. */
export const roles = ['runtime', 'detector', 'landmarks', 'embedder', 'map', 'cohort'] as const;
export type Role = (typeof roles)[number];

/** Bounds of a file, so that a manifest cannot make a device download without end. Unit: bytes. */
const largestFile = 64 * 2 ** 20;

const file = object({
  /** `<role>-<first 16 hex digits of the hash>.<extension>`; no folder, safe as the last part of a URL. */
  name: text(/^[a-z][a-z0-9-]{0,31}-[0-9a-f]{16}\.(onnx|bin|wasm)$/),
  role: oneOf(roles),
  /** 64 lower-case hex digits. */
  sha256: text(/^[0-9a-f]{64}$/),
  bytes: integer(1, largestFile),
  /** SPDX identifier, or a sentence where there is none. */
  licence: text(/^.{1,200}$/),
  source: object({
    package: text(/^[@a-z0-9/._-]{1,100}$/),
    version: text(/^[0-9A-Za-z.+-]{1,40}$/),
    file: text(/^.{1,200}$/),
  }),
});

const net = object({
  /** Name of the input tensor; float32, shape [1, 3, size, size], channels R G B. */
  input: text(/^[\w:/.-]{1,100}$/),
  size: integer(16, 1024),
  /** Input value = (colour 0..255 - mean) * scale, per channel R G B. */
  mean: tuple(number(-1e6, 1e6), 3),
  scale: tuple(number(-1e6, 1e6), 3),
  /** How the square is cut from the frame; each rule is one function in `src/core`. */
  crop: oneOf(['letterbox', 'eye-line-roi', 'dlib-chip', 'arcface-chip'] as const),
  outputs: array(object({ name: text(/^[\w:/.-]{1,100}$/), meaning: text(/^.{1,200}$/) }), 1, 8),
  /** What the net computed, in the original library, for `goldenInput(seed, size)`: evenly spaced values of each output. */
  golden: object({
    seed: integer(1, 2 ** 31),
    /** Least cosine between these values and the ones computed here. */
    minCosine: number(0.999, 1),
    values: array(array(number(-1e9, 1e9), 1, 256), 1, 8),
  }),
});

/** Version of the manifest's shape. 2: the verifier, intervals and wolf rates in the calibration. */
const schema = 2;

const manifest = object({
  format: literal('blindsight/models'),
  /** Version of this schema. */
  schema: literal(schema),
  /** Version of the content; grows with every published change. */
  version: integer(1, 2 ** 31),
  /** RFC 3339 date of the content, not of the build: the same content builds to the same bytes. */
  created: text(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/),
  profile: text(/^[a-z][a-z0-9-]{0,31}$/),
  files: array(file, 4, 16),
  detector: net,
  landmarks: net,
  embedder: net,
  /**
   * x = W (e - mu), normalised, of the normalised network output e. `identity`: neither; `centre`: mu only;
   * `affine`: both. `file` names the float32 values, little-endian: mu, then W by rows.
   */
  embedding: object({
    dimensions: integer(8, 4096),
    networkDimensions: integer(8, 4096),
    map: oneOf(['identity', 'centre', 'affine'] as const),
    file: nullable(text(/^[a-z0-9.-]{1,100}$/)),
  }),
  calibration: calibrationShape,
  /** True when a part is learned from research-only data: shown at start-up. */
  researchOnly: boolean(),
});

export type ModelManifest = Infer<typeof manifest>;
export type ManifestFile = Infer<typeof file>;
export type NetSpec = Infer<typeof net>;

/** Largest manifest. Unit: bytes. */
export const maxManifestBytes = 64 * 1024;

/**
 * Reads the bytes of a `manifest.json`.
 * @throws {FaceError} `manifest-version` for another schema: build the models again; `manifest-malformed`: not
 * canonical, unknown or missing members, or parts that do not fit together.
 */
export function parseManifest(bytes: Uint8Array): ModelManifest {
  if (bytes.length > maxManifestBytes)
    throw new FaceError('manifest-malformed', { details: { bytes: bytes.length } });
  let source: string;
  let value: Json;
  try {
    source = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(source) as Json;
  } catch (cause) {
    throw new FaceError('manifest-malformed', { cause });
  }
  const given = (value as { readonly schema?: Json } | null)?.schema;
  if (typeof given === 'number' && given !== schema)
    throw new FaceError('manifest-version', { details: { schema: given, wanted: schema } });
  const problem = manifest.check(value, 'manifest');
  if (problem) throw new FaceError('manifest-malformed', { details: { problem } });
  if (canonicalJson(value) !== source)
    throw new FaceError('manifest-malformed', { details: { problem: 'not canonical' } });
  const parsed = value as unknown as ModelManifest;
  assertConsistent(parsed);
  return parsed;
}

/** The bytes to write and to hash. @throws {FaceError} `manifest-malformed` as `parseManifest`. */
export function encodeManifest(value: ModelManifest): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(canonicalJson(value as unknown as Json));
  parseManifest(bytes);
  return bytes;
}

/** SHA-256 of the canonical bytes, 64 lower-case hex digits. */
export function manifestHash(value: ModelManifest): Promise<string> {
  return sha256Hex(encodeManifest(value));
}

/** The one file with this role. @throws {FaceError} `manifest-malformed` when it is absent. */
export function fileOf(value: ModelManifest, role: Role): ManifestFile {
  const found = value.files.find((entry) => entry.role === role);
  if (!found) throw new FaceError('manifest-malformed', { details: { problem: `no ${role}` } });
  return found;
}

/** The threshold sign-in uses. Unit: sealed score, even. */
export function operatingTau({ calibration }: ModelManifest): number {
  return operatingPointOf(calibration).tau;
}

/** What the shape alone cannot say. */
function assertConsistent(value: ModelManifest): void {
  const { files, calibration: c, embedding } = value;
  const refuse = (problem: string): never => {
    throw new FaceError('manifest-malformed', { details: { problem } });
  };
  for (const role of ['runtime', 'detector', 'landmarks', 'embedder'] as const) fileOf(value, role);
  if (new Set(files.map((entry) => entry.role)).size !== files.length) refuse('a role twice');
  if (files.some((entry) => !entry.name.includes(`-${entry.sha256.slice(0, 16)}.`)))
    refuse('name and hash differ');
  if ((embedding.map === 'identity') !== (embedding.file === null)) refuse('map and file differ');
  if (embedding.file !== null && fileOf(value, 'map').name !== embedding.file) refuse('map file');
  if (embedding.map !== 'affine' && embedding.dimensions !== embedding.networkDimensions)
    refuse('dimensions');
  if ((c.verifier.kind === 'logistic') !== files.some(({ role }) => role === 'cohort'))
    refuse('verifier and cohort differ');
  const problem = calibrationProblem(c);
  if (problem) refuse(problem);
}
