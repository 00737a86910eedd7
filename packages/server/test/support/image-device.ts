/**
 * The device's half of an encrypted-image check over `app.inject`, and a provider whose check is on, with a network of
 * random weights and drawn pictures.
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { image, signImage, signImageAnswer } from '@blindsight/protocol/client';
import {
  type EvaluationLine,
  type ImageCeremony,
  type ImageChallenge,
  imageCheckContext,
  type MissingChunks,
  sha256,
} from '@blindsight/protocol/wire';
import { onTestFinished } from 'vitest';
import { type Exported, pattern, randomNetwork } from '../../../protocol/test/support/random-network.ts';
import type { ImageCheckConfig } from '../../src/config.ts';
import type { ConfigOverrides } from '../../src/default-config.ts';
import type { Replacements } from '../../src/server.ts';
import { Browser, type Reply } from './browser.ts';
import { origin, type Provider, provider } from './provider.ts';

export const acrImage = 'urn:blindsight:acr:sealed+image';
const set = image.ringfaceMini;
let exported: Exported | undefined;

/** The files of a network that fits `ringface-mini`; normalised on other pictures than the tests take. */
export function network(): Exported {
  exported ??= randomNetwork(set, 32);
  return exported;
}

/** A folder as `training/weights` is. @param over what a file holds instead. */
export function weightsFolder(
  over: Partial<Record<'manifest.json' | 'weights.bin', Uint8Array>> = {},
): string {
  const directory = mkdtempSync(join(tmpdir(), 'blindsight-weights-'));
  const { manifest, weights, golden, chips } = network();
  mkdirSync(join(directory, 'ringface-mini'));
  const files = {
    'manifest.json': manifest,
    'weights.bin': weights,
    'golden.json': golden,
    'golden.bin': chips,
  };
  for (const [name, bytes] of Object.entries({ ...files, ...over }))
    writeFileSync(join(directory, 'ringface-mini', name), bytes);
  return directory;
}

/** A provider with the check on. The people of `drawn` are told apart at this threshold. */
export async function imageProvider(
  over: ConfigOverrides & { readonly image?: Partial<ImageCheckConfig> } = {},
  replaced: Replacements = {},
): Promise<Provider> {
  const weightsDirectory = weightsFolder();
  const settings = { check: 'ringface-mini', threads: 2, threshold: 0.7, weightsDirectory } as const;
  const running = await provider({ ...over, image: { ...settings, ...over.image } }, replaced);
  onTestFinished(async () => {
    await running.dispose();
    rmSync(weightsDirectory, { recursive: true, force: true });
  });
  return running;
}

/** A picture of a person who is none: a pattern with a little of another one. [3][112][112] */
export function drawn(person: number, take: number, share = 0.15): Float64Array {
  const [own, other] = [pattern(person), pattern(50 + 7 * take)];
  return Float64Array.from(own, (v, k) => (1 - share) * v + share * other[k]!);
}

/** Drawing and making keys take seconds; every test file makes them once. */
const contexts = { engine: image.createImageContext(set) };
/** The image key's seed of a device, as its tests number it. */
export const secretOf = (seed: number): Uint8Array =>
  new Uint8Array(createHash('sha256').update(`image key ${seed}`).digest());
const keysBySeed = new Map<number, Uint8Array>();
export function keysOf(seed: number): Uint8Array {
  const known = keysBySeed.get(seed);
  if (known) return known;
  const made = image.makeImageKeys(contexts.engine, set, secretOf(seed));
  keysBySeed.set(seed, made);
  return made;
}

export class ImageDevice {
  readonly browser: Browser;
  readonly seed: number;
  readonly secretKey: ReturnType<typeof image.imageSecretKey>;

  constructor(browser: Browser, seed = 11) {
    this.browser = browser;
    this.seed = seed;
    this.secretKey = image.imageSecretKey(contexts.engine, secretOf(seed));
  }

  get manifest(): Uint8Array {
    return image.encodeKeyManifest(image.describeKeys(set.id, keysOf(this.seed)).manifest);
  }

  ceremony(challenge: ImageChallenge): ImageCeremony {
    const { accountId, deviceId } = this.browser.device!;
    const context = imageCheckContext(challenge, { origin, accountId, deviceId });
    return challenge.kind === 'enrol' ? { context, keysHash: sha256(this.manifest) } : { context };
  }

  /** Agrees to what is sent, as the page asks before anything is. */
  async consent({ imageCheckId }: ImageChallenge, over: object = {}): Promise<Reply> {
    const text = await this.browser.must<{ version: string; hash: string }>(
      'GET',
      '/v1/consents/image-check?lang=en',
    );
    const { version, hash } = { ...text, ...over };
    return this.browser.send('PUT', `/v1/image-checks/${imageCheckId}/consent`, { version, hash });
  }

  /** Whoever may not agree may not announce anything either. */
  async announce(challenge: ImageChallenge, manifest = this.manifest): Promise<Reply<MissingChunks>> {
    if (challenge.kind === 'enrol') await this.consent(challenge);
    return this.announceOnly(challenge, manifest);
  }

  announceOnly({ imageCheckId }: ImageChallenge, manifest = this.manifest): Promise<Reply<MissingChunks>> {
    return this.browser.send('PUT', `/v1/image-checks/${imageCheckId}/keys`, manifest);
  }

  chunk({ imageCheckId }: ImageChallenge, index: number, body?: Uint8Array) {
    const { chunks } = image.describeKeys(set.id, keysOf(this.seed));
    return this.browser.send('PUT', `/v1/image-checks/${imageCheckId}/keys/${index}`, body ?? chunks[index]!);
  }

  /** @returns how many chunks were sent. */
  async upload(challenge: ImageChallenge): Promise<number> {
    const { json } = await this.announce(challenge);
    for (const index of json.missing) {
      const { status } = await this.chunk(challenge, index);
      if (status !== 204) throw new Error(`chunk ${index}: ${status}`);
    }
    return json.missing.length;
  }

  encrypt(picture: ArrayLike<number>): Uint8Array {
    return image.encryptImage(this.secretKey, contexts.engine, set, picture);
  }

  signed(challenge: ImageChallenge, index: number, message: Uint8Array): Promise<Uint8Array> {
    return signImage(this.ceremony(challenge), this.browser.device!.deviceKey, index, message);
  }

  async sendImage(challenge: ImageChallenge, index: number, body: Uint8Array) {
    const reply = await this.browser.send<Record<string, unknown>>(
      'POST',
      `/v1/image-checks/${challenge.imageCheckId}/images/${index}`,
      body,
    );
    return { ...reply, lines: reply.status === 200 ? linesOf(reply.bytes) : [] };
  }

  /** Sends the pictures, all of them. @returns the image messages */
  async show(challenge: ImageChallenge, pictures: readonly ArrayLike<number>[]): Promise<Uint8Array[]> {
    const messages = pictures.map((picture) => this.encrypt(picture));
    for (const [index, message] of messages.entries()) {
      const { status, json, lines } = await this.sendImage(
        challenge,
        index,
        await this.signed(challenge, index, message),
      );
      const last = lines.at(-1);
      if (status !== 200 || !last || !('state' in last))
        throw new Error(`${status} ${JSON.stringify(json)} ${JSON.stringify(last)}`);
    }
    return messages;
  }

  message({ imageCheckId }: ImageChallenge) {
    return this.browser.send('GET', `/v1/image-checks/${imageCheckId}/message`);
  }

  open({ kind, frames }: ImageChallenge, message: Uint8Array): Uint8Array {
    const values = kind === 'verify' ? 2 : 2 * frames;
    return image.openMaskedAnswer(this.secretKey, contexts.engine, message, 3 * values);
  }

  async signedAnswer(
    challenge: ImageChallenge,
    images: readonly Uint8Array[],
    message: Uint8Array,
    opened = this.open(challenge, message),
  ): Promise<Uint8Array> {
    const exchange = { imageHashes: images.map((one) => sha256(one)), messageHash: sha256(message) };
    return signImageAnswer(this.ceremony(challenge), this.browser.device!.deviceKey, exchange, opened);
  }

  sendAnswer(
    { imageCheckId }: ImageChallenge,
    body: Uint8Array,
  ): Promise<Reply<{ redirectTo?: string; ready?: true; code?: string }>> {
    return this.browser.send('POST', `/v1/image-checks/${imageCheckId}/answer`, body);
  }

  /** From the pictures to the answer. */
  async finish(challenge: ImageChallenge, pictures: readonly ArrayLike<number>[]) {
    const images = await this.show(challenge, pictures);
    const { bytes } = await this.message(challenge);
    return this.sendAnswer(challenge, await this.signedAnswer(challenge, images, bytes));
  }

  async status({ imageCheckId }: ImageChallenge) {
    return (await this.browser.send<Record<string, unknown>>('GET', `/v1/image-checks/${imageCheckId}`)).json;
  }

  cancel({ imageCheckId }: ImageChallenge) {
    return this.browser.send('DELETE', `/v1/image-checks/${imageCheckId}`);
  }

  /** A sealed sign-in of an application that wants more. */
  async challengeAfterSignIn(who = 'Ada', uid?: string): Promise<ImageChallenge> {
    const asked = uid ?? (await this.browser.openInteraction({ acr_values: acrImage }));
    const { status, json } = await this.browser.signIn(who, asked);
    const { image: challenge } = json as { image?: ImageChallenge };
    if (status !== 200 || !challenge) throw new Error(`${status} ${JSON.stringify(json)}`);
    return challenge;
  }

  /** Keys and template of a person, from a sign-in. */
  async enrol(person = 1): Promise<void> {
    const challenge = await this.challengeAfterSignIn();
    await this.upload(challenge);
    const { status, json } = await this.finish(
      challenge,
      [0, 1, 2].map((take) => drawn(person, take)),
    );
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(json)}`);
  }
}

export const linesOf = (bytes: Uint8Array): EvaluationLine[] =>
  Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EvaluationLine);

/** Somebody with an account, a device and nothing of the image check. */
export async function enrolledDevice(p: Provider, seed = 11): Promise<ImageDevice> {
  const browser = new Browser(p);
  await browser.createAccount();
  await browser.enrol('Ada');
  return new ImageDevice(browser, seed);
}
