/** A renewal statement: what one is accepted for, and everything else. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createDeviceKey, type DeviceKey, makeRenewal, type Renewal, signTranscript } from '../src/client.ts';
import { type RenewalRecord, verifyRenewalStatement } from '../src/server.ts';
import {
  decodeRenewalStatement,
  encodeEnrolStatement,
  encodeRenewalStatement,
  encodeTranscript,
  newId,
  type RenewalTranscript,
  sealed1,
  sha256,
  toBase64url,
} from '../src/wire.ts';
import { codeOf, context, uniform, vector } from './support/sample.ts';

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);
const ceremony = context({ purpose: 'renewal', clientId: 'blindsight:account' });
const match = { generationId: newId(), ticketIndex: 3, tokenHash: bytes(32, 4) };

let deviceKey: DeviceKey;
let renewal: Renewal;
let record: RenewalRecord;
const capture = Float32Array.from(vector(uniform('renewal'), 48));

beforeAll(async () => {
  deviceKey = await createDeviceKey();
  renewal = await makeRenewal({ context: ceremony, match, deviceKey, embeddings: [capture] });
  record = { context: ceremony, match, devicePublicKey: deviceKey.publicKey };
});

describe('a renewal', () => {
  it('makes 96 ordinary tickets from the capture, announces each, and wipes the capture', () => {
    expect(renewal.state).toMatchObject({ ticketClass: 'ordinary', count: 96, nextIndex: 0 });
    expect(renewal.material.tickets.map((ticket) => sha256(ticket))).toEqual(
      renewal.material.statement.ticketHashes,
    );
    expect(renewal.statement).toHaveLength(3188);
    expect(capture.every((value) => value === 0)).toBe(true);
  });

  it('is believed for its own root match', async () => {
    const { ordinary } = await verifyRenewalStatement(record, renewal.statement);
    expect(ordinary).toEqual(renewal.material.statement);
  });

  it('is not made in a ceremony of another purpose', async () => {
    for (const purpose of ['enrol', 'sign-in', 'add-device'] as const) {
      const input = { context: { ...ceremony, purpose }, match, deviceKey, embeddings: [[1] as never] };
      expect(await codeOf(() => makeRenewal(input))).toBe('policy-refused');
    }
  });
});

describe('a renewal statement is not believed', () => {
  it.each<[string, (right: RenewalRecord) => RenewalRecord]>([
    ['in a sign-in', (r) => ({ ...r, context: { ...r.context, purpose: 'sign-in' } })],
    ['in an enrolment', (r) => ({ ...r, context: { ...r.context, purpose: 'enrol' } })],
    ['in another ceremony', (r) => ({ ...r, context: { ...r.context, ceremonyId: newId() } })],
    ['for another device', (r) => ({ ...r, context: { ...r.context, deviceId: newId() } })],
    ['for another account', (r) => ({ ...r, context: { ...r.context, accountId: newId() } })],
    ['under another nonce', (r) => ({ ...r, context: { ...r.context, nonce: bytes(32, 8) } })],
    ['under another threshold', (r) => ({ ...r, context: { ...r.context, tau: 398 } })],
    ['after a match in another generation', (r) => ({ ...r, match: { ...match, generationId: newId() } })],
    ['after a match at another index', (r) => ({ ...r, match: { ...match, ticketIndex: 4 } })],
    ['after another token', (r) => ({ ...r, match: { ...match, tokenHash: bytes(32, 5) } })],
    ['from another device key', (r) => ({ ...r, devicePublicKey: bytes(65, 4) })],
  ])('%s', async (_where, change) => {
    expect(await codeOf(() => verifyRenewalStatement(change(record), renewal.statement))).toBe(
      'signature-refused',
    );
  });

  it('when the device signed other tickets', async () => {
    const { ordinary, signature } = decodeRenewalStatement(renewal.statement, sealed1);
    const ticketHashes = ordinary.ticketHashes.with(95, bytes(32, 1));
    const changed = encodeRenewalStatement({ ordinary: { ...ordinary, ticketHashes }, signature });
    expect(await codeOf(() => verifyRenewalStatement(record, changed))).toBe('signature-refused');
  });

  it('when what the device signed was a probe or an enrolment', async () => {
    const { statement: ordinary } = renewal.material;
    const devicePublicKey = deviceKey.publicKey;
    const enrolled = {
      ...ceremony,
      type: 'enrol-statement',
      devicePublicKey,
      ordinary,
      root: ordinary,
    } as const;
    const signature = await signTranscript(deviceKey.privateKey, enrolled);
    const message = encodeRenewalStatement({ ordinary, signature });
    expect(await codeOf(() => verifyRenewalStatement(record, message))).toBe('signature-refused');
    const foreign = encodeEnrolStatement({
      devicePublicKey,
      ordinary,
      root: { ...ordinary, ticketHashes: [] },
      signature,
    });
    expect(await codeOf(() => verifyRenewalStatement(record, foreign))).toBe('malformed-message');
  });

  it.each<[string, (right: Uint8Array) => Uint8Array, string]>([
    ['cut', (m) => m.slice(0, -1), 'malformed-message'],
    ['longer', (m) => Uint8Array.from([...m, 0]), 'malformed-message'],
    ['empty', () => new Uint8Array(0), 'malformed-message'],
    ['oversized', () => new Uint8Array(8 * 1024 + 1), 'message-too-large'],
    ['of another version', (m) => Uint8Array.from(m).fill(2, 0, 1), 'unsupported-version'],
    ['of the root class', (m) => Uint8Array.from(m).fill(1, 1, 2), 'malformed-message'],
    ['of another count', (m) => Uint8Array.from(m).fill(95, 51, 52), 'malformed-message'],
  ])('when it is %s', async (_what, change, code) => {
    expect(await codeOf(() => verifyRenewalStatement(record, change(renewal.statement)))).toBe(code);
  });
});

// From a second implementation, in Python, of docs/PROTOCOL.md; see its table of test vectors.
it('has a stable transcript: committed vector', () => {
  const fixedId = 'AAAAAAAAAAAAAAAAAAAAAA';
  const ids = { accountId: fixedId, deviceId: fixedId, ceremonyId: fixedId };
  const transcript: RenewalTranscript = {
    ...context({ ...ids, nonce: bytes(32, 1), purpose: 'renewal', clientId: 'blindsight:account' }),
    type: 'renewal-statement',
    match: { generationId: fixedId, ticketIndex: 7, tokenHash: bytes(32, 4) },
    ordinary: {
      generationId: fixedId,
      publicKeyHash: bytes(32, 5),
      ticketHashes: Array.from({ length: 96 }, (_, j) => bytes(32, j)),
    },
  };
  expect(toBase64url(sha256(encodeTranscript(transcript)))).toBe(
    'pLUmYDU3rlw8v-dO8k-UNr8OvyeBZ2AEsPwyJyJ31zw',
  );
});
