/** The encrypted-image check over HTTP, with real workers, a network of random weights and drawn pictures. */
import { createHash } from 'node:crypto';
import type { EvaluationLine } from '@blindsight/protocol/wire';
import { decodeJwt } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { normals } from '../../protocol/test/support/random-network.ts';
import type { AuditRow } from '../src/ports/audit.ts';
import { Browser } from './support/browser.ts';
import {
  acrImage,
  drawn,
  enrolledDevice,
  ImageDevice,
  imageProvider,
  keysOf,
} from './support/image-device.ts';
import { callback, type Provider } from './support/provider.ts';

// seconds of one core each, and tests run side by side
vi.setConfig({ testTimeout: 240_000 });

const frames = (person: number) => [0, 1, 2].map((take) => drawn(person, take));
const failures = async (p: Provider, device: ImageDevice) =>
  (await p.server.storage.signIns.faceFactor(device.browser.device!.accountId)).failures;
const remains = async (p: Provider, device: ImageDevice) => {
  const { deviceId } = device.browser.device!;
  const { imageKeys, imageChecks } = p.server.storage;
  return {
    keys: (await imageKeys.find(deviceId)) !== undefined,
    template: (await imageKeys.template(deviceId)) !== undefined,
    underWay: (await imageChecks.underWay(deviceId)).length,
  };
};
const bodies = async (p: Provider, id: string) => p.server.storage.imageChecks.bodies(id);
/** Where the engine has the level and the exponent of the scale of a seeded ciphertext. */
const [levelAt, scaleAt] = [7, 16 + 6];
const nothing = { embeddings: [], images: [] };
const audited = async (p: Provider) =>
  (await p.server.storage.audit.rows(1, 10_000)).map(({ event }: AuditRow) => event);
/** How a stream ended. */
const outcomeOf = (lines: readonly EvaluationLine[]) => {
  const last = lines.at(-1);
  if (!last) return 'nothing';
  return 'error' in last ? last.error.code : 'state' in last ? last.state : 'unfinished';
};

describe('an image check', () => {
  it('enrols after a sign-in, lets the same person in at the next one, and the ID token says so', async () => {
    const p = await imageProvider();
    const device = await enrolledDevice(p);
    const { browser } = device;
    const first = await device.challengeAfterSignIn();
    expect(first).toMatchObject({
      ...{ kind: 'enrol', frames: 3, set: 'ringface-mini/1', clientId: 'demo' },
      steps: ['conv1', 'conv2', 'head'],
    });
    expect(await device.upload(first)).toBeGreaterThan(10);
    expect((await device.finish(first, frames(1))).json).toEqual({ ready: true });
    expect(await bodies(p, first.imageCheckId)).toEqual(nothing);

    const verifier = 'v'.repeat(43);
    const code_challenge = createHash('sha256').update(verifier).digest('base64url');
    const uid = await browser.openInteraction({ acr_values: acrImage, code_challenge });
    const second = await device.challengeAfterSignIn('Ada', uid);
    expect(second).toMatchObject({ kind: 'verify', frames: 1 });
    const message = device.encrypt(drawn(1, 3));
    const body = await device.signed(second, 0, message);
    const { lines, headers } = await device.sendImage(second, 0, body);
    expect(headers['content-type']).toBe('application/x-ndjson');
    expect(lines).toEqual([
      { step: 'conv1', done: 1, of: 3 },
      { step: 'conv2', done: 2, of: 3 },
      { step: 'head', done: 3, of: 3 },
      { done: true, state: 'masked' },
    ]);
    expect(await device.status(second)).toEqual({
      state: 'masked',
      missing: [],
      framesEvaluated: 1,
      queued: 0,
    });
    const { bytes } = await device.message(second);
    expect((await device.message(second)).bytes).toEqual(bytes);
    const answer = await device.signedAnswer(second, [message], bytes);

    // two at once: one of them ends it
    const answers = await Promise.all([device.sendAnswer(second, answer), device.sendAnswer(second, answer)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const { redirectTo } = answers.find(({ status }) => status === 200)!.json;
    expect((await device.sendAnswer(second, answer)).json.code).toBe('ceremony-closed');
    expect((await device.message(second)).status).toBe(409);

    const { headers: resumed } = await browser.send('GET', redirectTo!);
    const code = new URL(String(resumed['location'])).searchParams.get('code')!;
    const form = new URLSearchParams({
      ...{ grant_type: 'authorization_code', client_id: 'demo', redirect_uri: callback, code },
      code_verifier: verifier,
    });
    const tokens = await p.server.app.inject({
      method: 'POST',
      url: '/oidc/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: form.toString(),
    });
    expect(decodeJwt(tokens.json().id_token)).toMatchObject({
      acr: acrImage,
      amr: expect.arrayContaining(['face']),
    });
    expect((await audited(p)).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['image-check-begun', 'image-evaluated', 'image-check-accepted']),
    );
  });

  it('refuses another face, a lie, a picture that is none and a wrong signature alike, and each counts', async () => {
    const waited: number[] = [];
    const p = await imageProvider({}, { wait: async (ms) => void waited.push(ms) });
    const device = await enrolledDevice(p);
    await device.enrol(1);
    const refuse = async (
      picture: ArrayLike<number>,
      answerOf: (...of: Parameters<ImageDevice['signedAnswer']>) => Promise<Uint8Array> = (...of) =>
        device.signedAnswer(...of),
    ) => {
      const before = await failures(p, device);
      const challenge = await device.challengeAfterSignIn();
      const images = await device.show(challenge, [picture]);
      const { bytes } = await device.message(challenge);
      const { status, json } = await device.sendAnswer(challenge, await answerOf(challenge, images, bytes));
      expect(await failures(p, device)).toBe(before + 1);
      expect(await remains(p, device)).toEqual({ keys: true, template: true, underWay: 0 });
      // an auditor may look at what was refused; nothing of the exchange with the device is left
      const left = await bodies(p, challenge.imageCheckId);
      expect(left).toMatchObject({ embeddings: [], images: [expect.anything()] });
      expect(left.message).toBeUndefined();
      await p.server.storage.signIns.faceFactor(device.browser.device!.accountId);
      return { status, json };
    };
    const said = { status: 401, json: expect.objectContaining({ code: 'sign-in-refused' }) };
    const next = normals(5);
    const noise = Float64Array.from({ length: 3 * 112 * 112 }, () => 128 + 60 * next());
    expect(await refuse(drawn(2, 3))).toEqual(said);
    expect(await refuse(noise)).toEqual(said);
    // the cosine a little higher: what is opened, plus something, for each of the values
    const lie = await refuse(drawn(2, 3), (challenge, images, bytes) => {
      const opened = device.open(challenge, bytes);
      for (let value = 0; value < 6; value++) opened[2 + 6 * value + 3]! ^= 1;
      return device.signedAnswer(challenge, images, bytes, opened);
    });
    expect(lie).toEqual(said);
    const signature = await refuse(drawn(1, 3), async (challenge, images, bytes) => {
      const answer = await device.signedAnswer(challenge, images, bytes);
      answer[10]! ^= 1;
      return answer;
    });
    expect(signature).toEqual(said);
    expect(waited).toHaveLength(4);
    // a fifth locks, sealed sign-ins in between notwithstanding
    await refuse(drawn(2, 3), async () => new Uint8Array(40));
    const uid = await device.browser.openInteraction({ acr_values: acrImage });
    expect((await device.browser.beginSignIn(uid)).json).toMatchObject({ code: 'face-locked' });
    const failed = (await audited(p)).filter(({ kind }) => kind === 'image-check-failed');
    expect(failed).toHaveLength(5);
    expect(new Set(failed.map(({ reason }) => reason))).toEqual(new Set(['verify']));
  });

  it('refuses frames of different people, stores nothing of them, and keeps the keys for the next try', async () => {
    const p = await imageProvider();
    const device = await enrolledDevice(p);
    const challenge = await device.challengeAfterSignIn();
    await device.upload(challenge);
    const mixed = [drawn(1, 0), drawn(2, 1), drawn(3, 2)];
    expect((await device.finish(challenge, mixed)).json).toMatchObject({ code: 'image-refused' });
    expect(await remains(p, device)).toEqual({ keys: true, template: false, underWay: 0 });
    expect(await bodies(p, challenge.imageCheckId)).toEqual(nothing);
    expect(await failures(p, device)).toBe(0);

    // keys of another device under this one's manifest would open to something else: what they mask does not fit
    const again = await device.challengeAfterSignIn();
    expect(again.kind).toBe('enrol');
    expect(await device.upload(again)).toBe(0);
    const stranger = new ImageDevice(device.browser, 12);
    const images = await Promise.all(frames(1).map(async (one) => stranger.encrypt(one)));
    for (const [index, image] of images.entries())
      await device.sendImage(again, index, await device.signed(again, index, image));
    const { bytes } = await device.message(again);
    const answer = await device.signedAnswer(again, images, bytes);
    expect((await device.sendAnswer(again, answer)).json).toMatchObject({ code: 'image-refused' });
    expect(await remains(p, device)).toMatchObject({ template: false, underWay: 0 });

    p.pass(p.config.policy.imageUploadMs);
    await p.server.sweep();
    expect(await remains(p, device)).toMatchObject({ keys: false });
  });
});

describe('keys', () => {
  it('are taken as they were announced, resumed, and refused when they are not evaluation keys of the set', async () => {
    const p = await imageProvider();
    const device = await enrolledDevice(p);
    const first = await device.challengeAfterSignIn();
    const { json } = await device.announce(first);
    expect(json.missing.length).toBeGreaterThan(10);
    const foreign = new Uint8Array(device.manifest);
    // "ringface-mini/1" to "ringface-mino/1"
    foreign[2 + 1 + 12] = 'o'.charCodeAt(0);
    expect((await device.announce(first, foreign)).json).toMatchObject({ code: 'unsupported-parameters' });
    expect((await device.announce(first, foreign.subarray(0, 40))).json).toMatchObject({
      code: 'malformed-message',
    });
    expect((await device.chunk(first, 0)).status).toBe(204);
    expect((await device.chunk(first, 0)).status).toBe(204);
    expect((await device.chunk(first, 1, new Uint8Array(100))).json).toMatchObject({ code: 'body-mismatch' });
    expect((await device.chunk(first, 999, new Uint8Array(100))).json).toMatchObject({ code: 'not-found' });
    expect((await device.status(first))['missing']).toHaveLength(json.missing.length - 1);

    // some are missing
    const image = device.encrypt(drawn(1, 0));
    const early = await device.sendImage(first, 0, await device.signed(first, 0, image));
    expect([early.status, early.json['code']]).toEqual([422, 'image-keys-refused']);
    expect((await device.status(first))['state']).toBe('open');

    // a reload: another check of the same device, the same keys
    const second = await device.challengeAfterSignIn();
    expect((await device.announce(second)).json.missing).toHaveLength(json.missing.length - 1);
    expect((await device.chunk(first, 1)).json).toMatchObject({ code: 'ceremony-closed' });

    // what was announced is there, but is no key
    const keys = keysOf(device.seed);
    keys[keys.length - 5]! ^= 0xff;
    keys[keys.length - 4]! ^= 0xff;
    try {
      await device.upload(second);
      const { lines } = await device.sendImage(second, 0, await device.signed(second, 0, image));
      expect(['image-keys-refused', 'open']).toContain(outcomeOf(lines));
    } finally {
      keys[keys.length - 5]! ^= 0xff;
      keys[keys.length - 4]! ^= 0xff;
    }
    const third = await device.challengeAfterSignIn();
    const garbage = keysOf(device.seed);
    const saved = garbage.slice();
    garbage.fill(0xff, 0, 4096);
    try {
      await device.upload(third);
      const { lines } = await device.sendImage(third, 0, await device.signed(third, 0, image));
      expect(outcomeOf(lines)).toBe('image-keys-refused');
    } finally {
      garbage.set(saved);
    }
    expect(await remains(p, device)).toEqual({ keys: false, template: false, underWay: 0 });
    expect((await audited(p)).at(-1)).toMatchObject({
      kind: 'image-check-closed',
      reason: 'image-keys-refused',
    });
    expect(await failures(p, device)).toBe(0);
  });
});

describe('ciphertexts', () => {
  it('of another count, level or scale, damaged ones and unsigned ones leave nothing behind', async () => {
    const p = await imageProvider();
    const device = await enrolledDevice(p);
    await device.enrol(1);
    const image = device.encrypt(drawn(1, 3));
    const count = image[1]!;
    const length = (image.length - 2) / count;
    /** Byte `at` of ciphertext k another one. */
    const changed = (k: number, at: number) =>
      image.with(2 + k * length + at, image[2 + k * length + at]! ^ 1);
    // with the two good ones as many as an enrolment brings tickets at first
    const wrong: Record<string, Uint8Array> = {
      version: image.with(0, 9),
      'one too few': image.with(1, count - 1).subarray(0, image.length - length),
      'a byte more': Uint8Array.from([...image, 0]),
      // the engine's header and what follows it: docs of `packages/fhe`
      'another object': changed(0, 5),
      'another level': changed(0, levelAt),
      'another scale': changed(count - 1, scaleAt),
    };
    for (const [name, bytes] of Object.entries(wrong)) {
      const challenge = await device.challengeAfterSignIn();
      const { lines } = await device.sendImage(challenge, 0, await device.signed(challenge, 0, bytes));
      expect(`${name}: ${outcomeOf(lines)}`).toBe(`${name}: image-refused`);
      expect((await device.status(challenge))['state']).toBe('closed');
      expect(await bodies(p, challenge.imageCheckId)).toEqual(nothing);
      expect(await remains(p, device)).toEqual({ keys: true, template: true, underWay: 0 });
    }
    expect(await failures(p, device)).toBe(0);

    const challenge = await device.challengeAfterSignIn();
    const signed = await device.signed(challenge, 0, image);
    const unsigned = signed.slice();
    unsigned[20]! ^= 1;
    expect((await device.sendImage(challenge, 0, unsigned)).json).toMatchObject({ code: 'sign-in-refused' });
    expect((await device.sendImage(challenge, 0, signed.with(-1, 0))).json).toMatchObject({
      code: 'sign-in-refused',
    });
    expect((await audited(p)).at(-1)).toMatchObject({
      kind: 'image-check-refused',
      reason: 'sign-in-refused',
    });
    expect((await device.sendImage(challenge, 1, signed)).json).toMatchObject({ code: 'ceremony-closed' });
    expect((await device.sendImage(challenge, 0, signed.subarray(0, 30))).json).toMatchObject({
      code: 'malformed-message',
    });
    // none of these has changed anything: the good one is evaluated, and only one at a time
    const both = await Promise.all([
      device.sendImage(challenge, 0, signed),
      device.sendImage(challenge, 0, signed),
    ]);
    const refused = both.find(({ status }) => status === 409);
    expect(refused?.json['code']).toBe('evaluation-running');
    expect(outcomeOf(both.find(({ status }) => status === 200)!.lines)).toBe('masked');

    // an answer after the person went away
    const { bytes } = await device.message(challenge);
    const answer = await device.signedAnswer(challenge, [image], bytes);
    expect((await device.cancel(challenge)).status).toBe(204);
    expect((await device.sendAnswer(challenge, answer)).json).toMatchObject({ code: 'ceremony-closed' });
    expect(await bodies(p, challenge.imageCheckId)).toEqual(nothing);
    expect(await failures(p, device)).toBe(0);

    // another browser knows the number, but is not the one
    const other = new ImageDevice(new Browser(p));
    for (const reply of [
      await other.message(challenge),
      await other.cancel(challenge),
      await other.sendAnswer(challenge, answer),
      await other.announce(challenge),
    ])
      expect([reply.status, reply.json]).toEqual([
        404,
        expect.objectContaining({ code: 'ceremony-not-found' }),
      ]);
  });
});
