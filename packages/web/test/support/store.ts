/** A fresh in-memory IndexedDB, and an enrolment in it that tests can vary. */
import { deriveStorageKey, drawGeneration, encodeGenerationState } from '@blindsight/protocol/client';
import { newId, sealed1 } from '@blindsight/protocol/wire';
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { type Database, openDatabase } from '../../src/sdk/store/database.ts';
import { type EnrolledMaterial, saveEnrolment } from '../../src/sdk/store/devices.ts';
import { sealGeneration } from '../../src/sdk/store/ratchet.ts';
import type { DeviceRecord, UploadRecord } from '../../src/sdk/store/schema.ts';
import { wrapRoot } from '../../src/sdk/store/unlock.ts';

export async function freshDatabase(): Promise<Database> {
  globalThis.indexedDB = new IDBFactory();
  return openDatabase();
}

const root = () => new Uint8Array(32).fill(7);

/** An active device in the `quick` profile unless told otherwise, with one ordinary generation. */
export async function enrolment(
  over: Partial<DeviceRecord> = {},
  { prf, uploads = [] }: { prf?: Uint8Array; uploads?: readonly number[] } = {},
): Promise<EnrolledMaterial> {
  const owner = { accountId: over.accountId ?? newId(), deviceId: over.deviceId ?? newId() };
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ]);
  const device: DeviceRecord = {
    ...owner,
    ...(await wrapRoot(owner, root(), prf)),
    displayName: 'Ada',
    state: 'active',
    ceremonyId: newId(),
    createdAt: 1_000,
    deviceKey: pair.privateKey,
    consent: { version: '1', hash: 'h' },
    history: { signIns: [], lastRenewal: 0 },
    waiting: uploads.length,
    ...over,
  };
  const state = drawGeneration('ordinary', sealed1);
  const place = { ticketClass: 'ordinary', generationId: state.generationId, version: 0 } as const;
  const storageKey = await deriveStorageKey(root());
  return {
    device,
    generations: [await sealGeneration(owner, place, encodeGenerationState(state), storageKey)],
    uploads: uploads.map((index) => upload(device.ceremonyId, index)),
  };
}

export const upload = (ceremonyId: string, index: number): UploadRecord => ({
  ceremonyId,
  ticketClass: 'ordinary',
  index,
  body: new Uint8Array(64).fill(index),
});

export async function saved(db: Database, material: EnrolledMaterial): Promise<EnrolledMaterial> {
  await saveEnrolment(db, material);
  return material;
}

/** The code of the WebError that `work` ends with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'nothing was thrown';
}
