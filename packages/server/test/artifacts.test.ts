import { describe, expect, it } from 'vitest';
import { storages } from './support/storages.ts';

describe.each(Object.entries(storages))('artifacts: %s', (_name, open) => {
  it('returns a payload as it was put, by id, uid and user code of its model', async () => {
    const { artifacts } = open();
    const payload = { uid: 'u', userCode: 'c', grantId: 'g', nested: { list: [1, 'two', null] } };
    await artifacts.upsert('Session', 'i', payload, 60, 0);
    expect(await artifacts.find('Session', 'i', 1)).toEqual(payload);
    expect(await artifacts.findByUid('Session', 'u', 1)).toEqual(payload);
    expect(await artifacts.findByUserCode('Session', 'c', 1)).toEqual(payload);
    expect(await artifacts.find('Grant', 'i', 1)).toBeUndefined();
    expect(await artifacts.findByUid('Grant', 'u', 1)).toBeUndefined();
  });

  it.each([
    [59_999, true],
    [60_000, false],
  ])('living 60 s, asked for at %i ms, is found: %s', async (now, found) => {
    const { artifacts } = open();
    await artifacts.upsert('Grant', 'i', {}, 60, 0);
    expect((await artifacts.find('Grant', 'i', now)) !== undefined).toBe(found);
    expect(await artifacts.consume('Grant', 'i', now)).toBe(found);
  });

  it('does not expire without a lifetime', async () => {
    const { artifacts } = open();
    await artifacts.upsert('Client', 'i', {}, undefined, 0);
    expect(await artifacts.sweep(10 ** 15)).toBe(0);
    expect(await artifacts.find('Client', 'i', 10 ** 15)).toEqual({});
  });

  it('is consumed by one of ten, and says so afterwards', async () => {
    const { artifacts } = open();
    await artifacts.upsert('AuthorizationCode', 'i', { a: 1 }, 60, 0);
    const results = await Promise.all(
      Array.from({ length: 10 }, () => artifacts.consume('AuthorizationCode', 'i', 5_999)),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await artifacts.find('AuthorizationCode', 'i', 6_000)).toEqual({ a: 1, consumed: 5 });
  });

  it('stays consumed when it is written again', async () => {
    const { artifacts } = open();
    await artifacts.upsert('RefreshToken', 'i', {}, 60, 0);
    await artifacts.consume('RefreshToken', 'i', 1_000);
    await artifacts.upsert('RefreshToken', 'i', { b: 2 }, 60, 0);
    expect(await artifacts.consume('RefreshToken', 'i', 2_000)).toBe(false);
    expect(await artifacts.find('RefreshToken', 'i', 2_000)).toEqual({ b: 2, consumed: 1 });
  });

  it('falls with its grant, whatever its model', async () => {
    const { artifacts } = open();
    await artifacts.upsert('AccessToken', 'a', { grantId: 'g' }, 60, 0);
    await artifacts.upsert('RefreshToken', 'r', { grantId: 'g' }, 60, 0);
    await artifacts.upsert('RefreshToken', 'other', { grantId: 'h' }, 60, 0);
    await artifacts.revokeByGrantId('g');
    expect(await artifacts.find('AccessToken', 'a', 1)).toBeUndefined();
    expect(await artifacts.find('RefreshToken', 'r', 1)).toBeUndefined();
    expect(await artifacts.find('RefreshToken', 'other', 1)).toBeDefined();
  });

  it('is swept once it expired, and destroyed when told', async () => {
    const { artifacts } = open();
    await artifacts.upsert('Grant', 'old', {}, 1, 0);
    await artifacts.upsert('Grant', 'new', {}, 10, 0);
    expect(await artifacts.sweep(1_000)).toBe(1);
    await artifacts.destroy('Grant', 'new');
    expect(await artifacts.find('Grant', 'new', 1_000)).toBeUndefined();
  });
});
