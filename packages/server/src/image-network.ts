/**
 * The network of the encrypted-image check as the server uses it: the export of the trainer, strictly read. Whether
 * it computes what its golden vectors say is for whoever may run it in the clear (`cli`); the server may not.
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { image } from '@blindsight/protocol/server';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { ImageCheckConfig } from './config.ts';
import { ServerError } from './errors.ts';

export interface ImageNetwork {
  readonly set: image.ImageParameters;
  readonly network: image.Network;
  /** The least cosine that is accepted. */
  readonly threshold: number;
  /** As read: what an evaluator is made from. */
  readonly manifest: Uint8Array<ArrayBuffer>;
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** The rate of false accepts whose threshold is used, of those that a manifest has. */
const operatingFar = '0.01';

/** Only what is used here; the network itself is read by its own parser. */
const calibration = Type.Object({
  thresholds: Type.Optional(
    Type.Record(Type.String(), Type.Number({ exclusiveMinimum: -1, exclusiveMaximum: 1 })),
  ),
});

/**
 * @returns `undefined` when the check is off.
 * @throws {ServerError} `image-network-refused` naming the file or the field.
 */
export function readImageNetwork(config: ImageCheckConfig): ImageNetwork | undefined {
  const { check, weightsDirectory, threshold } = config;
  if (check === 'off') return undefined;
  const read = (file: string) => {
    try {
      return new Uint8Array(readFileSync(join(weightsDirectory, check, file)));
    } catch (cause) {
      throw refused(check, file, cause);
    }
  };
  const [manifest, weights] = [read('manifest.json'), read('weights.bin')];
  const setId = `${check}/1`;
  const described = networkOf(setId, manifest, weights);
  const least = threshold ?? thresholdOf(setId, manifest);
  if (least === undefined) throw refused(setId, `thresholds.${operatingFar}`);
  return { ...described, threshold: least };
}

/**
 * @param setId name of the parameter set it must fit.
 * @throws {ServerError} `image-network-refused` naming the field.
 */
export function networkOf(
  setId: string,
  manifest: Uint8Array<ArrayBuffer>,
  weights: Uint8Array<ArrayBuffer>,
): Omit<ImageNetwork, 'threshold'> {
  try {
    const set = image.imageParametersOf(setId);
    const network = image.parseNetwork(manifest, weights);
    const fits = network.block === set.block && network.embedding === set.embedding;
    if (!fits || network.layers.length !== set.squares) throw refused(setId, 'shape');
    return { set, network, manifest, weights };
  } catch (cause) {
    if (cause instanceof ServerError) throw cause;
    const { field } = (cause as { details?: { field?: string } }).details ?? {};
    throw refused(setId, field ?? 'manifest', cause);
  }
}

function thresholdOf(setId: string, manifest: Uint8Array): number | undefined {
  const value: unknown = JSON.parse(new TextDecoder().decode(manifest));
  if (!Value.Check(calibration, value)) throw refused(setId, 'thresholds');
  return value.thresholds?.[operatingFar];
}

const refused = (network: string, field: string, cause?: unknown) =>
  new ServerError('image-network-refused', { cause, details: { network, field } });
