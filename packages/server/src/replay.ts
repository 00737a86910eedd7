/**
 * Computes an evaluation again from its record: on any machine, on any number of threads, without a secret.
 * @module
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { image } from '@blindsight/protocol/server';
import { equalBytes, sha256 } from '@blindsight/protocol/wire';
import { ServerError } from './errors.ts';
import { networkOf } from './image-network.ts';
import { silentLogger } from './ports/logger.ts';
import { imageGroup } from './workers/image-group.ts';

export interface ReplayReport {
  readonly network: string;
  readonly set: string;
  /** What agrees with the record. All of them, or the server did not do what it says. */
  readonly keys: boolean;
  readonly commitment: boolean;
  readonly message: boolean;
}

/**
 * @param weightsDirectory holds a folder for each network; the one of the record is found by its hash.
 * @throws {ServerError} `malformed-message` for what is no record; `image-network-refused` when the network is not there.
 */
export async function replayEvaluation(
  bytes: Uint8Array,
  { weightsDirectory, threads }: { readonly weightsDirectory: string; readonly threads: number },
): Promise<ReplayReport> {
  const record = readRecord(bytes);
  const { network, set, seed, template } = record;
  const described = { network, set, keys: keysAgree(record), commitment: committed(record) };
  const evaluator = imageGroup({
    network: networkOf(set, ...weightsWith(weightsDirectory, network)),
    threads,
    logger: silentLogger,
    clock: Date.now,
  });
  try {
    const { message } = await evaluator.evaluate(
      {
        ...{ device: 'replay', keySet: network, image: copy(record.image) },
        keys: async () => copy(record.keys),
        mask: { kind: 'verify', template: copy(template), seed: copy(seed) },
      },
      { timeoutMs: replayMs, deadline: Date.now() + replayMs },
    );
    const same = message !== undefined && equalBytes(sha256(message), record.messageHash);
    const commitment = described.commitment && message !== undefined && sameCommitment(message, record);
    return { ...described, commitment, message: same };
  } catch (error) {
    // what does not even parse is not what a server has evaluated
    if (!(error instanceof ServerError) || !faults.has(error.code)) throw error;
    return { ...described, message: false };
  } finally {
    await evaluator.close();
  }
}

const replayMs = 10 * 60_000;
const faults = new Set(['image-keys-refused', 'image-refused', 'internal']);

function readRecord(bytes: Uint8Array): image.EvaluationRecord {
  try {
    return image.decodeEvaluationRecord(bytes);
  } catch (cause) {
    throw new ServerError('malformed-message', { cause });
  }
}

/** Whether the keys are the ones that the device announced. */
function keysAgree({ manifest, keys }: image.EvaluationRecord): boolean {
  try {
    image.joinKeys(image.decodeKeyManifest(manifest), image.sliceKeys(keys));
    return true;
  } catch {
    return false;
  }
}

const committed = ({ seed, commitment }: image.EvaluationRecord) => equalBytes(sha256(seed), commitment);
const sameCommitment = (message: Uint8Array, { commitment }: image.EvaluationRecord) =>
  equalBytes(image.maskedCommitment(message), commitment);

/** Manifest and weights of the network with this hash. */
function weightsWith(directory: string, hash: string): [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>] {
  for (const name of readdirSync(directory)) {
    try {
      const manifest = new Uint8Array(readFileSync(join(directory, name, 'manifest.json')));
      if (createHash('sha256').update(manifest).digest('hex') !== hash) continue;
      return [manifest, new Uint8Array(readFileSync(join(directory, name, 'weights.bin')))];
    } catch {
      // no network, or not a whole one
    }
  }
  throw new ServerError('image-network-refused', { details: { network: hash } });
}

const copy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
