/**
 * Tickets that wait to be sent, sealed to a key only the server holds.
 * @module
 */
import { type Database, durable } from './database.ts';
import { startingWith } from './devices.ts';
import type { UploadRecord } from './schema.ts';

export function pendingCount(db: Database, ceremonyId: string): Promise<number> {
  return db.count('uploads', startingWith(ceremonyId));
}

/** In order of class and index, so that the tickets used first arrive first. */
export async function nextUpload(db: Database, ceremonyId: string): Promise<UploadRecord | undefined> {
  const cursor = await db.transaction('uploads').store.openCursor(startingWith(ceremonyId));
  return cursor?.value;
}

/** Called after the server has confirmed the ticket. */
export async function dropUpload(db: Database, upload: UploadRecord): Promise<void> {
  const tx = db.transaction('uploads', 'readwrite', durable);
  await Promise.all([tx.store.delete([upload.ceremonyId, upload.ticketClass, upload.index]), tx.done]);
}

/** The server takes no more of this ceremony: what waits is of no use to anybody. */
export async function dropUploads(db: Database, ceremonyId: string): Promise<void> {
  const tx = db.transaction('uploads', 'readwrite', durable);
  await Promise.all([tx.store.delete(startingWith(ceremonyId)), tx.done]);
}
