import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../src/sdk/store/database.ts';
import {
  activateDevice,
  forgetDevice,
  knownAccounts,
  readDevice,
  saveEnrolment,
} from '../src/sdk/store/devices.ts';
import { prfSalt, unwrapRoot } from '../src/sdk/store/unlock.ts';
import { dropUpload, nextUpload, pendingCount } from '../src/sdk/store/uploads.ts';
import { codeOf, enrolment, freshDatabase, saved } from './support/store.ts';

let db: Database;
beforeEach(async () => {
  db = await freshDatabase();
});

describe('the device store', () => {
  it('offers active enrolments, newest first, without their keys', async () => {
    await saved(db, await enrolment({ displayName: 'Ada', createdAt: 1 }));
    await saved(db, await enrolment({ displayName: 'Bob', createdAt: 2 }));
    await saved(db, await enrolment({ displayName: 'Eve', createdAt: 3, state: 'pending' }));
    const known = await knownAccounts(db);
    expect(known.map(({ displayName }) => displayName)).toEqual(['Bob', 'Ada']);
    for (const account of known) {
      expect(Object.keys(account)).not.toEqual(expect.arrayContaining(['deviceKey']));
      expect(account).not.toHaveProperty('wrapKey');
      expect(account).not.toHaveProperty('rootSecret');
    }
  });

  it('keeps the old enrolment usable until the new one is active, then removes it whole', async () => {
    const old = await saved(db, await enrolment({ accountId: 'a' }, { uploads: [8, 9] }));
    const young = await saved(db, await enrolment({ accountId: 'a', state: 'pending' }, { uploads: [8] }));
    expect((await knownAccounts(db)).map(({ deviceId }) => deviceId)).toEqual([old.device.deviceId]);

    await activateDevice(db, young.device.deviceId);
    expect((await knownAccounts(db)).map(({ deviceId }) => deviceId)).toEqual([young.device.deviceId]);
    expect(await db.getAll('generations')).toHaveLength(1);
    expect(await pendingCount(db, old.device.ceremonyId)).toBe(0);
    expect(await pendingCount(db, young.device.ceremonyId)).toBe(1);
  });

  it('leaves the enrolments of other accounts alone', async () => {
    await saved(db, await enrolment({ accountId: 'a' }));
    const other = await saved(db, await enrolment({ accountId: 'b', state: 'pending' }));
    await activateDevice(db, other.device.deviceId);
    expect(await knownAccounts(db)).toHaveLength(2);
  });

  it('forgets everything of one enrolment', async () => {
    const { device } = await saved(db, await enrolment({}, { uploads: [8, 9] }));
    await forgetDevice(db, device.deviceId);
    for (const store of ['devices', 'generations', 'uploads'] as const) expect(await db.count(store)).toBe(0);
    expect(await codeOf(readDevice(db, device.deviceId))).toBe('storage-lost');
  });

  it('asks for strict durability whenever keys are written', async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    const { device } = await saved(db, await enrolment({ state: 'pending' }));
    await activateDevice(db, device.deviceId);
    const writes = transaction.mock.calls.filter(([, mode]) => mode === 'readwrite');
    expect(writes.length).toBeGreaterThanOrEqual(2);
    for (const [, , options] of writes) expect(options).toEqual({ durability: 'strict' });
    transaction.mockRestore();
  });

  it('hands waiting tickets out in order and drops them one by one', async () => {
    const { device } = await saved(db, await enrolment({}, { uploads: [10, 9, 95] }));
    const order: number[] = [];
    for (
      let next = await nextUpload(db, device.ceremonyId);
      next;
      next = await nextUpload(db, device.ceremonyId)
    ) {
      order.push(next.index);
      await dropUpload(db, next);
    }
    expect(order).toEqual([9, 10, 95]);
  });

  it('writes all of an enrolment or nothing', async () => {
    const material = await enrolment();
    const broken = { ...material, generations: [{ deviceId: 'x' } as never] };
    await expect(saveEnrolment(db, broken)).rejects.toThrow();
    expect(await db.count('devices')).toBe(0);
  });
});

describe('the root secret', () => {
  const root = new Uint8Array(32).fill(7);
  const answer = () => new Uint8Array(32).fill(9);

  it('quick: opens with the key in the store, which gives its bytes to nobody', async () => {
    const { device } = await saved(db, await enrolment());
    const stored = await readDevice(db, device.deviceId);
    expect(await unwrapRoot(stored, undefined)).toEqual(root);
    expect(stored.wrapKey?.extractable).toBe(false);
    expect(stored.deviceKey.extractable).toBe(false);
  });

  it('verified: opens with the answer of the passkey, and the store holds no key that would', async () => {
    const { device } = await saved(db, await enrolment({}, { prf: answer() }));
    const stored = await readDevice(db, device.deviceId);
    expect(stored.profile).toBe('verified');
    expect(stored.wrapKey).toBeUndefined();
    expect(await unwrapRoot(stored, answer())).toEqual(root);
  });

  it.each([
    ['no answer', undefined],
    ['the answer of another passkey', new Uint8Array(32).fill(8)],
  ])('verified: %s opens nothing', async (_name, prf) => {
    const { device } = await enrolment({}, { prf: answer() });
    expect(await codeOf(unwrapRoot(device, prf))).toBe('passkey-no-prf');
  });

  it('does not open in the record of another device', async () => {
    const { device } = await enrolment();
    expect(await codeOf(unwrapRoot({ ...device, deviceId: 'other' }, undefined))).toBe('storage-lost');
  });

  it('is asked for under a salt that differs between accounts', async () => {
    expect(await prfSalt('a')).toHaveLength(32);
    expect(await prfSalt('a')).not.toEqual(await prfSalt('b'));
  });
});
