/**
 * The enrolments this browser holds: one active per account, and the pending one that may replace it.
 * @module
 */
import type { IDBPTransaction } from 'idb';
import { WebError } from '../errors.ts';
import { atomically, type Database, durable } from './database.ts';
import type { DeviceRecord, GenerationRecord, Schema, UploadRecord } from './schema.ts';

/** What a page may show about an enrolled account. */
export type KnownAccount = Pick<
  DeviceRecord,
  | 'accountId'
  | 'displayName'
  | 'deviceId'
  | 'profile'
  | 'credentialId'
  | 'ceremonyId'
  | 'createdAt'
  | 'waiting'
>;

/** Enrolled accounts, newest first; unfinished enrolments are not listed. */
export async function knownAccounts(db: Database): Promise<KnownAccount[]> {
  return (await devicesIn(db, 'active'))
    .sort((a, b) => b.createdAt - a.createdAt)
    .map(({ deviceKey: _key, wrapKey: _wrap, rootSecret: _root, ...shown }) => shown);
}

/** @throws {WebError} `storage-lost` when the enrolment is not kept here (any more). */
export async function readDevice(db: Database, deviceId: string): Promise<DeviceRecord> {
  const device = await db.get('devices', deviceId);
  if (device?.state !== 'active') throw new WebError('storage-lost');
  return device;
}

export async function devicesIn(db: Database, state: DeviceRecord['state']): Promise<DeviceRecord[]> {
  return (await db.getAll('devices')).filter((device) => device.state === state);
}

/** Everything one enrolment leaves on the device. */
export interface EnrolledMaterial {
  readonly device: DeviceRecord;
  readonly generations: readonly GenerationRecord[];
  readonly uploads: readonly UploadRecord[];
}

/**
 * Keeps a new enrolment beside an older one of the same account, which stays usable until `activateDevice`.
 * One strict transaction: all of it is on the disk when this resolves, none of it if it rejects.
 */
export async function saveEnrolment(db: Database, material: EnrolledMaterial): Promise<void> {
  const tx = db.transaction(['devices', 'generations', 'uploads'], 'readwrite', durable);
  // One after the other: of several at once the others' failures would go unheard when one throws.
  await atomically(tx, async () => {
    await tx.objectStore('devices').put(material.device);
    for (const generation of material.generations) await tx.objectStore('generations').put(generation);
    for (const upload of material.uploads) await tx.objectStore('uploads').put(upload);
  });
}

/**
 * The server has the enrolment: it is offered at sign-in from now on, and what it replaces is removed.
 * @throws {WebError} `storage-lost` when the pending record is gone.
 */
export async function activateDevice(db: Database, deviceId: string): Promise<void> {
  const tx = db.transaction(stores, 'readwrite', durable);
  await atomically(tx, async () => {
    const all = await tx.objectStore('devices').getAll();
    const device = all.find((one) => one.deviceId === deviceId);
    if (!device) throw new WebError('storage-lost');
    const replaced = all.filter((one) => one.accountId === device.accountId && one !== device);
    await tx.objectStore('devices').put({ ...device, state: 'active' });
    for (const one of replaced) await removeAll(tx, one.deviceId);
  });
}

/** Removes keys, generations and waiting uploads: what they could open cannot be opened again. */
export async function forgetDevice(db: Database, deviceId: string): Promise<void> {
  const tx = db.transaction(stores, 'readwrite', durable);
  await atomically(tx, () => removeAll(tx, deviceId));
}

const stores = ['devices', 'generations', 'renewals', 'imageSeeds', 'uploads'] as const;

/** Everything of a device, a renewal under way included. */
async function removeAll(
  tx: IDBPTransaction<Schema, typeof stores, 'readwrite'>,
  deviceId: string,
): Promise<void> {
  const device = await tx.objectStore('devices').get(deviceId);
  const renewal = await tx.objectStore('renewals').get(deviceId);
  await Promise.all([
    tx.objectStore('devices').delete(deviceId),
    tx.objectStore('generations').delete(startingWith(deviceId)),
    tx.objectStore('renewals').delete(deviceId),
    tx.objectStore('imageSeeds').delete(deviceId),
    device && tx.objectStore('uploads').delete(startingWith(device.ceremonyId)),
    renewal && tx.objectStore('uploads').delete(startingWith(renewal.ceremonyId)),
  ]);
}

/** All array keys whose first part is this; an array sorts after every string and number (IndexedDB key order). */
export function startingWith(part: string): IDBKeyRange {
  return IDBKeyRange.bound([part], [part, []]);
}
