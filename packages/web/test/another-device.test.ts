/** Both workers of another device against each other and the server's half of the protocol: no camera, no HTTP. */
import { meanVerifier } from '@blindsight/protocol/client';
import {
  createSealingKey,
  evaluateSealed,
  verifyAnswer,
  verifyAuthorisation,
  verifyEnrolStatement,
  verifyProbe,
} from '@blindsight/protocol/server';
import {
  type CeremonyContext,
  type EnrolmentChallenge,
  fromBase64url,
  newId,
  type PairingChallenge,
  sealed1,
  sha256,
  toBase64url,
} from '@blindsight/protocol/wire';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { admit } from '../src/sdk/admit.ts';
import type { Api } from '../src/sdk/api.ts';
import { WebError } from '../src/sdk/errors.ts';
import { join, readLink } from '../src/sdk/join.ts';
import type { Database } from '../src/sdk/store/database.ts';
import { activateDevice, knownAccounts } from '../src/sdk/store/devices.ts';
import { addDeviceReducer, atFirst } from '../src/state/add-device.ts';
import { beginAdmission } from '../src/worker/admission.ts';
import type { EnrolOutput } from '../src/worker/contract.ts';
import { enrolDevice } from '../src/worker/enrolment.ts';
import { makeOffer } from '../src/worker/offer.ts';
import { codeOf, freshDatabase } from './support/store.ts';

const tau = 400;
const accountId = 'AAAAAAAAAAAAAAAAAAAAAA';
const deviceId = 'BBBBBBBBBBBBBBBBBBBBBA';
const consent = { version: '1', hash: 'h' };
const face = (seed: number) =>
  Float32Array.from({ length: 128 }, (_, i) => Math.sin(seed * (i + 1) * 12.9898));

const ceremony = (over: object = {}) => ({
  ceremonyId: newId(),
  nonce: toBase64url(crypto.getRandomValues(new Uint8Array(32))),
  expiresAt: 2_000_000_000_000,
  ...{ accountId, deviceId, clientId: 'blindsight:account', origin: 'http://localhost:4400' },
  manifestHash: toBase64url(new Uint8Array(32).fill(3)),
  ...{ parameterSet: 'sealed/1', tau, sMax: sealed1.sMax, liveness: 'none' as const },
  ...over,
});
const contextOf = (
  challenge: EnrolmentChallenge | PairingChallenge,
  purpose: CeremonyContext['purpose'],
): CeremonyContext => ({
  ...challenge,
  purpose,
  nonce: fromBase64url(challenge.nonce),
  manifestHash: fromBase64url(challenge.manifestHash),
});
const enrolChallenge = async (over: object = {}): Promise<EnrolmentChallenge> => ({
  ...ceremony(over),
  ordinary: sealed1.ordinaryTickets,
  root: sealed1.rootTickets,
  firstOrdinary: sealed1.firstOrdinary,
  hpkePublicKey: toBase64url((await createSealingKey()).publicKey),
});

let db: Database;
let enrolled: EnrolOutput;
let statement: Awaited<ReturnType<typeof verifyEnrolStatement>>;

beforeAll(async () => {
  db = await freshDatabase();
  const challenge = await enrolChallenge();
  const context = contextOf(challenge, 'enrol');
  enrolled = await enrolDevice(
    { challenge, displayName: 'Ada', profile: 'quick', consent },
    { db, context, embedding: face(1), verifier: meanVerifier, onProgress: () => {}, now: 1_000 },
  );
  statement = await verifyEnrolStatement(context, enrolled.statement);
  await activateDevice(db, deviceId);
});

const pairingChallenge = (): PairingChallenge => ({
  ...ceremony(),
  generationId: statement.root.generationId,
  ticketClass: 'root',
  lastBurnedIndex: -1,
  triesLeft: 5,
  newDeviceId: newId(),
});

/** The server's part of the comparison. */
async function serve(challenge: PairingChallenge, message: Uint8Array) {
  const context = contextOf(challenge, 'add-device');
  const { generationId, ceremonyId, sMax } = challenge;
  const { devicePublicKey } = statement;
  const record = { context, generationId, ticketClass: 'root', devicePublicKey } as const;
  const { ticketIndex, probe } = await verifyProbe(record, message);
  const ticket = enrolled.tickets.find(
    (one) => one.ticketClass === 'root' && one.index === ticketIndex,
  )!.body;
  const publicKey = enrolled.publicKeys.root;
  const result = evaluateSealed({ publicKey, ticket, probe, ceremonyId, tau, sMax });
  const hit = (answer: { token: string; signature: string }) =>
    verifyAnswer({
      ...{ record, ticketIndex, probeHash: sha256(probe) },
      ...result,
      token: fromBase64url(answer.token),
      signature: fromBase64url(answer.signature),
    });
  return { result, ticketIndex, hit };
}

describe('two devices', () => {
  it('agree on the digits, compare, and the enrolled one signs for the key of the new one', async () => {
    const challenge = pairingChallenge();
    const { ceremonyId: pairingId, newDeviceId } = challenge;
    const old = await beginAdmission({ pairingId, accountId });
    const capture = face(1);
    const offer = await makeOffer(old.link, capture);
    const { code, confirmation } = await old.open(offer.message);
    expect(offer.code(confirmation)).toBe(code);

    const input = { challenge, deviceId };
    const context = contextOf(challenge, 'add-device');
    const message = await old.probe(input, { db, context, now: Date.now() });
    const { result, ticketIndex, hit } = await serve(challenge, message);
    expect(await hit(await old.answer(result.message))).toBe(true);
    const match = { generationId: challenge.generationId, ticketIndex, tokenHash: result.tokenHash };
    const { devicePublicKey } = await verifyAuthorisation(
      {
        ...{ context, match, devicePublicKey: statement.devicePublicKey },
        newDevice: { deviceId: newDeviceId, offerHash: sha256(offer.message) },
      },
      await old.authorise(),
    );

    const enrolment = await enrolChallenge({ ceremonyId: pairingId, deviceId: newDeviceId });
    const newContext = contextOf(enrolment, 'add-device');
    const newDb = await freshDatabase();
    const made = await offer.enrol(
      { challenge: enrolment, displayName: 'Ada', profile: 'quick', consent },
      { db: newDb, context: newContext, verifier: meanVerifier, onProgress: () => {}, now: 1_000 },
    );
    const stated = await verifyEnrolStatement(newContext, made.statement);
    expect(stated.devicePublicKey).toEqual(devicePublicKey);
    expect(capture.every((value) => value === 0)).toBe(true);
  });

  it('do not match when somebody else is before the new one, and the miss is answered like a hit', async () => {
    const challenge = pairingChallenge();
    const old = await beginAdmission({ pairingId: challenge.ceremonyId, accountId });
    const offer = await makeOffer(old.link, face(2));
    await old.open(offer.message);
    const context = contextOf(challenge, 'add-device');
    const message = await old.probe({ challenge, deviceId }, { db, context, now: Date.now() });
    const { result, hit } = await serve(challenge, message);
    expect(await hit(await old.answer(result.message))).toBe(false);
  });

  it('the new one shows no digits and makes nothing when another offer was opened', async () => {
    const old = await beginAdmission({ pairingId: newId(), accountId });
    const mine = await makeOffer(old.link, face(1));
    const other = await makeOffer(old.link, face(1));
    const { confirmation } = await old.open(other.message);
    expect(() => mine.code(confirmation)).toThrow(expect.objectContaining({ code: 'pairing-refused' }));
    const challenge = await enrolChallenge({ ceremonyId: readLink(old.link).pairingId });
    const deps = {
      db,
      context: contextOf(challenge, 'add-device'),
      verifier: meanVerifier,
      onProgress: () => {},
      now: 1_000,
    };
    const input = { challenge, displayName: 'Ada', profile: 'quick' as const, consent };
    expect(await codeOf(mine.enrol(input, deps))).toBe('reply-invalid');
  });

  it.each([
    ['another pairing', {}],
    ['another account', { accountId: 'CCCCCCCCCCCCCCCCCCCCCA' }],
  ])('the new one does not enrol for %s, whatever the server says', async (_what, over) => {
    const old = await beginAdmission({ pairingId: newId(), accountId });
    const offer = await makeOffer(old.link, face(1));
    offer.code((await old.open(offer.message)).confirmation);
    const { pairingId } = readLink(old.link);
    const ours = Object.keys(over).length > 0 ? { ceremonyId: pairingId } : {};
    const challenge = await enrolChallenge({ ...ours, ...over });
    const deps = {
      db,
      context: contextOf(challenge, 'add-device'),
      verifier: meanVerifier,
      onProgress: () => {},
      now: 1_000,
    };
    const input = { challenge, displayName: 'Ada', profile: 'quick' as const, consent };
    expect(await codeOf(offer.enrol(input, deps))).toBe('reply-invalid');
  });
});

describe('the flow on the enrolled device', () => {
  const run = async (states: readonly string[], compare: () => Promise<void>) => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const calls: string[] = [];
    const note =
      <T>(name: string, value: T) =>
      async () => {
        calls.push(name);
        return value;
      };
    const queue = [...states];
    const api = {
      startPairing: note('start', pairingChallenge()),
      pairing: async () => ({ state: queue.length > 1 ? queue.shift() : queue[0], label: 'Phone' }),
      pairingOffer: note('offer', new Uint8Array(1)),
      confirmPairing: note('confirm', undefined),
      sendPairingProbe: note('probe', new Uint8Array(1)),
      sendPairingAnswer: note('answer', undefined),
      authorisePairing: note('authorise', undefined),
      cancelPairing: note('cancel', undefined),
    } as unknown as Api;
    const worker = {
      openAdmission: note('link', 'L'),
      openOffer: note('open', { code: '123456', confirmation: new Uint8Array(32) }),
      admissionProbe: note('make', new Uint8Array(1)),
      admissionAnswer: note('answered', { token: '', signature: '' }),
      authorise: note('sign', new Uint8Array(1)),
      abandon: note('abandon', undefined),
    };
    vi.stubGlobal('navigator', {
      locks: { request: (_name: string, _options: object, work: (lock: object) => unknown) => work({}) },
    });
    const addresses: string[] = [];
    const account = (await knownAccounts(db))[0]!;
    const ended = codeOf(
      admit(account, {
        ...{ api, worker, origin: 'https://id.example', secondFactor: async () => {}, compare },
        onAddress: (address) => addresses.push(address),
        signal: new AbortController().signal,
      }),
    );
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    vi.unstubAllGlobals();
    return { calls, addresses, ended: await ended };
  };

  it('shows the address, waits, compares and authorises, in this order', async () => {
    const { calls, addresses, ended } = await run(
      ['open', 'joined', 'offered', 'confirmed', 'authorised', 'finished'],
      async () => {},
    );
    expect(ended).toBe('nothing was thrown');
    expect(addresses).toEqual(['https://id.example/add-device#L']);
    const steps = ['start', 'link', 'offer', 'open', 'confirm', 'make', 'probe', 'answered', 'answer'];
    expect(calls).toEqual([...steps, 'sign', 'authorise']);
  });

  it('spends nothing when the digits differ, and takes everything back', async () => {
    const { calls, ended } = await run(['offered'], () => Promise.reject(new WebError('pairing-refused')));
    expect(ended).toBe('pairing-refused');
    expect(calls).not.toContain('make');
    expect(calls.slice(-2).sort()).toEqual(['abandon', 'cancel']);
  });

  it('ends when the other side has ended it', async () => {
    expect((await run(['joined', 'closed'], async () => {})).ended).toBe('pairing-closed');
  });
});

describe('the flow on the new device', () => {
  it('goes nowhere with a link that is not one', async () => {
    const deps = { api: {} as Api } as Parameters<typeof join>[1];
    const request = { link: 'x', consent, deviceLabel: 'Phone' };
    expect(await codeOf(join(request, deps))).toBe('pairing-link-invalid');
  });
});

describe('the page of the new device', () => {
  const text = { purpose: 'enrol' as const, version: '1', language: 'en', text: 't', hash: 'h' };
  const begun = [{ type: 'loaded', consent: text }, { type: 'consented' }, { type: 'begun' }] as const;

  it('has no way to the camera around the consent', () => {
    expect(addDeviceReducer(atFirst, { type: 'begun' })).toBe(atFirst);
    expect(begun.reduce(addDeviceReducer, atFirst)).toMatchObject({ screen: 'running' });
  });

  it('shows the digits while they are compared, and not longer', () => {
    const running = begun.reduce(addDeviceReducer, atFirst);
    const coded = addDeviceReducer(running, { type: 'coded', code: '123456' });
    const comparing = addDeviceReducer(coded, { type: 'stepped', step: 'comparing' });
    expect(comparing).toMatchObject({ code: '123456' });
    expect(addDeviceReducer(comparing, { type: 'stepped', step: 'making' })).not.toHaveProperty('code');
  });
});
