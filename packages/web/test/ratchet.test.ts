import {
  advance,
  allowSignIn,
  decodeGenerationState,
  deriveStorageKey,
  encodeGenerationState,
} from '@blindsight/protocol/client';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../src/sdk/store/database.ts';
import { commitAdvance, openGeneration, sealGeneration } from '../src/sdk/store/ratchet.ts';
import type { DeviceRecord } from '../src/sdk/store/schema.ts';
import { codeOf, enrolment, freshDatabase, saved } from './support/store.ts';

let db: Database;
let device: DeviceRecord;
let storageKey: CryptoKey;
beforeEach(async () => {
  db = await freshDatabase();
  device = (await saved(db, await enrolment())).device;
  storageKey = await deriveStorageKey(new Uint8Array(32).fill(7));
});

/** Reads the stored generation and prepares the next one, without writing. */
async function prepare(index: number) {
  const { record, state } = await openGeneration(db, device, 'ordinary', storageKey);
  const advanced = advance(decodeGenerationState(state), index).state;
  const place = {
    ticketClass: 'ordinary',
    generationId: advanced.generationId,
    version: record.version + 1,
  } as const;
  return { record, next: await sealGeneration(device, place, encodeGenerationState(advanced), storageKey) };
}
const nextIndex = async () =>
  decodeGenerationState((await openGeneration(db, device, 'ordinary', storageKey)).state).nextIndex;
const count = (now: number) => (history: DeviceRecord['history']) => allowSignIn(history, now);

describe('the ratchet step', () => {
  it('advances state and history together', async () => {
    const { record, next } = await prepare(0);
    await commitAdvance(db, device, record, next, count(5_000));
    expect(await nextIndex()).toBe(1);
    expect((await db.get('devices', device.deviceId))?.history.signIns).toEqual([5_000]);
  });

  it('of ten that read the same state, exactly one writes; the others hear of another tab', async () => {
    const prepared = await Promise.all(Array.from({ length: 10 }, () => prepare(0)));
    const codes = await Promise.all(
      prepared.map(({ record, next }) => codeOf(commitAdvance(db, device, record, next, count(1)))),
    );
    expect(codes.filter((code) => code === 'nothing was thrown')).toHaveLength(1);
    expect(codes.filter((code) => code === 'other-tab')).toHaveLength(9);
    expect((await db.get('devices', device.deviceId))?.history.signIns).toEqual([1]);
  });

  it('cannot go back: an old state is refused after a newer one was written', async () => {
    const old = await prepare(0);
    const { record, next } = await prepare(4);
    await commitAdvance(db, device, record, next, count(1));
    expect(await codeOf(commitAdvance(db, device, old.record, old.next, count(2)))).toBe('other-tab');
    expect(await nextIndex()).toBe(5);
  });

  it('writes nothing when the daily limit is reached', async () => {
    await db.put('devices', { ...device, history: { signIns: new Array(50).fill(1_000), lastRenewal: 0 } });
    const { record, next } = await prepare(0);
    expect(await codeOf(commitAdvance(db, device, record, next, count(2_000)))).toBe('limit-reached');
    expect(await nextIndex()).toBe(0);
  });

  it('notices that the store was emptied meanwhile', async () => {
    const { record, next } = await prepare(0);
    await db.clear('generations');
    expect(await codeOf(commitAdvance(db, device, record, next, count(1)))).toBe('storage-lost');
  });

  it('does not open the generation of another class, device or key', async () => {
    const { record } = await openGeneration(db, device, 'ordinary', storageKey);
    await db.put('generations', { ...record, ticketClass: 'root' });
    expect(await codeOf(openGeneration(db, device, 'root', storageKey))).toBe('storage-lost');
    const foreign = await deriveStorageKey(new Uint8Array(32).fill(8));
    expect(await codeOf(openGeneration(db, device, 'ordinary', foreign))).toBe('storage-lost');
  });
});
