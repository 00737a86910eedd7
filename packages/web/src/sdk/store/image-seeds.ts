/**
 * The seed behind a device's keys for the encrypted-image check: 32 bytes from which secret key and evaluation keys are
 * made anew whenever they are needed.
 * @module
 */
import { WebError } from '../errors.ts';
import { atomically, type Database, durable } from './database.ts';
import type { DeviceRecord, ImageSeedRecord } from './schema.ts';
import { open, seal } from './seal.ts';
import { imageSeedLabel } from './unlock.ts';

/** A device whose secrets can be read and written. */
export interface SeedOwner {
  readonly db: Database;
  readonly device: Pick<DeviceRecord, 'accountId' | 'deviceId'>;
  readonly storageKey: CryptoKey;
}

/** The seed in use, for a comparison. @throws {WebError} `storage-lost` when there is none for this set. */
export async function readImageSeed({ db, device, storageKey }: SeedOwner, set: string): Promise<Uint8Array> {
  const record = await db.get('imageSeeds', device.deviceId);
  if (record?.set !== set) throw new WebError('storage-lost');
  return open(storageKey, imageSeedLabel(device, set), record.seed);
}

/**
 * The seed to set the check up with: that of an attempt which broke off, so that what was sent counts, or a new one,
 * which is on the disk when this resolves.
 * @param draw 32 fresh secret bytes. @param now ms since the Unix epoch
 */
export async function pendingImageSeed(
  owner: SeedOwner,
  set: string,
  draw: () => Uint8Array,
  now: number,
): Promise<Uint8Array> {
  const { db, device, storageKey } = owner;
  const before = await db.get('imageSeeds', device.deviceId);
  if (before?.state === 'pending' && before.set === set) return readImageSeed(owner, set);
  const seed = draw();
  const sealed = await seal(storageKey, imageSeedLabel(device, set), seed);
  await put(db, { deviceId: device.deviceId, set, state: 'pending', seed: sealed, createdAt: now });
  return seed;
}

/** The server has keys and template. @throws {WebError} `storage-lost` when the device is gone meanwhile. */
export async function activateImageSeed(db: Database, deviceId: string): Promise<void> {
  const record = await db.get('imageSeeds', deviceId);
  if (!record) throw new WebError('storage-lost');
  await put(db, { ...record, state: 'active' });
}

/** Not for a device that was forgotten meanwhile: nothing may stay behind that no erasure finds. */
async function put(db: Database, record: ImageSeedRecord): Promise<void> {
  const tx = db.transaction(['devices', 'imageSeeds'], 'readwrite', durable);
  await atomically(tx, async () => {
    if (!(await tx.objectStore('devices').get(record.deviceId))) throw new WebError('storage-lost');
    await tx.objectStore('imageSeeds').put(record);
  });
}
