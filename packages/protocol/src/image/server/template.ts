/**
 * Enrolment and sign-in on encrypted embeddings: what is summed, what is opened, and what the numbers must be.
 * @module
 */
import { ckks } from '@blindsight/fhe/evaluate';
import type { Bytes } from '../../wire/bytes.ts';
import { ProtocolError } from '../../wire/errors.ts';
import { frames } from '../budget.ts';
import type { Network } from '../network.ts';
import { embeddingLevel } from '../parameters.ts';
import { decodeTemplate, encodeTemplate, templateHeadBytes } from '../wire.ts';
import type { EncryptedEmbedding } from './evaluate.ts';

type Pairs = readonly (readonly [ckks.Ciphertext, ckks.Ciphertext])[];

/** The enrolled reference: the sum of the frames' embeddings, which nobody can open here. */
export interface EncryptedTemplate {
  readonly frames: number;
  /** <t, t>. */
  readonly squaredNorm: number;
  readonly sum: EncryptedEmbedding;
}

/** A new ciphertext. @throws {ProtocolError} `image-refused` for fewer or more frames than a template has. */
export function sumEmbeddings(embeddings: readonly EncryptedEmbedding[]): EncryptedEmbedding {
  if (embeddings.length < frames.fewest || embeddings.length > frames.most) {
    throw new ProtocolError('image-refused', { details: { frames: embeddings.length } });
  }
  const [first, second, ...rest] = embeddings;
  return rest.reduce(
    (sum, embedding) => {
      const next = ckks.add(sum, embedding);
      ckks.release(sum);
      return next;
    },
    ckks.add(first!, second!),
  );
}

/** What an enrolment opens: <e, e> and <e, t> of every frame. */
export function enrolmentPairs(embeddings: readonly EncryptedEmbedding[], sum: EncryptedEmbedding): Pairs {
  return embeddings.flatMap((e) => [[e, e] as const, [e, sum] as const]);
}

/**
 * <t, t>, when every frame has a norm that the network knows and lies near the sum.
 * @param opened what `unmaskInnerProducts` found for `enrolmentPairs`. @param consistency least cosine of frame and sum.
 * @throws {ProtocolError} `image-norm-refused`; `image-refused` for frames of different faces.
 */
export function checkEnrolment(
  norm: Network['norm'],
  opened: readonly number[],
  consistency: number,
): number {
  const norms = opened.filter((_, k) => k % 2 === 0);
  const withSum = opened.filter((_, k) => k % 2 === 1);
  for (const n of norms) requireNorm(norm, n);
  const squaredNorm = withSum.reduce((sum, v) => sum + v, 0);
  const near = withSum.every((v, i) => v >= consistency * Math.sqrt(norms[i]! * squaredNorm));
  if (!(squaredNorm > 0 && near)) throw new ProtocolError('image-refused', { details: { field: 'frames' } });
  return squaredNorm;
}

/** What a sign-in opens: <p, t> and <p, p>. */
export function signInPairs(probe: EncryptedEmbedding, { sum }: EncryptedTemplate): Pairs {
  return [
    [probe, sum],
    [probe, probe],
  ];
}

/**
 * cos(p, t): for one comparison with the threshold, and then forgotten.
 * @throws {ProtocolError} `image-norm-refused` for a picture that the network was not trained for.
 */
export function scoreOf(
  norm: Network['norm'],
  { squaredNorm }: Pick<EncryptedTemplate, 'squaredNorm'>,
  [product, squared]: readonly number[],
): number {
  requireNorm(norm, squared!);
  return product! / Math.sqrt(squared! * squaredNorm);
}

/**
 * What the server stores.
 * @param sum the serialised ciphertext. @param network `Network.hash`: another network, other embeddings.
 */
export function encodeStoredTemplate(
  { frames, squaredNorm, sum }: Omit<EncryptedTemplate, 'sum'> & { readonly sum: Uint8Array },
  network: string,
): Bytes {
  return encodeTemplate({ frames, squaredNorm, network, ciphertext: sum });
}

/**
 * <t, t> of a stored template, without looking at its ciphertext.
 * @throws {ProtocolError} `image-template-refused` for one of another network.
 */
export function storedSquaredNorm(network: string, message: Uint8Array): number {
  const stored = decodeTemplate(message, message.length - templateHeadBytes);
  if (stored.network !== network) {
    throw new ProtocolError('image-template-refused', { details: { field: 'network' } });
  }
  return stored.squaredNorm;
}

/** @throws {ProtocolError} `image-template-refused` for one of another network or parameter set, or damaged bytes. */
export function decodeStoredTemplate(
  context: ckks.Context,
  network: string,
  message: Uint8Array,
): EncryptedTemplate {
  try {
    const length = ckks.ciphertextLength(context, embeddingLevel);
    const stored = decodeTemplate(message, length);
    if (stored.network !== network) {
      throw new ProtocolError('image-template-refused', { details: { field: 'network' } });
    }
    const sum = ckks.parseCiphertext(context, stored.ciphertext, embeddingLevel);
    return { frames: stored.frames, squaredNorm: stored.squaredNorm, sum };
  } catch (cause) {
    throw new ProtocolError('image-template-refused', { cause });
  }
}

function requireNorm({ low, high }: Network['norm'], squared: number): void {
  if (!(squared >= low && squared <= high)) throw new ProtocolError('image-norm-refused');
}
