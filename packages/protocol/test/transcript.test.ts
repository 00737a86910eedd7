import { describe, expect, it } from 'vitest';
import { createDeviceKey, signTranscript } from '../src/client.ts';
import { type ProbeRecord, verifyAnswer, verifyEnrolStatement, verifyProbe } from '../src/server.ts';
import {
  answerTranscript,
  type CeremonyContext,
  encodeEnrolStatement,
  encodeProbeMessage,
  encodeTranscript,
  newId,
  probeTranscript,
  sha256,
  type Transcript,
  toBase64url,
} from '../src/wire.ts';
import { codeOf, context } from './support/sample.ts';

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);
const hashes = (count: number) => Array.from({ length: count }, (_, j) => bytes(32, j));
const fixedId = 'AAAAAAAAAAAAAAAAAAAAAA';

/** Every field of a ceremony in another value: what a foreign ceremony, RP, device ... looks like. */
const flips: Record<keyof CeremonyContext, Partial<CeremonyContext>> = {
  purpose: { purpose: 'renewal' },
  parameterSet: { parameterSet: 'sealed/2' },
  accountId: { accountId: newId() },
  deviceId: { deviceId: newId() },
  ceremonyId: { ceremonyId: newId() },
  nonce: { nonce: bytes(32, 200) },
  expiresAt: { expiresAt: 1_900_000_000_001 },
  clientId: { clientId: 'demo-shop ' },
  origin: { origin: 'http://localhost:4401' },
  manifestHash: { manifestHash: bytes(32, 10) },
  tau: { tau: 398 },
  sMax: { sMax: 1264 },
  challengeHash: { challengeHash: bytes(32, 1) },
};

describe('the transcript', () => {
  // Vectors from a second implementation, in Python, from docs/PROTOCOL.md.
  it('is stable: committed vectors', () => {
    const common = context({
      accountId: fixedId,
      deviceId: fixedId,
      ceremonyId: fixedId,
      nonce: bytes(32, 1),
    });
    const probe = probeTranscript(common, {
      generationId: fixedId,
      ticketClass: 'ordinary',
      ticketIndex: 7,
      probe: bytes(64, 2),
    });
    const answer = answerTranscript(
      probe,
      { replyHash: bytes(32, 3), tokenHash: bytes(32, 4) },
      bytes(16, 5),
    );
    expect(toBase64url(sha256(encodeTranscript(probe)))).toBe('dHzlPEAci89De5RCgxg4chtyNnpmDDA91IJ_8s2Pk5g');
    expect(toBase64url(sha256(encodeTranscript(answer)))).toBe('XTqhS4S-L19TOHLztizQKx1p-3DqNdiHk4vsh3bC26I');
    expect(Buffer.from(encodeTranscript(probe)).subarray(0, 28).toString('latin1')).toBe(
      'blindsight/transcript\0\x01\x02\0\x01\x02\0',
    );
  });

  it('keeps fields apart: moving a character between client id and origin changes it', () => {
    const one = context({ clientId: 'ab', origin: 'c' });
    const encode = (c: CeremonyContext) => {
      const spent = {
        generationId: fixedId,
        ticketClass: 'root',
        ticketIndex: 0,
        probe: bytes(64, 0),
      } as const;
      return toBase64url(encodeTranscript(probeTranscript(c, spent)));
    };
    expect(encode({ ...one, clientId: 'a', origin: 'bc' })).not.toBe(encode(one));
    // equal bytes in the absent and the present challenge hash would be a collision of two meanings
    expect(encode({ ...one, challengeHash: bytes(32, 0) })).not.toBe(encode(one));
  });

  it.each([
    ['nonce', { nonce: bytes(31, 1) }],
    ['manifestHash', { manifestHash: bytes(33, 1) }],
    ['deviceId', { deviceId: 'short' }],
    ['tau', { tau: -2 }],
    ['expiresAt', { expiresAt: 2 ** 53 }],
    ['challengeHash', { challengeHash: bytes(16, 1) }],
  ])('refuses a %s of the wrong size', async (_field, over) => {
    const wrong = { ...context(over), type: 'sign-in-probe', generationId: fixedId } as unknown as Transcript;
    expect(await codeOf(() => encodeTranscript(wrong))).toBe('malformed-message');
  });
});

describe('a device signature', async () => {
  const device = await createDeviceKey();
  const other = await createDeviceKey();
  const common = context();
  const record: ProbeRecord = {
    context: common,
    generationId: newId(),
    ticketClass: 'ordinary',
    devicePublicKey: device.publicKey,
  };
  const probe = bytes(64, 77);
  const transcript = probeTranscript(common, { ...record, ticketIndex: 3, probe });
  const signature = await signTranscript(device.privateKey, transcript);
  const message = encodeProbeMessage({ ticketIndex: 3, probe, signature });

  it('verifies over the transcript the server rebuilds', async () => {
    expect(await verifyProbe(record, message)).toEqual({ ticketIndex: 3, probe, signature });
  });

  it.each(Object.entries(flips))('does not verify for a ceremony with another %s', async (field, flip) => {
    const wrong = { ...record, context: { ...common, ...flip } };
    const expected = field === 'parameterSet' ? 'unsupported-parameters' : 'signature-refused';
    expect(await codeOf(() => verifyProbe(wrong, message))).toBe(expected);
  });

  it.each([
    ['generation', { generationId: newId() }],
    ['ticket class', { ticketClass: 'root' as const }],
    ['device key', { devicePublicKey: other.publicKey }],
    ['device key that is no point', { devicePublicKey: bytes(65, 4) }],
  ])('does not verify with another %s', async (_name, over) => {
    expect(await codeOf(() => verifyProbe({ ...record, ...over }, message))).toBe('signature-refused');
  });

  it('covers the index and the probe', async () => {
    const index = encodeProbeMessage({ ticketIndex: 4, probe, signature });
    const bits = encodeProbeMessage({ ticketIndex: 3, probe: bytes(64, 78), signature });
    for (const wrong of [index, bits])
      expect(await codeOf(() => verifyProbe(record, wrong))).toBe('signature-refused');
  });

  it('is not asked about an index the class does not have', async () => {
    const beyond = encodeProbeMessage({ ticketIndex: 96, probe, signature });
    expect(await codeOf(() => verifyProbe(record, beyond))).toBe('malformed-message');
  });

  describe('of an answer', async () => {
    const token = bytes(16, 1);
    const sent = { replyHash: bytes(32, 2), tokenHash: sha256(token) };
    const sign = async (outcome: Uint8Array, reply = sent) =>
      signTranscript(device.privateKey, answerTranscript(transcript, reply, outcome));
    const answer = { record, ticketIndex: 3, probeHash: sha256(probe), ...sent };

    it('tells a hit from a miss, both signed', async () => {
      expect(await verifyAnswer({ ...answer, token, signature: await sign(token) })).toBe(true);
      const miss = bytes(16, 9);
      expect(await verifyAnswer({ ...answer, token: miss, signature: await sign(miss) })).toBe(false);
    });

    it('covers reply, commitment, token, index and probe', async () => {
      const good = { ...answer, token, signature: await sign(token) };
      const wrong = [
        { replyHash: bytes(32, 3) },
        { tokenHash: bytes(32, 3) },
        { token: bytes(16, 2) },
        { ticketIndex: 4 },
        { probeHash: bytes(32, 3) },
        { signature: good.signature.toReversed() },
        { signature },
        { record: { ...record, context: { ...common, ceremonyId: newId() } } },
      ];
      for (const over of wrong) {
        expect(await codeOf(() => verifyAnswer({ ...good, ...over }))).toBe('signature-refused');
      }
      expect(await codeOf(() => verifyAnswer({ ...good, token: bytes(15, 1) }))).toBe('malformed-message');
    });
  });

  describe('of an enrolment', async () => {
    const enrolment = context({ purpose: 'enrol', clientId: 'blindsight:account' });
    const generation = (count: number) => ({
      generationId: newId(),
      publicKeyHash: bytes(32, count),
      ticketHashes: hashes(count),
    });
    const declared = { devicePublicKey: device.publicKey, ordinary: generation(96), root: generation(24) };
    const signed = await signTranscript(device.privateKey, {
      ...enrolment,
      type: 'enrol-statement',
      ...declared,
    });
    const encode = (over: object = {}) => encodeEnrolStatement({ ...declared, signature: signed, ...over });

    it('verifies with the key it names', async () => {
      expect(await verifyEnrolStatement(enrolment, encode())).toEqual({ ...declared, signature: signed });
    });

    it('covers the device key, both generations, and every hash', async () => {
      const ticketHashes = declared.ordinary.ticketHashes.with(95, bytes(32, 250));
      const wrong = [
        { devicePublicKey: other.publicKey },
        { ordinary: { ...declared.ordinary, generationId: newId() } },
        { root: { ...declared.root, publicKeyHash: bytes(32, 250) } },
        { ordinary: { ...declared.ordinary, ticketHashes } },
      ];
      for (const over of wrong) {
        expect(await codeOf(() => verifyEnrolStatement(enrolment, encode(over)))).toBe('signature-refused');
      }
    });

    it.each(Object.entries(flips))('does not verify for a ceremony with another %s', async (field, flip) => {
      const expected = field === 'parameterSet' ? 'unsupported-parameters' : 'signature-refused';
      expect(await codeOf(() => verifyEnrolStatement({ ...enrolment, ...flip }, encode()))).toBe(expected);
    });

    it('does not take one generation for both classes', async () => {
      const root = { ...declared.root, generationId: declared.ordinary.generationId };
      const both = { ...declared, root };
      const signature = await signTranscript(device.privateKey, {
        ...enrolment,
        type: 'enrol-statement',
        ...both,
      });
      const message = encodeEnrolStatement({ ...both, signature });
      expect(await codeOf(() => verifyEnrolStatement(enrolment, message))).toBe('malformed-message');
    });
  });
});
