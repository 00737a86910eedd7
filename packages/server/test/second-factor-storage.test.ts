/** What every store must keep of recovery codes. */
import { describe, expect, it } from 'vitest';
import type { CodeSet } from '../src/ports/second-factors.ts';
import { event, givenAccount, hashOf, passkey } from './support/rows.ts';
import { storages } from './support/storages.ts';

const rule = { failuresToLock: 5, firstLockMs: 60_000, maxLockMs: 3_600_000 };
const hash = (name: string) => hashOf(new TextEncoder().encode(name));
const set = (over: Partial<CodeSet> = {}): CodeSet => ({
  salt: new Uint8Array(16).fill(1),
  hashes: [hash('a'), hash('b')],
  madeAt: 7,
  ...over,
});

describe.each(Object.entries(storages))('second factors: %s', (_name, open) => {
  const given = async () => {
    const storage = open();
    const { id } = await givenAccount(storage);
    await storage.secondFactors.replace(id, set(), event('recovery-codes-made'));
    const spend = (name: string) => storage.secondFactors.spend(id, hash(name), event('recovery-code-used'));
    const tryAt = (now: number) => storage.secondFactors.tryCode(id, rule, now);
    return { storage, id, spend, tryAt, factors: storage.secondFactors };
  };

  it('knows of none before there are any, and counts guesses all the same', async () => {
    const storage = open();
    const { id } = await givenAccount(storage);
    expect(await storage.secondFactors.codes(id)).toEqual({ left: 0 });
    expect(await storage.secondFactors.tryCode(id, rule, 0)).toMatchObject({ codes: { hashes: [] } });
    for (let i = 0; i < 4; i++) await storage.secondFactors.tryCode(id, rule, 0);
    expect(await storage.secondFactors.tryCode(id, rule, 0)).toEqual({ allowed: false, retryAt: 60_000 });
  });

  it('hands out the set as it was put', async () => {
    const { factors, id, tryAt } = await given();
    expect(await factors.codes(id)).toEqual({ left: 2, madeAt: 7 });
    const tried = await tryAt(0);
    expect(tried).toMatchObject({ allowed: true, codes: { salt: set().salt } });
    expect(tried.allowed && [...tried.codes.hashes].sort()).toEqual([hash('a'), hash('b')].sort());
  });

  it('uses a code once, however many race', async () => {
    const { spend, factors, id } = await given();
    const spent = await Promise.all(Array.from({ length: 10 }, () => spend('a')));
    expect(spent.filter(Boolean)).toHaveLength(1);
    expect(await factors.codes(id)).toMatchObject({ left: 1 });
    expect(await spend('c')).toBe(false);
  });

  it('puts a new set in the place of the old one', async () => {
    const { spend, factors, id } = await given();
    await factors.replace(id, set({ hashes: [hash('c')], madeAt: 9 }), event('recovery-codes-made'));
    expect(await factors.codes(id)).toEqual({ left: 1, madeAt: 9 });
    expect([await spend('a'), await spend('c')]).toEqual([false, true]);
  });

  it('lets five guesses be looked at, however many race, and locks for growing periods', async () => {
    const { tryAt } = await given();
    const tried = await Promise.all(Array.from({ length: 10 }, () => tryAt(0)));
    expect(tried.filter((one) => one.allowed)).toHaveLength(5);
    expect(await tryAt(59_999)).toEqual({ allowed: false, retryAt: 60_000 });
    expect(await tryAt(60_000)).toMatchObject({ allowed: true });
    expect(await tryAt(60_001)).toEqual({ allowed: false, retryAt: 180_000 });
  });

  it('forgets the guesses with a success, also the lock the last of them began', async () => {
    const { tryAt, spend } = await given();
    for (let i = 0; i < 5; i++) await tryAt(0);
    expect(await spend('a')).toBe(true);
    for (let i = 0; i < 5; i++) expect(await tryAt(1)).toMatchObject({ allowed: true });
    expect(await tryAt(1)).toMatchObject({ allowed: false });
  });

  it('keeps accounts apart', async () => {
    const { storage, spend } = await given();
    const other = await givenAccount(storage);
    expect(await storage.secondFactors.spend(other.id, hash('a'), event('recovery-code-used'))).toBe(false);
    expect(await spend('a')).toBe(true);
  });

  it('adds a passkey to an account, but none that is there', async () => {
    const { storage, id } = await given();
    const added = passkey(id);
    expect(await storage.accounts.addPasskey(added, event('passkey-added'))).toBe(true);
    expect(await storage.accounts.addPasskey(added, event('passkey-added'))).toBe(false);
    expect((await storage.accounts.passkeys(id)).map((one) => one.id)).toContain(added.id);
  });
});
