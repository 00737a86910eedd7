/** The worker's image check against the server's half, with the small parameter set and a network of random weights. */
import { image as server, verifySignedImage, verifySignedImageAnswer } from '@blindsight/protocol/server';
import {
  decodeSignedMessage,
  type ImageChallenge,
  imageCheckContext,
  imageLimits,
  newId,
  sha256,
  toBase64url,
} from '@blindsight/protocol/wire';
import { beforeAll, describe, expect, it } from 'vitest';
import { pattern, randomNetwork } from '../../protocol/test/support/random-network.ts';
import type { Database } from '../src/sdk/store/database.ts';
import { activateDevice, forgetDevice, saveEnrolment } from '../src/sdk/store/devices.ts';
import type { DeviceRecord } from '../src/sdk/store/schema.ts';
import { unwrapRoot } from '../src/sdk/store/unlock.ts';
import { Chips } from '../src/worker/chips.ts';
import type { Unlocked } from '../src/worker/comparison.ts';
import type { ImageKeys } from '../src/worker/contract.ts';
import { beginImageCheck, type OpenImageCheck } from '../src/worker/image-check.ts';
import { codeOf, enrolment, freshDatabase } from './support/store.ts';

const set = server.ringfaceMini;
const { network, manifest, weights } = randomNetwork(set, 32);
const lane = server.createLane({ set: set.id, manifest, weights, lane: 0, lanes: 1 });
const origin = 'https://id.example.org';
const now = 1_000_000;

let db: Database;
let unlocked: Unlocked;
let devicePublicKey: Uint8Array;

beforeAll(async () => {
  db = await freshDatabase();
  unlocked = await device();
});

/** An active device whose public key the server knows. */
async function device(over: Partial<DeviceRecord> = {}): Promise<Unlocked> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
  devicePublicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const ids = { accountId: newId(), deviceId: newId() };
  const material = await enrolment({ ...ids, deviceKey: pair.privateKey, ...over });
  await saveEnrolment(db, material);
  const root = await unwrapRoot(material.device, undefined);
  const storageKey = await crypto.subtle.importKey('raw', root as BufferSource, 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ]);
  return { db, device: material.device, storageKey };
}

const challenge = (kind: ImageChallenge['kind'], over: Partial<ImageChallenge> = {}): ImageChallenge => ({
  imageCheckId: newId(),
  kind,
  set: set.id,
  network: network.hash,
  frames: kind === 'enrol' ? 3 : 1,
  nonce: toBase64url(crypto.getRandomValues(new Uint8Array(32))),
  expiresAt: now + 60_000,
  accountId: unlocked.device.accountId,
  deviceId: unlocked.device.deviceId,
  clientId: 'shop',
  origin,
  steps: ['conv1', 'conv2', 'head'],
  ...over,
});

/** Pictures of one person, as it were; `wiped` tells whether they were forgotten. */
function pictures(person: number, count: number) {
  const chips = Array.from({ length: count }, (_, take) => {
    const other = pattern(50 + 7 * take + person);
    return Float32Array.from(pattern(person), (v, k) => 0.85 * v + 0.15 * other[k]!);
  });
  let wiped = false;
  return {
    best: (wanted: number) => chips.slice(0, wanted),
    wipe() {
      wiped = true;
      for (const chip of chips) chip.fill(0);
    },
    get wiped() {
      return wiped && chips.every((chip) => chip.every((v) => v === 0));
    },
  };
}

const begin = (given: ImageChallenge, chips: ReturnType<typeof pictures>, who = unlocked) =>
  beginImageCheck(given, { chips, unlocked: who, origin, now });
const record = (given: ImageChallenge, keys?: ImageKeys) => ({
  context: imageCheckContext(given, { origin, accountId: given.accountId, deviceId: given.deviceId }),
  ...(keys ? { keysHash: sha256(keys.manifest) } : {}),
  devicePublicKey,
});
const silent = async () => {};
const chunksOf = (open: OpenImageCheck, { chunks }: ImageKeys) =>
  Array.from({ length: chunks }, (_, k) => open.chunk(k));
const secretSeed = () => crypto.getRandomValues(new Uint8Array(32));

/** Keys, three pictures, the opened answer: what a server makes of an enrolment. */
async function enrolWith(open: OpenImageCheck, given: ImageChallenge, deviceName: string) {
  const keys = await open.keys(silent);
  const joined = server.joinKeys(server.decodeKeyManifest(keys.manifest), chunksOf(open, keys));
  lane.run({ kind: 'load-keys', device: deviceName, keys: joined });
  const at = { device: deviceName };
  const imageHashes: Uint8Array[] = [];
  const embeddings: Uint8Array[] = [];
  for (let index = 0; index < given.frames; index++) {
    const message = await verifySignedImage(record(given, keys), index, await open.picture(index));
    imageHashes.push(sha256(message));
    embeddings.push(lane.run({ kind: 'embed', ...at, image: message }).ciphertext!);
  }
  const seed = secretSeed();
  const masked = lane.run({ kind: 'mask-enrolment', ...at, embeddings, seed });
  const exchange = { imageHashes, messageHash: sha256(masked.message!) };
  const answer = await open.answer(masked.message!);
  const opened = await verifySignedImageAnswer(record(given, keys), exchange, answer);
  const values = server.unmaskInnerProducts(set, 2 * given.frames, seed, opened);
  const squaredNorm = server.checkEnrolment(network.norm, values, 0.5);
  const template = { frames: given.frames, squaredNorm, sum: masked.ciphertext! };
  return { at, squaredNorm, template: server.encodeStoredTemplate(template, network.hash) };
}

/** The score of a sign-in. */
async function scoreWith(
  open: OpenImageCheck,
  given: ImageChallenge,
  { at, squaredNorm, template }: Awaited<ReturnType<typeof enrolWith>>,
) {
  const image = await verifySignedImage(record(given), 0, await open.picture(0));
  const embedding = lane.run({ kind: 'embed', ...at, image }).ciphertext!;
  const seed = secretSeed();
  const { message } = lane.run({ kind: 'mask-sign-in', ...at, embedding, template, seed });
  const exchange = { imageHashes: [sha256(image)], messageHash: sha256(message!) };
  const opened = await verifySignedImageAnswer(record(given), exchange, await open.answer(message!));
  return server.scoreOf(network.norm, { squaredNorm }, server.unmaskInnerProducts(set, 2, seed, opened));
}

describe('an image check on the device', () => {
  let enrolled: Awaited<ReturnType<typeof enrolWith>>;

  it('is set up: what it sends is signed, whole, and gives a template', async () => {
    const given = challenge('enrol');
    const chips = pictures(1, 5);
    const open = await begin(given, chips);
    expect(chips.wiped).toBe(true);
    enrolled = await enrolWith(open, given, 'd');
    expect(await db.get('imageSeeds', given.deviceId)).toMatchObject({ state: 'pending', set: set.id });
    await open.accepted();
    expect(await db.get('imageSeeds', given.deviceId)).toMatchObject({ state: 'active' });
  });

  it('signs in: the same person scores high, another one low', async () => {
    const own = challenge('verify');
    expect(await scoreWith(await begin(own, pictures(1, 2)), own, enrolled)).toBeGreaterThan(0.7);
    const other = challenge('verify');
    expect(await scoreWith(await begin(other, pictures(2, 2)), other, enrolled)).toBeLessThan(0.7);
  });

  it('answers once', async () => {
    const given = challenge('verify');
    const open = await begin(given, pictures(1, 1));
    await scoreWith(open, given, enrolled);
    expect(await codeOf(open.answer(new Uint8Array(9)))).toBe('internal');
    expect(await codeOf(open.picture(0))).toBe('internal');
  });

  it('opens nothing that is not of the right form, and then nothing more', async () => {
    const open = await begin(challenge('verify'), pictures(1, 1));
    expect(await codeOf(open.answer(new Uint8Array(9)))).toBe('unsupported-version');
    expect(await codeOf(open.answer(new Uint8Array(9)))).toBe('internal');
  });

  it('sends the same picture again when it is asked to, so that a retry is no second picture', async () => {
    const open = await begin(challenge('verify'), pictures(1, 1));
    const message = async () => decodeSignedMessage(await open.picture(0), imageLimits.signedImage).message;
    expect(await message()).toEqual(await message());
    expect(await codeOf(open.picture(1))).toBe('internal');
  });

  it('keeps its seed sealed, and not one byte of it in the clear', async () => {
    const stored = (await db.get('imageSeeds', unlocked.device.deviceId))!;
    expect(stored.seed.bytes.length).toBe(32 + 16);
    await expect(
      crypto.subtle.decrypt(
        { name: 'AES-GCM', iv: stored.seed.nonce },
        unlocked.storageKey,
        stored.seed.bytes,
      ),
    ).rejects.toThrow();
  });
});

describe('an upload that broke off', () => {
  it('goes on with the same keys: after a reload the chunks are the same', async () => {
    const who = await device();
    const ids = { accountId: who.device.accountId, deviceId: who.device.deviceId };
    const keysOf = async () => (await begin(challenge('enrol', ids), pictures(1, 3), who)).keys(silent);
    const before = await keysOf();
    expect((await keysOf()).manifest).toEqual(before.manifest);
  });

  it('once it is set up, setting it up anew makes new keys', async () => {
    const who = await device();
    const ids = { accountId: who.device.accountId, deviceId: who.device.deviceId };
    const first = await begin(challenge('enrol', ids), pictures(1, 3), who);
    const keys = await first.keys(silent);
    await first.accepted();
    const second = await begin(challenge('enrol', ids), pictures(1, 3), who);
    expect((await second.keys(silent)).manifest).not.toEqual(keys.manifest);
  });

  it('that is given up makes no more keys', async () => {
    const open = await begin(challenge('enrol'), pictures(1, 3));
    let made = 0;
    const keys = open.keys(async () => {
      if (++made === 3) open.abandon();
    });
    expect(await codeOf(keys)).toBe('internal');
    expect(made).toBe(3);
  });
});

describe('a device without what it takes', () => {
  it.each([
    ['too few pictures', {}, 2, 'too-few-frames'],
    ['no pictures', {}, 0, 'too-few-frames'],
    ['none asked for', { frames: 0 }, 3, 'too-few-frames'],
    ['a check that is over', { expiresAt: now }, 3, 'ceremony-expired'],
    ['another origin', { origin: 'https://elsewhere.example' }, 3, 'policy-refused'],
    ['another account', { accountId: newId() }, 3, 'policy-refused'],
    ['a set it does not know', { set: 'ringface-64/2' }, 3, 'unsupported-parameters'],
  ])('with %s refuses, and forgets the pictures', async (_what, over, count, code) => {
    const chips = pictures(1, count);
    expect(await codeOf(begin(challenge('enrol', over), chips))).toBe(code);
    expect(chips.wiped).toBe(true);
  });

  it('with no seed of the set cannot be checked', async () => {
    const who = await device();
    const ids = { accountId: who.device.accountId, deviceId: who.device.deviceId };
    expect(await codeOf(begin(challenge('verify', ids), pictures(1, 1), who))).toBe('storage-lost');
  });

  it('that was forgotten keeps no seed, and none comes back', async () => {
    const who = await device({ state: 'pending' });
    const ids = { accountId: who.device.accountId, deviceId: who.device.deviceId };
    const open = await begin(challenge('enrol', ids), pictures(1, 3), who);
    await activateDevice(db, ids.deviceId);
    expect(await db.get('imageSeeds', ids.deviceId)).toBeDefined();
    await forgetDevice(db, ids.deviceId);
    expect(await db.get('imageSeeds', ids.deviceId)).toBeUndefined();
    expect(await codeOf(open.accepted())).toBe('storage-lost');
    expect(await codeOf(begin(challenge('enrol', ids), pictures(1, 3), who))).toBe('storage-lost');
  });
});

describe('the chips of a capture', () => {
  const frame = { width: 200, height: 200, data: new Uint8ClampedArray(200 * 200 * 4).fill(99) };
  const face = (yaw: number) =>
    ({
      landmarks: {
        five: {
          leftEye: { x: 80, y: 90 },
          rightEye: { x: 120, y: 90 },
          noseTip: { x: 100, y: 110 },
          leftMouth: { x: 85, y: 130 },
          rightMouth: { x: 115, y: 130 },
        },
      },
      pose: { yaw, pitch: 0, roll: 0 },
    }) as unknown as Parameters<Chips['keep']>[1];

  it('are the least turned ones, in order, and are wiped', () => {
    const chips = new Chips();
    for (const yaw of [12, -1, 20, 3]) {
      frame.data.fill(100 + yaw);
      chips.keep(frame, face(yaw));
    }
    const best = chips.best(2);
    expect(best.map((chip) => chip[0])).toEqual([99, 103]);
    expect(best[0]).toHaveLength(3 * 112 * 112);
    expect(chips.best(9)).toHaveLength(4);
    chips.wipe();
    expect(best.every((chip) => chip.every((v) => v === 0))).toBe(true);
    expect(chips.best(9)).toEqual([]);
  });
});
