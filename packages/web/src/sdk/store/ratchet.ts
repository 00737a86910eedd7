/**
 * The durable ratchet step: read a generation, advance it, write it back, before anything is sent.
 * @module
 */
import type { DeviceHistory } from '@blindsight/protocol/client';
import type { TicketClass } from '@blindsight/protocol/wire';
import { WebError } from '../errors.ts';
import { atomically, type Database, durable } from './database.ts';
import type { DeviceRecord, GenerationRecord } from './schema.ts';
import { open, seal } from './seal.ts';
import { stateLabel } from './unlock.ts';

/** A generation in clear; bytes are the protocol's canonical state. */
export interface OpenGeneration {
  readonly record: GenerationRecord;
  readonly state: Uint8Array;
}

/** @throws {WebError} `storage-lost` when the generation is gone or does not open. */
export async function openGeneration(
  db: Database,
  device: DeviceRecord,
  ticketClass: TicketClass,
  storageKey: CryptoKey,
): Promise<OpenGeneration> {
  const record = await db.get('generations', [device.deviceId, ticketClass]);
  if (!record) throw new WebError('storage-lost');
  const label = stateLabel(device, ticketClass, record.generationId);
  return { record, state: await open(storageKey, label, record.state) };
}

/** Seals a generation for storage. `version` 0 is the enrolment's. */
export async function sealGeneration(
  owner: { readonly accountId: string; readonly deviceId: string },
  generation: { readonly ticketClass: TicketClass; readonly generationId: string; readonly version: number },
  state: Uint8Array,
  storageKey: CryptoKey,
): Promise<GenerationRecord> {
  const label = stateLabel(owner, generation.ticketClass, generation.generationId);
  return { deviceId: owner.deviceId, ...generation, state: await seal(storageKey, label, state) };
}

/**
 * Writes the advanced state and counts one sign-in, in one strict transaction. The version is compared inside
 * it: of two tabs that read the same state one succeeds, whatever happened to the lock they should have held.
 *
 * @param count the history with this sign-in added; what it throws (the daily limit) leaves nothing written.
 * @throws {WebError} `other-tab`, `storage-lost`
 */
export async function commitAdvance(
  db: Database,
  device: DeviceRecord,
  before: GenerationRecord,
  advanced: GenerationRecord,
  count: (history: DeviceHistory) => DeviceHistory,
): Promise<void> {
  const tx = db.transaction(['devices', 'generations'], 'readwrite', durable);
  await atomically(tx, async () => {
    const current = await tx.objectStore('generations').get([before.deviceId, before.ticketClass]);
    const owner = await tx.objectStore('devices').get(device.deviceId);
    if (!current || !owner) throw new WebError('storage-lost');
    if (current.version !== before.version) throw new WebError('other-tab');
    await Promise.all([
      tx.objectStore('devices').put({ ...owner, history: count(owner.history) }),
      tx.objectStore('generations').put(advanced),
    ]);
  });
}
