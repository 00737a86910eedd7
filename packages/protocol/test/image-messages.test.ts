/** What a device signs in an encrypted-image check, and what the server takes for it. */
import { describe, expect, it } from 'vitest';
import { createDeviceKey, signImage, signImageAnswer } from '../src/client.ts';
import { verifySignedImage, verifySignedImageAnswer } from '../src/server.ts';
import {
  encodeTranscript,
  fromBase64url,
  type ImageChallenge,
  imageAnswerTranscript,
  imageCheckContext,
  imageLimits,
  imageProbeTranscript,
  newId,
  sha256,
  toBase64url,
} from '../src/wire.ts';
import { codeOf } from './support/sample.ts';

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);
const own = { origin: 'http://localhost:4400', accountId: newId(), deviceId: newId() };
const challenge: ImageChallenge = {
  ...own,
  imageCheckId: newId(),
  kind: 'enrol',
  set: 'ringface-mini/1',
  network: 'ab'.repeat(32),
  frames: 3,
  nonce: toBase64url(bytes(32, 3)),
  expiresAt: 1_900_000_000_000,
  clientId: 'demo',
  steps: ['conv1', 'conv2', 'head'],
};

describe('the context of an image check', () => {
  it('is that of a ceremony with the network in the place of the models', () => {
    expect(imageCheckContext(challenge, own)).toMatchObject({
      purpose: 'image-enrol',
      ceremonyId: challenge.imageCheckId,
      manifestHash: bytes(32, 0xab),
      parameterSet: 'ringface-mini/1',
      tau: 0,
    });
    expect(imageCheckContext({ ...challenge, kind: 'verify' }, own).purpose).toBe('image-verify');
  });

  it.each([
    ['policy-refused', { origin: 'http://localhost:4401' }],
    ['policy-refused', { accountId: newId() }],
    ['policy-refused', { deviceId: newId() }],
    ['malformed-message', { network: 'AB'.repeat(32) }],
    ['malformed-message', { nonce: 'short' }],
    ['malformed-message', { kind: 'both' as 'enrol' }],
  ])('is %s for another or no %j', async (code, over) => {
    expect(await codeOf(() => imageCheckContext({ ...challenge, ...over }, own))).toBe(code);
  });
});

describe('the transcripts', () => {
  const zero = 'AAAAAAAAAAAAAAAAAAAAAA';
  const context = {
    ...imageCheckContext(challenge, own),
    accountId: zero,
    deviceId: zero,
    ceremonyId: zero,
  };
  const hash = (transcript: Parameters<typeof encodeTranscript>[0]) =>
    toBase64url(sha256(encodeTranscript(transcript)));

  // Vectors from docs/ENCRYPTED-IMAGE.md, computed in Python.
  it('are stable', () => {
    const probe = imageProbeTranscript({ context, keysHash: bytes(32, 5) }, 2, bytes(10, 1));
    const exchange = { imageHashes: [bytes(32, 6), bytes(32, 7)], messageHash: bytes(32, 8) };
    expect(hash(probe)).toBe('r15NUGY4BaVwTL6XABijl46hooMjQdMigRPTJuOBa9o');
    expect(hash(imageAnswerTranscript({ context }, exchange, bytes(14, 2)))).toBe(
      'kMwWLL70hcty0Z3CHyOQIJzxjOiGWmzlTz9FJrMzbPQ',
    );
  });

  it('tell an absent key set from every key set, and one image from two', () => {
    const one = { imageHashes: [bytes(32, 6)], messageHash: bytes(32, 8) };
    const two = { ...one, imageHashes: [bytes(32, 6), bytes(32, 8)] };
    const all = [
      imageAnswerTranscript({ context }, one, bytes(14, 2)),
      imageAnswerTranscript({ context }, two, bytes(14, 2)),
      imageAnswerTranscript({ context, keysHash: bytes(32, 6) }, one, bytes(14, 2)),
      imageProbeTranscript({ context }, 0, bytes(10, 1)),
      imageProbeTranscript({ context, keysHash: bytes(32, 0) }, 0, bytes(10, 1)),
    ];
    expect(new Set(all.map(hash)).size).toBe(all.length);
  });
});

describe('a signed message', async () => {
  const device = await createDeviceKey();
  const other = await createDeviceKey();
  const ceremony = { context: imageCheckContext(challenge, own), keysHash: bytes(32, 5) };
  const record = { ...ceremony, devicePublicKey: device.publicKey };
  const image = bytes(1000, 1);
  const opened = bytes(20, 2);
  const exchange = { imageHashes: [sha256(image)], messageHash: bytes(32, 8) };

  it('brings what was signed', async () => {
    const body = await signImage(ceremony, device, 1, image);
    expect(body).toHaveLength(65 + image.length);
    expect(await verifySignedImage(record, 1, body)).toEqual(image);
    const answer = await signImageAnswer(ceremony, device, exchange, opened);
    expect(await verifySignedImageAnswer(record, exchange, answer)).toEqual(opened);
  });

  it('is of one device, ceremony, key set, index and image', async () => {
    const body = await signImage(ceremony, device, 1, image);
    const wrong = [
      { ...record, devicePublicKey: other.publicKey },
      { ...record, keysHash: bytes(32, 6) },
      { context: record.context, devicePublicKey: device.publicKey },
      { ...record, context: { ...record.context, ceremonyId: newId() } },
      { ...record, context: { ...record.context, manifestHash: bytes(32, 1) } },
      { ...record, context: { ...record.context, purpose: 'image-verify' as const } },
    ];
    for (const one of wrong)
      expect(await codeOf(() => verifySignedImage(one, 1, body))).toBe('signature-refused');
    expect(await codeOf(() => verifySignedImage(record, 0, body))).toBe('signature-refused');
    expect(await codeOf(() => verifySignedImage(record, 1, body.with(-1, 9)))).toBe('signature-refused');
  });

  it('is over the exchange it answers', async () => {
    const body = await signImageAnswer(ceremony, device, exchange, opened);
    for (const over of [
      { messageHash: bytes(32, 9) },
      { imageHashes: [bytes(32, 9)] },
      { imageHashes: [] },
    ]) {
      const wrong = () => verifySignedImageAnswer(record, { ...exchange, ...over }, body);
      expect(await codeOf(wrong)).toBe('signature-refused');
    }
    expect(await codeOf(() => verifySignedImageAnswer(record, exchange, body.with(-1, 9)))).toBe(
      'signature-refused',
    );
  });

  it('has a version, a signature and a limit', async () => {
    const body = await signImageAnswer(ceremony, device, exchange, opened);
    const refused = (bytes: Uint8Array) => codeOf(() => verifySignedImageAnswer(record, exchange, bytes));
    expect(await refused(body.with(0, 2))).toBe('unsupported-version');
    expect(await refused(body.subarray(0, 64))).toBe('malformed-message');
    expect(await refused(bytes(imageLimits.signedAnswer + 1, 1))).toBe('message-too-large');
    expect(await codeOf(() => fromBase64url(challenge.nonce, 31))).toBe('malformed-message');
  });
});
