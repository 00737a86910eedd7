/**
 * What the server takes from `manifest.json`: the hash that ceremonies sign and the thresholds. Read as data,
 * strictly and in small; the server has no use for the models themselves and does not import who does.
 * @module
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryCount, parametersOf, sealed1 } from '@blindsight/protocol/wire';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { ServerError } from './errors.ts';

export interface ModelPolicy {
  /** SHA-256 of the manifest's bytes; 32 bytes. */
  readonly manifestHash: Uint8Array<ArrayBuffer>;
  readonly parameterSet: string;
  readonly tau: number;
  readonly sMax: number;
}

const maxManifestBytes = 64 * 1024;

/** Only what is used here; other members belong to the pages and are checked there. */
const manifest = Type.Object({
  format: Type.Literal('blindsight/models'),
  schema: Type.Literal(2),
  calibration: Type.Object({
    digits: Type.Integer(),
    sumOfSquares: Type.Tuple([Type.Integer(), Type.Integer()]),
    sMax: Type.Integer(),
    operatingFmr: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    tau: Type.Array(Type.Object({ fmr: Type.Number(), tau: Type.Integer() }), { minItems: 1, maxItems: 8 }),
  }),
});

/** @throws {ServerError} `bad-configuration` when the file is absent or its calibration does not fit the parameter set. */
export function readModelPolicy(directory: string): ModelPolicy {
  try {
    return parseModelPolicy(readFileSync(join(directory, 'manifest.json')));
  } catch (cause) {
    if (cause instanceof ServerError) throw cause;
    throw new ServerError('bad-configuration', { cause, details: { file: 'manifest.json' } });
  }
}

export function parseModelPolicy(bytes: Uint8Array): ModelPolicy {
  const refuse = (problem: string, cause?: unknown) =>
    new ServerError('bad-configuration', { cause, details: { file: 'manifest.json', problem } });
  if (bytes.length > maxManifestBytes) throw refuse('too large');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw refuse('not JSON', cause);
  }
  if (!Value.Check(manifest, value)) throw refuse('unexpected shape');

  const { digits, sumOfSquares, sMax, operatingFmr, tau: points } = value.calibration;
  const [low, high] = sealed1.normInterval;
  if (
    digits !== sealed1.digits ||
    sumOfSquares[0] !== low ||
    sumOfSquares[1] !== high ||
    sMax !== sealed1.sMax
  )
    throw refuse('calibrated for other parameters');
  const point = points.find((one) => one.fmr === operatingFmr);
  if (!point) throw refuse('no threshold at the operating rate');
  if (point.tau < sealed1.minimumTau) throw refuse('threshold below the floor');
  try {
    entryCount(parametersOf(sealed1.id), point.tau, sMax);
  } catch (cause) {
    throw refuse('thresholds out of range', cause);
  }
  const manifestHash = new Uint8Array(createHash('sha256').update(bytes).digest());
  return { manifestHash, parameterSet: sealed1.id, tau: point.tau, sMax };
}
