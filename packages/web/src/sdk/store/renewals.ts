/**
 * A renewal between its tickets and the server's word that it is finished: the new ordinary generation waits beside
 * the old one, which stays usable.
 * @module
 */
import { WebError } from '../errors.ts';
import { atomically, type Database, durable } from './database.ts';
import { startingWith } from './devices.ts';
import type { RenewalRecord, UploadRecord } from './schema.ts';

const stores = ['devices', 'generations', 'renewals', 'uploads'] as const;

export function pendingRenewals(db: Database): Promise<RenewalRecord[]> {
  return db.getAll('renewals');
}

/** One strict transaction; an unfinished renewal of the same device gives way. */
export async function saveRenewal(
  db: Database,
  renewal: RenewalRecord,
  uploads: readonly UploadRecord[],
): Promise<void> {
  const tx = db.transaction(stores, 'readwrite', durable);
  await atomically(tx, async () => {
    const before = await tx.objectStore('renewals').get(renewal.deviceId);
    if (before) await tx.objectStore('uploads').delete(startingWith(before.ceremonyId));
    await tx.objectStore('renewals').put(renewal);
    for (const upload of uploads) await tx.objectStore('uploads').put(upload);
  });
}

/**
 * The server has finished: the new generation takes the place of the old one, whose keys and waiting tickets go.
 * Asked again it changes nothing.
 * @throws {WebError} `storage-lost` when the device is gone meanwhile.
 */
export async function activateRenewal(db: Database, { deviceId, ceremonyId }: Renewal): Promise<void> {
  const tx = db.transaction(stores, 'readwrite', durable);
  await atomically(tx, async () => {
    const renewal = await tx.objectStore('renewals').get(deviceId);
    if (renewal?.ceremonyId !== ceremonyId) return;
    const device = await tx.objectStore('devices').get(deviceId);
    if (!device) throw new WebError('storage-lost');
    const old = await tx.objectStore('generations').get([deviceId, 'ordinary']);
    // The version goes on: a tab that still holds the old state cannot write it over the new one.
    const version = (old?.version ?? -1) + 1;
    await Promise.all([
      tx.objectStore('generations').put({ ...renewal.generation, version }),
      tx.objectStore('uploads').delete(startingWith(device.ceremonyId)),
      tx.objectStore('devices').put({ ...device, ceremonyId, waiting: renewal.waiting }),
      tx.objectStore('renewals').delete(deviceId),
    ]);
  });
}

/** It did not get there: its keys and tickets go, the old generation stays. */
export async function forgetRenewal(db: Database, { deviceId, ceremonyId }: Renewal): Promise<void> {
  const tx = db.transaction(stores, 'readwrite', durable);
  await atomically(tx, async () => {
    const renewal = await tx.objectStore('renewals').get(deviceId);
    if (renewal?.ceremonyId !== ceremonyId) return;
    await Promise.all([
      tx.objectStore('renewals').delete(deviceId),
      tx.objectStore('uploads').delete(startingWith(ceremonyId)),
    ]);
  });
}

type Renewal = Pick<RenewalRecord, 'deviceId' | 'ceremonyId'>;
