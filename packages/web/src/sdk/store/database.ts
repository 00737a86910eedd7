/**
 * Opens the store and translates what IndexedDB says when it cannot.
 * @module
 */
import { type IDBPDatabase, openDB } from 'idb';
import { WebError } from '../errors.ts';
import type { Schema } from './schema.ts';

export type Database = IDBPDatabase<Schema>;

const name = 'blindsight';
/** 2: renewals. 3: seeds of the image check. */
const version = 3;

/**
 * `strict` asks the browser to report a transaction as done only after the data reached the disk: the ratchet
 * step must survive a power cut, or a ticket could be used twice.
 */
export const durable = { durability: 'strict' } as const;

/** @throws {WebError} `storage-unavailable` in private modes and where storage is switched off. */
export async function openDatabase(): Promise<Database> {
  try {
    return await openDB<Schema>(name, version, {
      upgrade(db, from) {
        if (from < 1) {
          db.createObjectStore('devices', { keyPath: 'deviceId' });
          db.createObjectStore('generations', { keyPath: ['deviceId', 'ticketClass'] });
          db.createObjectStore('uploads', { keyPath: ['ceremonyId', 'ticketClass', 'index'] });
        }
        if (from < 2) db.createObjectStore('renewals', { keyPath: 'deviceId' });
        db.createObjectStore('imageSeeds', { keyPath: 'deviceId' });
      },
      // A later version in another tab must be able to upgrade: this connection steps aside.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    });
  } catch (cause) {
    throw new WebError('storage-unavailable', { cause });
  }
}

/** Asks the browser not to evict this origin. Resolves to whether it agreed; nothing depends on it. */
export async function persistStorage(): Promise<boolean> {
  try {
    return (await navigator.storage?.persist?.()) ?? false;
  } catch {
    return false;
  }
}

interface Transaction {
  readonly done: Promise<void>;
  abort(): void;
}

/**
 * All of `work` or nothing: what throws inside aborts the transaction (IndexedDB alone would keep what was
 * written before). Resolves when the transaction is on the disk.
 */
export async function atomically<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    await tx.done;
    return result;
  } catch (error) {
    try {
      tx.abort();
    } catch {
      // It ended by itself; `error` says why.
    }
    await tx.done.catch(() => {});
    throw error;
  }
}
