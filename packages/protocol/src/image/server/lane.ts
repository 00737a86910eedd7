/**
 * One thread of the evaluator as jobs of bytes: what a worker runs, wherever its messages come from. Several lanes
 * share an evaluation (`exchange.ts`): all of them get `load-keys`, `forget-keys` and `embed`, lane 0 the others too.
 * @module
 */
import { ckks } from '@blindsight/fhe/evaluate';
import type { Bytes } from '../../wire/bytes.ts';
import { ProtocolError } from '../../wire/errors.ts';
import { type Network, parseNetwork } from '../network.ts';
import { embeddingLevel, imageParametersOf } from '../parameters.ts';
import { createImageContext } from './context.ts';
import { type EncryptedEmbedding, embed } from './evaluate.ts';
import { alone, sharedExchange } from './exchange.ts';
import { type ImageKeys, parseKeys, releaseKeys } from './keys.ts';
import { maskInnerProducts } from './opening.ts';
import { type Lane, prepareNetwork } from './prepare.ts';
import { parseImage, releaseImage } from './receive.ts';
import { decodeStoredTemplate, enrolmentPairs, signInPairs, sumEmbeddings } from './template.ts';

export interface LaneOptions extends Lane {
  /** Name of the parameter set. */
  readonly set: string;
  readonly manifest: Uint8Array;
  readonly weights: Uint8Array;
  /** From `sharedRegion`, the same for all lanes; absent for a single one. */
  readonly region?: SharedArrayBuffer;
}

/** `device` names a key set that was loaded before. */
export type LaneJob =
  | { readonly kind: 'load-keys'; readonly device: string; readonly keys: Uint8Array }
  | { readonly kind: 'forget-keys'; readonly device: string }
  | { readonly kind: 'embed'; readonly device: string; readonly image: Uint8Array }
  | {
      readonly kind: 'mask-enrolment';
      readonly device: string;
      readonly embeddings: readonly Uint8Array[];
      readonly seed: Uint8Array;
    }
  | {
      readonly kind: 'mask-sign-in';
      readonly device: string;
      readonly embedding: Uint8Array;
      /** As `encodeStoredTemplate` made it. */
      readonly template: Uint8Array;
      readonly seed: Uint8Array;
    }
  | {
      /** For measurements: <a, a>, <a, b> and <b, b> of two pictures. */
      readonly kind: 'mask-pair';
      readonly device: string;
      readonly embeddings: readonly [Uint8Array, Uint8Array];
      readonly seed: Uint8Array;
    };

export interface LaneResult {
  /** `embed` on lane 0: the embedding. `mask-enrolment`: the sum of the frames. Both are ciphertexts. */
  readonly ciphertext?: Uint8Array;
  /** `mask-...`: the message for the device. */
  readonly message?: Bytes;
}

export interface EvaluatorLane {
  readonly network: Network;
  /**
   * @param onStep see `EvaluateOptions`.
   * @throws {ProtocolError} what the parsers throw; `image-keys-refused` for a device whose keys are not loaded;
   *   `evaluation-aborted` when another lane of the same evaluation stopped.
   */
  run(job: LaneJob, onStep?: (name: string) => void): LaneResult;
}

/** Cost: the preparation of the network. @throws {ProtocolError} `network-refused`, `unsupported-parameters`. */
export function createLane(options: LaneOptions): EvaluatorLane {
  const set = imageParametersOf(options.set);
  const network = parseNetwork(options.manifest, options.weights);
  const context = createImageContext(set);
  const prepared = prepareNetwork(context, set, network, options);
  const exchange = options.region ? sharedExchange(options.region, options) : alone;
  const loaded = new Map<string, ImageKeys>();

  const keysOf = (device: string) => {
    const keys = loaded.get(device);
    if (!keys) throw new ProtocolError('image-keys-refused', { details: { loaded: loaded.size } });
    return keys;
  };
  const forget = (device: string) => {
    const keys = loaded.get(device);
    if (keys) releaseKeys(keys);
    loaded.delete(device);
  };
  const embeddingOf = (bytes: Uint8Array): EncryptedEmbedding =>
    ckks.parseCiphertext(context, bytes, embeddingLevel);

  return {
    network,
    run(job, onStep) {
      switch (job.kind) {
        case 'load-keys':
          forget(job.device);
          loaded.set(job.device, parseKeys(context, set, job.keys));
          return {};
        case 'forget-keys':
          forget(job.device);
          return {};
        case 'embed': {
          const keys = keysOf(job.device);
          const image = parseImage(context, set, job.image);
          const embedding = embed(prepared, keys, image, { exchange, ...(onStep && { onStep }) });
          releaseImage(image);
          if (!embedding) return {};
          const ciphertext = ckks.serializeCiphertext(embedding);
          ckks.release(embedding);
          return { ciphertext };
        }
        case 'mask-enrolment': {
          const embeddings = job.embeddings.map(embeddingOf);
          const sum = sumEmbeddings(embeddings);
          const pairs = enrolmentPairs(embeddings, sum);
          const message = maskInnerProducts(set, keysOf(job.device), pairs, job.seed);
          const ciphertext = ckks.serializeCiphertext(sum);
          ckks.release(sum, ...embeddings);
          return { ciphertext, message };
        }
        case 'mask-sign-in': {
          const embedding = embeddingOf(job.embedding);
          const template = decodeStoredTemplate(context, network.hash, job.template);
          const pairs = signInPairs(embedding, template);
          const message = maskInnerProducts(set, keysOf(job.device), pairs, job.seed);
          ckks.release(embedding, template.sum);
          return { message };
        }
        case 'mask-pair': {
          const [a, b] = job.embeddings.map(embeddingOf) as [EncryptedEmbedding, EncryptedEmbedding];
          const pairs = [[a, a] as const, [a, b] as const, [b, b] as const];
          const message = maskInnerProducts(set, keysOf(job.device), pairs, job.seed);
          ckks.release(a, b);
          return { message };
        }
      }
    },
  };
}
