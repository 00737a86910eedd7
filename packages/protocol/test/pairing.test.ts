/** Another device: the channel the QR code opens, and the authorisation that ends it. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createDeviceKey,
  type DeviceKey,
  openPairing,
  type Pairing,
  sealOffer,
  signAuthorisation,
  signTranscript,
} from '../src/client.ts';
import { type AuthorisationRecord, verifyAuthorisation } from '../src/server.ts';
import {
  type AuthorisationTranscript,
  decodeOffer,
  decodePairingLink,
  decodeSealedOffer,
  encodeAuthorisation,
  encodeOffer,
  encodePairingLink,
  encodeTranscript,
  newId,
  offerBytes,
  type PairingLink,
  sha256,
  toBase64url,
} from '../src/wire.ts';
import { codeOf, context, uniform, vector } from './support/sample.ts';

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);
const capture = (dim = 128) => Float32Array.from(vector(uniform('pairing'), dim));
const place = () => ({ pairingId: newId(), accountId: newId() });

let newDevice: DeviceKey;
let pairing: Pairing;
beforeAll(async () => {
  newDevice = await createDeviceKey();
});
const offer = (over: Partial<PairingLink> = {}, embedding = capture()) =>
  sealOffer({ ...pairing.link, ...over }, { devicePublicKey: newDevice.publicKey, embedding });

describe('a pairing', () => {
  beforeAll(async () => {
    pairing = await openPairing(place());
  });

  it('is carried by a link of 174 characters', () => {
    const text = encodePairingLink(pairing.link);
    expect(text).toMatch(/^[\w-]{174}$/);
    expect(decodePairingLink(text)).toEqual(pairing.link);
  });

  it.each<[string, (link: string) => string, string]>([
    ['cut', (l) => l.slice(0, -1), 'malformed-message'],
    ['longer', (l) => `${l}A`, 'malformed-message'],
    ['empty', () => '', 'malformed-message'],
    ['of another version', (l) => `Ag${l.slice(2)}`, 'unsupported-version'],
    ['of other characters', (l) => `${l.slice(0, -1)}=`, 'malformed-message'],
  ])('is not read from a link that is %s', async (_what, change, code) => {
    expect(await codeOf(() => decodePairingLink(change(encodePairingLink(pairing.link))))).toBe(code);
  });

  it.each([1, 128, 512])(
    'brings key and embedding of %i values over, in messages of one size',
    async (dim) => {
      const fresh = await openPairing(place());
      const { message, code } = await sealOffer(fresh.link, {
        devicePublicKey: newDevice.publicKey,
        embedding: capture(dim),
      });
      expect(message).toHaveLength(2197);
      expect(message).toHaveLength(offerBytes);
      const received = await fresh.open(message);
      expect(received).toMatchObject({ devicePublicKey: newDevice.publicKey, embedding: capture(dim) });
      expect(received.offerHash).toEqual(sha256(message));
      expect(received.code).toMatch(/^\d{6}$/);
      expect(code(received.confirmation)).toBe(received.code);
    },
  );

  it('has other digits each time', async () => {
    const codes = new Set<string>();
    for (let i = 0; i < 6; i++) {
      const fresh = await openPairing(place());
      codes.add((await fresh.open((await sealOfferTo(fresh)).message)).code);
    }
    expect(codes.size).toBeGreaterThan(1);
  });
});

const sealOfferTo = (to: Pairing) =>
  sealOffer(to.link, { devicePublicKey: newDevice.publicKey, embedding: capture() });

describe('a lying server', () => {
  beforeAll(async () => {
    pairing = await openPairing(place());
  });

  it('that knows the key but not the secret of the code cannot put an offer of its own there', async () => {
    const forged = await offer({ secret: bytes(32, 1) });
    expect(await codeOf(() => pairing.open(forged.message))).toBe('pairing-refused');
  });

  it('does not see the embedding: nothing of it is in the sealed bytes', async () => {
    const { message } = await offer();
    const plain = encodeOffer({ devicePublicKey: newDevice.publicKey, embedding: capture() });
    const window = (at: number) => Buffer.from(plain.subarray(at, at + 8));
    for (let at = 0; at < 65 + 4 * 128; at += 8)
      expect(Buffer.from(message).includes(window(at))).toBe(false);
  });

  it('cannot make it open elsewhere by giving the key of a pairing of its own: the code has the right one', async () => {
    const own = await openPairing(place());
    const sealed = await offer();
    expect(await codeOf(() => own.open(sealed.message))).toBe('pairing-refused');
  });

  it.each([
    ['another pairing', { pairingId: newId() }],
    ['another account', { accountId: newId() }],
  ])('cannot move an offer to %s', async (_what, over) => {
    expect(await codeOf(async () => pairing.open((await offer(over)).message))).toBe('pairing-refused');
  });

  it('cannot confirm an offer that was not opened, nor one instead of another', async () => {
    const mine = await offer();
    const other = await offer();
    const { confirmation } = await pairing.open(other.message);
    expect(await codeOf(() => mine.code(confirmation))).toBe('pairing-refused');
    expect(await codeOf(() => mine.code(bytes(32, 0)))).toBe('pairing-refused');
    expect(await codeOf(() => mine.code(new Uint8Array(0)))).toBe('pairing-refused');
    expect(other.code(confirmation)).toMatch(/^\d{6}$/);
  });

  it('cannot have a second offer opened, nor the first one again', async () => {
    const fresh = await openPairing(place());
    const { message } = await sealOfferTo(fresh);
    await fresh.open(message);
    expect(await codeOf(() => fresh.open(message))).toBe('pairing-refused');
    expect(await codeOf(async () => fresh.open((await sealOfferTo(fresh)).message))).toBe('pairing-refused');
  });

  it('cannot end a pairing by a message that does not open', async () => {
    const fresh = await openPairing(place());
    expect(await codeOf(() => fresh.open(bytes(offerBytes, 1)))).toBe('pairing-refused');
    expect((await fresh.open((await sealOfferTo(fresh)).message)).code).toMatch(/^\d{6}$/);
  });

  it('cannot change a single bit: 400 mutations, none opens', async () => {
    const { message } = await offer();
    const next = uniform('mutations');
    for (let i = 0; i < 400; i++) {
      const changed = Uint8Array.from(message);
      changed[Math.floor(next() * changed.length)]! ^= 1 << Math.floor(next() * 8);
      expect(['pairing-refused', 'unsupported-version']).toContain(await codeOf(() => pairing.open(changed)));
    }
  });

  it.each<[string, (m: Uint8Array) => Uint8Array, string]>([
    ['cut', (m) => m.slice(0, -1), 'malformed-message'],
    ['longer', (m) => Uint8Array.from([...m, 0]), 'malformed-message'],
    ['empty', () => new Uint8Array(0), 'malformed-message'],
    ['oversized', () => bytes(4 * 1024 + 1, 1), 'message-too-large'],
  ])('is refused a sealed offer that is %s', async (_what, change, code) => {
    const { message } = await offer();
    expect(await codeOf(() => decodeSealedOffer(change(message)))).toBe(code);
  });
});

describe('a lying new device', () => {
  const plain = (embedding: Float32Array) => encodeOffer({ devicePublicKey: newDevice.publicKey, embedding });

  it.each([0, 513])('cannot offer %i values', async (dim) => {
    expect(await codeOf(() => plain(new Float32Array(dim)))).toBe('embedding-refused');
  });

  it.each<[string, (m: Uint8Array) => Uint8Array]>([
    ['a dim of 0', (m) => Uint8Array.from(m).fill(0, 65, 67)],
    ['a dim of 513', (m) => Uint8Array.from(m).fill(2, 65, 66).fill(1, 66, 67)],
    ['values beyond its dim', (m) => Uint8Array.from(m).fill(1, 67 + 4 * 128, 68 + 4 * 128)],
    ['a value that is not a number', (m) => Uint8Array.from(m).fill(255, 67, 71)],
    ['a byte less', (m) => m.slice(0, -1)],
  ])('cannot offer %s', async (_what, change) => {
    expect(await codeOf(() => decodeOffer(change(plain(capture()))))).toBe('malformed-message');
  });
});

describe('an authorisation', () => {
  const ceremony = context({ purpose: 'add-device', clientId: 'blindsight:account' });
  const match = { generationId: newId(), ticketIndex: 3, tokenHash: bytes(32, 4) };
  const named = { deviceId: newId(), offerHash: bytes(32, 6) };
  let enrolled: DeviceKey;
  let record: AuthorisationRecord;
  let message: Uint8Array;
  beforeAll(async () => {
    enrolled = await createDeviceKey();
    record = { context: ceremony, match, devicePublicKey: enrolled.publicKey, newDevice: named };
    const devicePublicKey = newDevice.publicKey;
    message = await signAuthorisation(ceremony, match, enrolled, { ...named, devicePublicKey });
  });

  it('is believed for its own match, offer and device, and names the key that may enrol', async () => {
    expect(message).toHaveLength(130);
    expect((await verifyAuthorisation(record, message)).devicePublicKey).toEqual(newDevice.publicKey);
  });

  it('is not made in a ceremony of another purpose', async () => {
    for (const purpose of ['enrol', 'sign-in', 'renewal'] as const) {
      const other = { ...named, devicePublicKey: newDevice.publicKey };
      const make = () => signAuthorisation({ ...ceremony, purpose }, match, enrolled, other);
      expect(await codeOf(make)).toBe('policy-refused');
    }
  });

  it.each<[string, (right: AuthorisationRecord) => AuthorisationRecord]>([
    ['in a renewal', (r) => ({ ...r, context: { ...r.context, purpose: 'renewal' } })],
    ['in another ceremony', (r) => ({ ...r, context: { ...r.context, ceremonyId: newId() } })],
    ['under another nonce', (r) => ({ ...r, context: { ...r.context, nonce: bytes(32, 8) } })],
    ['for another account', (r) => ({ ...r, context: { ...r.context, accountId: newId() } })],
    ['from another enrolled device', (r) => ({ ...r, context: { ...r.context, deviceId: newId() } })],
    ['after its time, moved', (r) => ({ ...r, context: { ...r.context, expiresAt: 1 } })],
    ['after a match in another generation', (r) => ({ ...r, match: { ...match, generationId: newId() } })],
    ['after a match at another index', (r) => ({ ...r, match: { ...match, ticketIndex: 4 } })],
    ['after another token', (r) => ({ ...r, match: { ...match, tokenHash: bytes(32, 5) } })],
    ['for another new device', (r) => ({ ...r, newDevice: { ...named, deviceId: newId() } })],
    ['for another offer', (r) => ({ ...r, newDevice: { ...named, offerHash: bytes(32, 7) } })],
    ['by another key', (r) => ({ ...r, devicePublicKey: newDevice.publicKey })],
  ])('is not believed %s', async (_where, change) => {
    expect(await codeOf(() => verifyAuthorisation(change(record), message))).toBe('signature-refused');
  });

  it('is not believed for another key of the new device', async () => {
    const other = await createDeviceKey();
    const changed = Uint8Array.from(message);
    changed.set(other.publicKey, 1);
    expect(await codeOf(() => verifyAuthorisation(record, changed))).toBe('signature-refused');
  });

  it('is not believed when what was signed was a renewal', async () => {
    const ordinary = { generationId: newId(), publicKeyHash: bytes(32, 1), ticketHashes: [] };
    const signed = { ...ceremony, type: 'renewal-statement', match, ordinary } as const;
    const signature = await signTranscript(enrolled.privateKey, signed);
    const forged = encodeAuthorisation({ devicePublicKey: newDevice.publicKey, signature });
    expect(await codeOf(() => verifyAuthorisation(record, forged))).toBe('signature-refused');
  });

  it.each<[string, (m: Uint8Array) => Uint8Array, string]>([
    ['cut', (m) => m.slice(0, -1), 'malformed-message'],
    ['longer', (m) => Uint8Array.from([...m, 0]), 'malformed-message'],
    ['oversized', () => bytes(257, 1), 'message-too-large'],
    ['of another version', (m) => Uint8Array.from(m).fill(2, 0, 1), 'unsupported-version'],
  ])('is refused when it is %s', async (_what, change, code) => {
    expect(await codeOf(() => verifyAuthorisation(record, change(message)))).toBe(code);
  });
});

// From a second implementation, in Python, of docs/PROTOCOL.md; see its table of test vectors.
it('has a stable transcript: committed vector', () => {
  const fixedId = 'AAAAAAAAAAAAAAAAAAAAAA';
  const ids = { accountId: fixedId, deviceId: fixedId, ceremonyId: fixedId };
  const transcript: AuthorisationTranscript = {
    ...context({ ...ids, nonce: bytes(32, 1), purpose: 'add-device', clientId: 'blindsight:account' }),
    type: 'add-device-authorisation',
    match: { generationId: fixedId, ticketIndex: 7, tokenHash: bytes(32, 4) },
    newDevice: { deviceId: fixedId, devicePublicKey: bytes(65, 5), offerHash: bytes(32, 6) },
  };
  expect(toBase64url(sha256(encodeTranscript(transcript)))).toBe(
    'v8OUJeUJFFKIqo3ayy61GshFrlrRSnz_vqTQP5CZRbU',
  );
});
