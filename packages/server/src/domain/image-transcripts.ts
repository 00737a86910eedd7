/**
 * What an auditor gets of a comparison after it has ended: enough to compute the masked answer again, and nothing that
 * opens one.
 * @module
 */
import { image } from '@blindsight/protocol/server';
import { concatBytes, equalBytes } from '@blindsight/protocol/wire';
import type { Policy } from '../config.ts';
import { ServerError } from '../errors.ts';
import type { Vault } from '../keys/vault.ts';
import { underWay } from '../ports/image-checks.ts';
import type { Storage } from '../ports/storage.ts';
import { bodyPlace, chunkPlace } from './image-places.ts';

export interface TranscriptDeps {
  readonly storage: Pick<Storage, 'imageChecks' | 'imageKeys' | 'devices' | 'audit'>;
  readonly vault: Vault;
  readonly policy: Pick<Policy, 'imageTranscriptMs'>;
  readonly clock: () => number;
}

/**
 * @returns as `image.encodeEvaluationRecord` has it.
 * @throws {ServerError} `ceremony-not-found` for what was no comparison, or is forgotten; `evaluation-running` while its
 * seed is still a secret; `image-keys-refused` when the device has other keys by now.
 */
export async function exportTranscript(
  { storage, vault, policy, clock }: TranscriptDeps,
  id: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const { imageChecks, imageKeys, devices, audit } = storage;
  const check = await imageChecks.find(id);
  if (check?.kind !== 'verify') throw new ServerError('ceremony-not-found');
  if (underWay(check)) throw new ServerError('evaluation-running');
  const { images, seed, template } = await imageChecks.bodies(id);
  const { deviceId, accountId, keysHash, messageHash, commitment, endedAt = 0, set, network } = check;
  const dataKey = await devices.dataKey(deviceId);
  const kept = endedAt + policy.imageTranscriptMs > clock();
  const [picture] = images;
  if (!kept || !dataKey || !picture || !seed || !template || !messageHash || !commitment)
    throw new ServerError('ceremony-not-found');
  const keySet = await imageKeys.find(deviceId);
  if (!keySet || !keysHash || !equalBytes(keySet.hash, keysHash)) throw new ServerError('image-keys-refused');
  const chunks = await imageKeys.bodies(deviceId, keysHash);
  const keys = chunks.map((body, index) => vault.open(dataKey, chunkPlace(deviceId, keysHash, index), body));
  const open = (part: string, body: Uint8Array) => vault.open(dataKey, bodyPlace(check, part), body);
  const record = image.encodeEvaluationRecord({
    ...{ set, network, messageHash, commitment, manifest: keySet.manifest },
    seed: await open('seed', seed),
    keys: concatBytes(...(await Promise.all(keys))),
    image: await open('image/0', picture),
    template: await open('template', template),
  });
  const at = clock();
  await audit.append({ at, kind: 'image-transcript-exported', accountId, deviceId, ceremonyId: id });
  return record;
}
