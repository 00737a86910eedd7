/** What every adapter keeps of the encrypted-image check: keys, templates and ceremonies. */
import { newId } from '@blindsight/protocol/wire';
import { describe, expect, it } from 'vitest';
import type { EvaluatedFrame, ImageCheck, MaskedExchange } from '../src/ports/image-checks.ts';
import type { Storage } from '../src/ports/storage.ts';
import { budgets, bytes, type Enrolled, event, givenEnrolled, hashOf } from './support/rows.ts';
import { storages } from './support/storages.ts';

const keySet = (deviceId: string, name = 'keys', chunks = 3) => ({
  deviceId,
  hash: hashOf(bytes(name)),
  manifest: bytes(name),
  chunks,
});

const check = ({ account, enrolment }: Enrolled, over: Partial<ImageCheck> = {}): ImageCheck => ({
  id: newId(),
  kind: 'enrol',
  state: 'open',
  accountId: account.id,
  deviceId: enrolment.deviceId,
  clientId: 'demo',
  proofId: newId(),
  ownerHash: 'owner',
  nonce: new Uint8Array(32).fill(8),
  createdAt: 100,
  expiresAt: 1_000,
  origin: 'http://localhost:4400',
  set: 'ringface-mini/1',
  network: 'ab'.repeat(32),
  frames: 2,
  evaluationsAllowed: 4,
  keysHash: keySet('').hash,
  imageHashes: [],
  ...over,
});
const verify = (enrolled: Enrolled, over: Partial<ImageCheck> = {}): ImageCheck =>
  check(enrolled, {
    kind: 'verify',
    frames: 1,
    login: { interactionUid: 'uid', amr: ['face', 'pop'], authTime: 90 },
    ...over,
  });

const frame = (index: number, over: Partial<EvaluatedFrame> = {}): EvaluatedFrame => ({
  index,
  imageHash: hashOf(bytes(`image ${index}`)),
  embedding: bytes(`embedding ${index}`),
  ...over,
});
const exchange = (over: Partial<MaskedExchange> = {}): MaskedExchange => ({
  messageHash: hashOf(bytes('message')),
  commitment: hashOf(bytes('seed')),
  message: bytes('message'),
  seed: bytes('seed'),
  ...over,
});
const begun = event('image-check-begun', 100);
const evaluated = event('image-evaluated', 110);
const kinds = async (storage: Storage) =>
  (await storage.audit.rows(1, 1000)).map((row) => row.event.kind).filter((kind) => /image|face/.test(kind));

/** A device with complete keys, and a check that has evaluated all of its pictures. */
async function givenMasked(storage: Storage, one: (enrolled: Enrolled) => ImageCheck) {
  const enrolled = await givenEnrolled(storage);
  const { deviceId } = enrolled.enrolment;
  const keys = keySet(deviceId, 'keys', 1);
  await storage.imageKeys.announce(keys, 50);
  await storage.imageKeys.put(deviceId, keys.hash, 0, bytes('chunk'), 50);
  const c = one(enrolled);
  await storage.imageChecks.begin(c, begun);
  for (let index = 0; index < c.frames; index++) {
    await storage.imageChecks.start(c.id, 105);
    const last = index === c.frames - 1;
    const image = c.kind === 'verify' ? { image: bytes('image') } : {};
    const more = c.kind === 'verify' ? { template: bytes('template') } : { sum: bytes('sum') };
    await storage.imageChecks.evaluated(
      c.id,
      frame(index, image),
      last ? exchange(more) : undefined,
      evaluated,
    );
  }
  return { enrolled, deviceId, keys, check: c };
}

describe.each(Object.entries(storages))('image keys: %s', (_name, open) => {
  it('come in chunks; the same key set again keeps what is there, another one takes its place', async () => {
    const storage = open();
    const { deviceId } = (await givenEnrolled(storage)).enrolment;
    const { imageKeys } = storage;
    const keys = keySet(deviceId);
    expect(await imageKeys.find(deviceId)).toBeUndefined();
    await imageKeys.announce(keys, 10);
    expect(await imageKeys.put(deviceId, keys.hash, 2, bytes('c'), 11)).toBe(true);
    expect(await imageKeys.put(deviceId, keys.hash, 0, bytes('a'), 11)).toBe(true);
    expect(await imageKeys.put(deviceId, keys.hash, 0, bytes('again'), 11)).toBe(true);
    await imageKeys.announce(keys, 12);
    expect(await imageKeys.find(deviceId)).toEqual({ ...keys, held: [0, 2] });
    expect(await imageKeys.bodies(deviceId, keys.hash)).toEqual([bytes('a'), bytes('c')]);

    expect(await imageKeys.put(deviceId, keys.hash, 3, bytes('beyond'), 13)).toBe(false);
    const other = keySet(deviceId, 'others', 1);
    expect(await imageKeys.put(deviceId, other.hash, 0, bytes('x'), 13)).toBe(false);
    await imageKeys.announce(other, 14);
    expect(await imageKeys.find(deviceId)).toEqual({ ...other, held: [] });
    expect(await imageKeys.put(deviceId, keys.hash, 1, bytes('late'), 15)).toBe(false);
    expect(await imageKeys.bodies(deviceId, keys.hash)).toEqual([]);
    await imageKeys.drop(deviceId, keys.hash);
    expect(await imageKeys.find(deviceId)).toBeDefined();
    await imageKeys.drop(deviceId, other.hash);
    expect(await imageKeys.find(deviceId)).toBeUndefined();
  });

  it('go when nobody touched them, unless a template or a check under way needs them', async () => {
    const storage = open();
    const { imageKeys, imageChecks } = storage;
    const idle = (await givenEnrolled(storage)).enrolment.deviceId;
    const waiting = await givenEnrolled(storage);
    const used = await givenMasked(storage, check);
    await imageChecks.conclude(used.check.id, 'accepted', { budgets, now: 120, template: bytes('t') });
    await imageKeys.announce(keySet(idle), 100);
    await imageKeys.announce(keySet(waiting.enrolment.deviceId), 100);
    await imageChecks.begin(check(waiting), begun);

    expect(await imageKeys.sweep(99)).toBe(0);
    expect(await imageKeys.sweep(100)).toBe(1);
    expect(await imageKeys.find(idle)).toBeUndefined();
    expect(await imageKeys.find(waiting.enrolment.deviceId)).toBeDefined();
    expect(await imageKeys.template(used.deviceId)).toBeDefined();
    // a touch keeps an upload that is on its way
    await imageChecks.sweep(1_000, 0);
    await imageKeys.announce(keySet(waiting.enrolment.deviceId), 1_000);
    expect(await imageKeys.sweep(999)).toBe(0);
    expect(await imageKeys.sweep(1_000)).toBe(1);
  });
});

describe.each(Object.entries(storages))('image checks: %s', (_name, open) => {
  it('begin once for a proof, and one at a time for a device', async () => {
    const storage = open();
    const enrolled = await givenEnrolled(storage);
    const { imageChecks } = storage;
    const first = verify(enrolled);
    expect(await imageChecks.begin(first, begun)).toBe(true);
    expect(await imageChecks.find(first.id)).toEqual(first);
    expect(await imageChecks.begin(verify(enrolled, { proofId: first.proofId }), begun)).toBe(false);
    const second = check(enrolled);
    expect(await imageChecks.begin(second, begun)).toBe(true);
    expect((await imageChecks.find(first.id))?.state).toBe('closed');
    expect(await imageChecks.underWay(enrolled.enrolment.deviceId)).toEqual([second]);
    // an ended check keeps its proof
    expect(await imageChecks.begin(verify(enrolled, { proofId: first.proofId }), begun)).toBe(false);
  });

  it('take the key set of an enrolment until a picture was evaluated under it', async () => {
    const storage = open();
    const enrolled = await givenEnrolled(storage);
    const { imageChecks } = storage;
    const { keysHash: _none, ...unnamed } = check(enrolled);
    await imageChecks.begin(unnamed, begun);
    const [one, two] = [hashOf(bytes('1')), hashOf(bytes('2'))];
    expect(await imageChecks.useKeys(unnamed.id, one)).toBe(true);
    expect(await imageChecks.useKeys(unnamed.id, two)).toBe(true);
    expect((await imageChecks.find(unnamed.id))?.keysHash).toEqual(two);
    await imageChecks.start(unnamed.id, 105);
    expect(await imageChecks.useKeys(unnamed.id, two)).toBe(false);
    await imageChecks.evaluated(unnamed.id, frame(0), undefined, evaluated);
    expect(await imageChecks.useKeys(unnamed.id, two)).toBe(true);
    expect(await imageChecks.useKeys(unnamed.id, one)).toBe(false);
    expect(await imageChecks.useKeys(newId(), one)).toBe(false);
  });

  it('are evaluated one picture after the other, and then masked', async () => {
    const storage = open();
    const { imageChecks } = storage;
    const enrolled = await givenEnrolled(storage);
    const c = check(enrolled);
    await imageChecks.begin(c, begun);
    expect(await imageChecks.evaluated(c.id, frame(0), undefined, evaluated)).toBe(false);
    const starts = await Promise.all([1, 2, 3].map(() => imageChecks.start(c.id, 105)));
    expect(starts.sort()).toEqual(['evaluation-running', 'evaluation-running', undefined]);
    expect(await imageChecks.evaluated(c.id, frame(0), undefined, evaluated)).toBe(true);
    expect(await imageChecks.find(c.id)).toMatchObject({ state: 'open', imageHashes: [frame(0).imageHash] });
    await imageChecks.start(c.id, 106);
    expect(await imageChecks.evaluated(c.id, frame(1), exchange({ sum: bytes('sum') }), evaluated)).toBe(
      true,
    );
    expect(await imageChecks.find(c.id)).toMatchObject({
      state: 'masked',
      messageHash: exchange().messageHash,
      commitment: exchange().commitment,
    });
    expect(await imageChecks.bodies(c.id)).toEqual({
      ...{ message: bytes('message'), seed: bytes('seed'), sum: bytes('sum') },
      embeddings: [bytes('embedding 0'), bytes('embedding 1')],
      images: [],
    });
    expect(await imageChecks.start(c.id, 107)).toBe('ceremony-closed');
  });

  it('are open again after an evaluation that came to nothing, so many times and until the deadline', async () => {
    const storage = open();
    const { imageChecks } = storage;
    const c = check(await givenEnrolled(storage), { evaluationsAllowed: 3 });
    await imageChecks.begin(c, begun);
    expect(await imageChecks.start(c.id, 1_000)).toBe('ceremony-expired');
    await imageChecks.start(c.id, 105);
    await imageChecks.release(c.id);
    expect((await imageChecks.find(c.id))?.state).toBe('open');
    await imageChecks.start(c.id, 105);
    // a restart
    expect(await imageChecks.interrupted()).toBe(1);
    expect(await imageChecks.interrupted()).toBe(0);
    await imageChecks.start(c.id, 105);
    await imageChecks.release(c.id);
    expect(await imageChecks.start(c.id, 105)).toBe('ceremony-closed');
    expect((await imageChecks.find(c.id))?.state).toBe('closed');
    await imageChecks.release(c.id);
    expect((await imageChecks.find(c.id))?.state).toBe('closed');
  });

  it('put the template of an accepted enrolment, and delete what only the exchange needed', async () => {
    const storage = open();
    const { check: c, deviceId } = await givenMasked(storage, check);
    const ending = { budgets, now: 120, template: bytes('template') };
    const ends = await Promise.all([1, 2].map(() => storage.imageChecks.conclude(c.id, 'accepted', ending)));
    expect(ends.toSorted()).toEqual(['accepted', undefined]);
    expect(await storage.imageKeys.template(deviceId)).toEqual({
      network: c.network,
      body: bytes('template'),
    });
    expect(await storage.imageChecks.bodies(c.id)).toEqual({ embeddings: [], images: [] });
    expect((await kinds(storage)).at(-1)).toBe('image-check-accepted');
    expect((await storage.signIns.faceFactor(c.accountId)).failures).toBe(0);
  });

  it('put nothing for a refused enrolment, which costs nothing either', async () => {
    const storage = open();
    const { check: c, deviceId } = await givenMasked(storage, check);
    const ending = { budgets, now: 120, template: bytes('template') };
    expect(await storage.imageChecks.conclude(c.id, 'failed', ending)).toBe('failed');
    expect(await storage.imageKeys.template(deviceId)).toBeUndefined();
    expect(await storage.imageChecks.bodies(c.id)).toEqual({ embeddings: [], images: [] });
    expect((await storage.signIns.faceFactor(c.accountId)).failures).toBe(0);
  });

  it('keep of a comparison what an auditor needs, and count it for the face factor', async () => {
    const storage = open();
    const { check: c, enrolled } = await givenMasked(storage, verify);
    expect(await storage.imageChecks.conclude(c.id, 'failed', { budgets, now: 120 })).toBe('failed');
    expect(await storage.imageChecks.bodies(c.id)).toEqual({
      ...{ seed: bytes('seed'), template: bytes('template') },
      embeddings: [],
      images: [bytes('image')],
    });
    expect(await storage.signIns.faceFactor(c.accountId)).toEqual({ failures: 1 });
    expect(await storage.imageChecks.find(c.id)).toMatchObject({
      state: 'failed',
      endedAt: 120,
      login: c.login,
    });

    const next = verify(enrolled);
    await storage.imageChecks.begin(next, begun);
    await storage.imageChecks.start(next.id, 130);
    await storage.imageChecks.evaluated(next.id, frame(0), exchange(), evaluated);
    await storage.imageChecks.conclude(next.id, 'accepted', { budgets, now: 140 });
    expect(await storage.signIns.faceFactor(c.accountId)).toEqual({ failures: 0 });
  });

  it.each([
    ['past its deadline', async () => 1_000],
    [
      'of a device that was erased',
      async (storage: Storage, { accountId, deviceId }: ImageCheck) => {
        const erasure = { receiptId: 'r', accountId, deviceId, to: 'erased', now: 115 } as const;
        await storage.devices.erase(erasure, event('enrolment-erased', 115));
        return 120;
      },
    ],
    [
      'under keys that were replaced',
      async (storage: Storage, { deviceId }: ImageCheck) => {
        await storage.imageKeys.announce(keySet(deviceId, 'others'), 115);
        return 120;
      },
    ],
  ])('accept nothing %s', async (_when, prepare) => {
    const storage = open();
    const { check: c, deviceId } = await givenMasked(storage, check);
    const now = await prepare(storage, c);
    const ending = { budgets, now, template: bytes('template') };
    // of an erased device the check is gone with it
    expect(await storage.imageChecks.conclude(c.id, 'accepted', ending)).not.toBe('accepted');
    expect(await storage.imageKeys.template(deviceId)).toBeUndefined();
  });

  it('lock the face factor, and accept nothing while it is locked', async () => {
    const storage = open();
    const strict = { ...budgets, failuresToLock: 1 };
    const { check: c, enrolled } = await givenMasked(storage, verify);
    await storage.imageChecks.conclude(c.id, 'failed', { budgets: strict, now: 120 });
    expect(await storage.signIns.faceFactor(c.accountId)).toEqual({
      failures: 1,
      lockedUntil: 120 + budgets.firstLockMs,
    });
    expect((await kinds(storage)).slice(-2)).toEqual(['image-check-failed', 'face-locked']);
    const next = verify(enrolled);
    await storage.imageChecks.begin(next, begun);
    await storage.imageChecks.start(next.id, 130);
    await storage.imageChecks.evaluated(next.id, frame(0), exchange(), evaluated);
    expect(await storage.imageChecks.conclude(next.id, 'accepted', { budgets, now: 140 })).toBe('failed');
  });

  it('close with everything they have, once, from every state under way', async () => {
    const storage = open();
    const { check: c } = await givenMasked(storage, verify);
    expect(await storage.imageChecks.close(c.id, 'cancelled', 120)).toBe(true);
    expect(await storage.imageChecks.close(c.id, 'cancelled', 121)).toBe(false);
    expect(await storage.imageChecks.bodies(c.id)).toEqual({ embeddings: [], images: [] });
    expect(await storage.imageChecks.conclude(c.id, 'accepted', { budgets, now: 122 })).toBeUndefined();
    expect((await storage.audit.rows(1, 1000)).at(-1)?.event).toMatchObject({
      kind: 'image-check-closed',
      reason: 'cancelled',
      ceremonyId: c.id,
    });
    expect((await storage.signIns.faceFactor(c.accountId)).failures).toBe(0);
  });

  it('close at their deadline while being evaluated, and are forgotten after their time', async () => {
    const storage = open();
    const { imageChecks } = storage;
    const c = check(await givenEnrolled(storage));
    await imageChecks.begin(c, begun);
    await imageChecks.start(c.id, 105);
    expect(await imageChecks.sweep(999, 0)).toBe(0);
    expect(await imageChecks.sweep(1_000, 0)).toBe(1);
    expect(await imageChecks.evaluated(c.id, frame(0), undefined, evaluated)).toBe(false);
    expect((await imageChecks.find(c.id))?.state).toBe('closed');
    await imageChecks.sweep(2_000, 999);
    expect(await imageChecks.find(c.id)).toBeDefined();
    await imageChecks.sweep(2_000, 1_000);
    expect(await imageChecks.find(c.id)).toBeUndefined();
  });

  it('go with their device, and the receipt counts them', async () => {
    const storage = open();
    const masked = await givenMasked(storage, check);
    const { deviceId, check: c } = masked;
    await storage.imageChecks.conclude(c.id, 'accepted', { budgets, now: 120, template: bytes('t') });
    await storage.imageChecks.begin(verify(masked.enrolled), event('image-check-begun', 130));
    expect((await storage.devices.remains(deviceId)).images).toBe(4);
    const erasure = { receiptId: 'r', accountId: c.accountId, deviceId, to: 'revoked', now: 150 } as const;
    const receipt = await storage.devices.erase(erasure, event('device-revoked', 150));
    expect(receipt).toMatchObject({ imagesErased: 4, verified: { images: 0 } });
    expect(await storage.devices.receipts(c.accountId)).toEqual([receipt]);
    expect(await storage.imageKeys.find(deviceId)).toBeUndefined();
    expect(await storage.imageKeys.template(deviceId)).toBeUndefined();
    expect(await storage.imageChecks.underWay(deviceId)).toEqual([]);
    expect(await storage.imageChecks.find(c.id)).toBeUndefined();
  });
});
