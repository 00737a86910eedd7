/** Around the evaluation of an image check: proofs, races, time, restarts, and what other parts of the server do to it. */
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { image, signImage } from '@blindsight/protocol/client';
import {
  type ImageChallenge,
  imageCheckContext,
  type MissingChunks,
  sha256,
} from '@blindsight/protocol/wire';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ConfigOverrides } from '../src/default-config.ts';
import { templatePlace } from '../src/domain/image-places.ts';
import { readKeyFile } from '../src/keys/key-file.ts';
import { localKeyManagement } from '../src/keys/local.ts';
import { createVault } from '../src/keys/vault.ts';
import { Browser } from './support/browser.ts';
import { acrImage, ImageDevice, imageProvider, linesOf } from './support/image-device.ts';
import { origin, type Provider } from './support/provider.ts';
import { budgets } from './support/rows.ts';
import { ToldEvaluator } from './support/told-evaluator.ts';

vi.setConfig({ testTimeout: 180_000 });

/** Nothing here looks inside keys and pictures. */
const described = image.describeKeys('ringface-mini/1', new Uint8Array(1_000).fill(5));
const manifest = image.encodeKeyManifest(described.manifest);
const picture = new Uint8Array(2_000).fill(6);

class Somebody {
  readonly browser: Browser;
  readonly p: Provider;
  constructor(p: Provider, browser = new Browser(p)) {
    this.p = p;
    this.browser = browser;
  }

  static async enrolled(p: Provider): Promise<Somebody> {
    const one = new Somebody(p);
    await one.browser.createAccount();
    await one.browser.enrol('Ada');
    return one;
  }

  async signIn(over: Record<string, string> = { acr_values: acrImage }) {
    const uid = await this.browser.openInteraction(over);
    const { status, json } = await this.browser.signIn('Ada', uid);
    return { status, json: json as { image?: ImageChallenge; redirectTo?: string; code?: string } };
  }
  async challenge(): Promise<ImageChallenge> {
    const { json } = await this.signIn();
    if (!json.image) throw new Error(JSON.stringify(json));
    return json.image;
  }

  ceremony(challenge: ImageChallenge) {
    const { accountId, deviceId } = this.browser.device!;
    const context = imageCheckContext(challenge, { origin, accountId, deviceId });
    return challenge.kind === 'enrol' ? { context, keysHash: sha256(manifest) } : { context };
  }
  body(challenge: ImageChallenge, index = 0): Promise<Uint8Array> {
    return signImage(this.ceremony(challenge), this.browser.device!.deviceKey, index, picture);
  }
  send<T = { code?: string }>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    { imageCheckId }: ImageChallenge,
    path = '',
    body?: Uint8Array,
  ) {
    return this.browser.send<T>(method, `/v1/image-checks/${imageCheckId}${path}`, body);
  }
  async upload(challenge: ImageChallenge): Promise<void> {
    await new ImageDevice(this.browser).consent(challenge);
    const { json } = await this.send<MissingChunks>('PUT', challenge, '/keys', manifest);
    for (const index of json.missing)
      await this.send('PUT', challenge, `/keys/${index}`, described.chunks[index]!);
  }
  async show(challenge: ImageChallenge, index = 0) {
    const reply = await this.send('POST', challenge, `/images/${index}`, await this.body(challenge, index));
    return { ...reply, last: reply.status === 200 ? linesOf(reply.bytes).at(-1) : undefined };
  }
  async state(challenge: ImageChallenge): Promise<string> {
    return (await this.send<{ state: string }>('GET', challenge)).json.state;
  }
  /** As if an enrolment had been accepted. */
  async givenTemplate(): Promise<void> {
    const challenge = await this.challenge();
    await this.upload(challenge);
    for (let index = 0; index < 3; index++) await this.show(challenge, index);
    const { storage } = this.p.server;
    const { deviceId } = this.browser.device!;
    const vault = createVault(
      localKeyManagement(readKeyFile(join(this.p.config.dataDirectory, 'master.key'))),
    );
    const place = templatePlace(deviceId, challenge.network);
    const template = await vault.seal((await storage.devices.dataKey(deviceId))!, place, new Uint8Array([1]));
    const ending = { budgets, now: this.p.now(), template };
    if ((await storage.imageChecks.conclude(challenge.imageCheckId, 'accepted', ending)) !== 'accepted')
      throw new Error('not accepted');
  }
}

async function start(over: ConfigOverrides = {}) {
  const evaluator = new ToldEvaluator();
  const p = await imageProvider(over, { imageEvaluator: evaluator });
  return { p, evaluator, somebody: await Somebody.enrolled(p) };
}
const storage = (p: Provider) => p.server.storage;
const closedFor = async (p: Provider) =>
  (await storage(p).audit.rows(1, 10_000)).flatMap(({ event }) =>
    event.kind === 'image-check-closed' ? (event.reason ?? '') : [],
  );

describe('what an image check rests on', () => {
  it('is a sign-in that was accepted just now and asked for it, once', async () => {
    const { p, somebody } = await start();
    const plain = await somebody.signIn({});
    expect(plain.json).toEqual({ redirectTo: expect.any(String) });
    const uid = await somebody.browser.openInteraction({ acr_values: acrImage });
    const begun = await somebody.browser.beginSignIn(uid);
    expect(begun.json.image).toBe(true);
    const { sent, answer } = await somebody.browser.upToReply('Ada', uid);
    const answers = await Promise.all([
      somebody.browser.answer(sent, answer),
      somebody.browser.answer(sent, answer),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const first = answers.find(({ status }) => status === 200)!.json;
    // the interaction is not finished by it
    expect(first).toEqual({ image: expect.objectContaining({ kind: 'enrol', clientId: 'demo' }) });
    expect((await somebody.browser.send('GET', `/v1/interactions/${uid}`)).status).toBe(200);
    expect((await storage(p).imageChecks.underWay(somebody.browser.device!.deviceId)).length).toBe(1);

    // somebody who is not let in by the comparison gets none
    const other = await somebody.browser.openInteraction({ acr_values: acrImage });
    const missed = await somebody.browser.signIn('Eve', other);
    expect([missed.status, missed.json.code]).toEqual([401, 'sign-in-refused']);
  });

  it('is an enrolment that this browser has finished just now, once', async () => {
    const { p } = await start();
    const somebody = new Somebody(p);
    const { browser } = somebody;
    await browser.createAccount();
    const { challenge, finish } = await browser.enrolUpToFinish('Ada');
    const ask = (of: Browser, enrolmentId = challenge.ceremonyId) =>
      of.send<ImageChallenge & { code?: string }>('POST', '/v1/image-checks', { enrolmentId });
    expect((await ask(browser)).json.code).toBe('enrolment-incomplete');
    expect((await finish()).status).toBe(201);
    const stranger = new Browser(p);
    expect((await ask(stranger)).json.code).toBe('session-required');
    await stranger.createAccount('Eve');
    expect((await ask(stranger)).json.code).toBe('ceremony-not-found');
    const first = await ask(browser);
    expect([first.status, first.json]).toEqual([
      201,
      expect.objectContaining({ kind: 'enrol', frames: 3, clientId: 'blindsight:account' }),
    ]);
    expect((await ask(browser)).json.code).toBe('ceremony-closed');
    expect(await somebody.state(first.json)).toBe('open');

    const late = new Browser(p);
    await late.createAccount('Late');
    const { challenge: old } = await late.enrol('Late');
    p.pass(p.config.policy.imageProofMs);
    expect((await ask(late, old.ceremonyId)).json.code).toBe('ceremony-expired');
  });

  it('is nothing where the check is off: sign-ins end at sealed, whoever insists is told', async () => {
    const { p } = await start({ image: { check: 'off' } });
    const somebody = await Somebody.enrolled(p);
    const { json } = await somebody.signIn();
    expect(json).toEqual({ redirectTo: expect.any(String) });
    const asked = await somebody.browser.send<{ code: string }>('POST', '/v1/image-checks', {
      enrolmentId: 'AAAAAAAAAAAAAAAAAAAAAA',
    });
    expect([asked.status, asked.json.code]).toEqual([404, 'image-check-unavailable']);
  });

  it('serves no other device: a new check ends the one before, in the middle of its evaluation', async () => {
    const { p, somebody, evaluator } = await start();
    const first = await somebody.challenge();
    await somebody.upload(first);
    evaluator.outcome = 'never';
    const running = somebody.show(first);
    await vi.waitFor(() => expect(evaluator.jobs).toHaveLength(1));
    expect((await somebody.show(first)).json['code']).toBe('evaluation-running');
    evaluator.outcome = 'done';
    const second = await somebody.challenge();
    expect((await running).last).toMatchObject({ error: { code: 'server-busy' } });
    expect(await somebody.state(first)).toBe('closed');
    expect(evaluator.cancelled).toBe(1);
    await somebody.upload(second);
    expect((await somebody.show(second)).last).toEqual({ done: true, state: 'open' });
    expect(await closedFor(p)).toEqual(['superseded']);

    // another device of the account, and another browser with this one's number
    const stranger = await Somebody.enrolled(p);
    expect((await stranger.send('GET', second)).json.code).toBe('ceremony-not-found');
    const { deviceKey } = stranger.browser.device!;
    const foreign = await signImage(somebody.ceremony(second), deviceKey, 1, picture);
    expect((await somebody.send('POST', second, '/images/1', foreign)).json.code).toBe('sign-in-refused');
  });
});

describe('an evaluation', () => {
  it('that is refused, takes too long or loses its threads ends the check, and only an audit entry is left', async () => {
    const { p, somebody, evaluator } = await start();
    await somebody.givenTemplate();
    const outcomes = ['evaluation-timeout', 'server-busy', 'image-refused', 'internal'] as const;
    for (const outcome of outcomes) {
      const challenge = await somebody.challenge();
      expect(challenge.kind).toBe('verify');
      evaluator.outcome = outcome;
      expect((await somebody.show(challenge)).last).toMatchObject({ error: { code: outcome } });
      expect(await somebody.state(challenge)).toBe('closed');
      expect(await storage(p).imageChecks.bodies(challenge.imageCheckId)).toEqual({
        embeddings: [],
        images: [],
      });
      expect((await storage(p).signIns.faceFactor(challenge.accountId)).failures).toBe(0);
    }
    expect(await closedFor(p)).toEqual(outcomes);
    // and the next one is as good as any
    evaluator.outcome = 'done';
    expect((await somebody.show(await somebody.challenge())).last).toEqual({ done: true, state: 'masked' });
  });

  it('is for the next picture, also when the one before has come in between', async () => {
    const { p, somebody } = await start();
    const challenge = await somebody.challenge();
    await somebody.upload(challenge);
    const { imageChecks } = storage(p);
    const find = imageChecks.find.bind(imageChecks);
    const before = (await find(challenge.imageCheckId))!;
    expect((await somebody.show(challenge, 0)).last).toEqual({ done: true, state: 'open' });
    // a request that has looked the check up before
    vi.spyOn(imageChecks, 'find').mockResolvedValueOnce(before);
    expect((await somebody.show(challenge, 0)).json['code']).toBe('ceremony-closed');
    expect((await somebody.show(challenge, 1)).last).toEqual({ done: true, state: 'open' });

    const large = image.encodeKeyManifest({
      ...described.manifest,
      bytes: 65 * 2 ** 20,
      chunks: Array(130).fill(new Uint8Array(32)),
    });
    expect((await somebody.send('PUT', challenge, '/keys', large)).json.code).toBe('message-too-large');
  });

  it('is refused while too many wait, and nothing has changed', async () => {
    const { somebody, evaluator } = await start();
    const challenge = await somebody.challenge();
    await somebody.upload(challenge);
    evaluator.full = true;
    const { status, json, headers } = await somebody.show(challenge);
    expect([status, json['code'], headers['retry-after']]).toEqual([503, 'server-busy', '5']);
    expect(await somebody.state(challenge)).toBe('open');
    evaluator.full = false;
    expect((await somebody.show(challenge)).last).toEqual({ done: true, state: 'open' });
  });

  it('is cancelled by closing the connection; the check is open for another try, so many times', async () => {
    const { p, somebody, evaluator } = await start();
    await p.server.app.listen({ host: 'localhost', port: 0 });
    const { port } = p.server.app.server.address() as AddressInfo;
    await somebody.givenTemplate();
    const challenge = await somebody.challenge();
    const body = await somebody.body(challenge);
    const cookie = [...somebody.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    for (let tries = 1; tries <= 3; tries++) {
      evaluator.outcome = 'never';
      const sent = request({
        ...{ host: 'localhost', port, method: 'POST' },
        path: `/v1/image-checks/${challenge.imageCheckId}/images/0`,
        headers: { cookie, origin, 'x-blindsight': '1', 'content-type': 'application/octet-stream' },
      });
      sent.on('error', () => {});
      const jobs = evaluator.jobs.length;
      sent.end(body);
      await vi.waitFor(() => expect(evaluator.jobs).toHaveLength(jobs + 1));
      expect(await somebody.state(challenge)).toBe('evaluating');
      sent.destroy();
      await vi.waitFor(() => expect(evaluator.cancelled).toBe(tries));
      await vi.waitFor(async () => expect(await somebody.state(challenge)).toBe('open'));
    }
    evaluator.outcome = 'done';
    expect((await somebody.show(challenge)).last).toEqual({ done: true, state: 'masked' });
    expect(await closedFor(p)).toEqual([]);

    const tired = await somebody.challenge();
    for (let tries = 0; tries < 4; tries++) {
      await storage(p).imageChecks.start(tired.imageCheckId, p.now());
      await storage(p).imageChecks.release(tired.imageCheckId);
    }
    expect((await somebody.show(tired)).json['code']).toBe('ceremony-closed');
    expect(await somebody.state(tired)).toBe('closed');
  });

  it('comes to nothing when the person cancels it', async () => {
    const { p, somebody, evaluator } = await start();
    const challenge = await somebody.challenge();
    await somebody.upload(challenge);
    evaluator.outcome = 'never';
    const running = somebody.show(challenge);
    await vi.waitFor(() => expect(evaluator.jobs).toHaveLength(1));
    expect((await somebody.send('DELETE', challenge)).status).toBe(204);
    expect((await running).last).toMatchObject({ error: { code: 'server-busy' } });
    expect(await somebody.state(challenge)).toBe('closed');
    expect(await closedFor(p)).toEqual(['cancelled']);
  });

  it('that a restart has interrupted can be done again', async () => {
    const { p, somebody } = await start();
    await somebody.givenTemplate();
    const challenge = await somebody.challenge();
    await storage(p).imageChecks.start(challenge.imageCheckId, p.now());
    expect(await somebody.state(challenge)).toBe('evaluating');
    await p.restart();
    expect(await somebody.state(challenge)).toBe('open');
    expect((await somebody.show(challenge)).last).toEqual({ done: true, state: 'masked' });
    const { bytes } = await somebody.browser.send(
      'GET',
      `/v1/image-checks/${challenge.imageCheckId}/message`,
    );
    await p.restart();
    // what was masked is the same after it
    const again = await somebody.browser.send('GET', `/v1/image-checks/${challenge.imageCheckId}/message`);
    expect(again.bytes).toEqual(bytes);
  });
});

describe('time and the rest of the server', () => {
  it('ends a check at its deadline, whatever it is doing', async () => {
    const { p, somebody } = await start();
    await somebody.givenTemplate();
    const challenge = await somebody.challenge();
    await somebody.show(challenge);
    p.pass(p.config.policy.imageVerifyMs);
    const message = () => somebody.send('GET', challenge, '/message');
    expect((await message()).json.code).toBe('ceremony-expired');
    expect((await somebody.send('POST', challenge, '/answer', new Uint8Array(70))).json.code).toBe(
      'ceremony-expired',
    );
    await p.server.sweep();
    expect(await somebody.state(challenge)).toBe('closed');
    expect((await message()).json.code).toBe('ceremony-expired');
    expect(await closedFor(p)).toEqual(['expired']);
    expect((await storage(p).signIns.faceFactor(challenge.accountId)).failures).toBe(0);
  });

  it('takes a failure back only when nothing is left to fail', async () => {
    const { p, somebody } = await start();
    await somebody.givenTemplate();
    const { accountId } = somebody.browser.device!;
    const failures = async () => (await storage(p).signIns.faceFactor(accountId)).failures;
    for (let misses = 1; misses <= 2; misses++) {
      await somebody.browser.signIn('Eve', await somebody.browser.openInteraction({}));
      expect(await failures()).toBe(misses);
    }
    const challenge = await somebody.challenge();
    expect(await failures()).toBe(2);
    await somebody.show(challenge);
    const refused = await somebody.send('POST', challenge, '/answer', new Uint8Array(70));
    expect([refused.status, refused.json.code]).toEqual([401, 'sign-in-refused']);
    expect(await failures()).toBe(3);
    // a sign-in that asks for no more does
    expect((await somebody.signIn({})).status).toBe(200);
    expect(await failures()).toBe(2);
  });

  it('erases keys, template and checks with the device, also in the middle, and says so', async () => {
    const { somebody, evaluator } = await start();
    await somebody.givenTemplate();
    const challenge = await somebody.challenge();
    await somebody.show(challenge);
    const { deviceId } = somebody.browser.device!;
    await somebody.browser.reauthenticate();
    const erased = await somebody.browser.send<{ receiptId: string }>(
      'DELETE',
      `/v1/account/devices/${deviceId}/enrolment`,
    );
    expect(erased.json).toMatchObject({ imagesErased: 4, verified: { images: 0 } });
    expect(evaluator.forgotten).toEqual([deviceId]);
    expect((await somebody.send('GET', challenge, '/message')).json.code).toBe('ceremony-not-found');
    const { json } = await somebody.browser.send('GET', `/v1/erasures/${erased.json.receiptId}`);
    expect(json).toMatchObject({ holds: true, remaining: { images: 0 } });
  });

  it('leaves nothing of it in a backup', async () => {
    const { p, somebody } = await start();
    await somebody.givenTemplate();
    await somebody.show(await somebody.challenge());
    const file = join(p.directory, 'copy.db');
    await storage(p).keeping!.backup(file);
    const copy = new DatabaseSync(file);
    onTestFinished(() => copy.close());
    for (const table of ['image_keys', 'image_chunk', 'image_template', 'image_check', 'image_frame'])
      expect(copy.prepare(`SELECT count(*) AS n FROM ${table}`).get()).toEqual({ n: 0 });
  });
});
