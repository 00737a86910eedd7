/** Renewal on the device: the worker against the server's half of the protocol, the store, the flow, the way back. */
import { meanVerifier } from '@blindsight/protocol/client';
import {
  createSealingKey,
  evaluateSealed,
  openSealedTicket,
  verifyAnswer,
  verifyEnrolStatement,
  verifyProbe,
  verifyRenewalStatement,
} from '@blindsight/protocol/server';
import {
  type CeremonyContext,
  type ChallengePolicy,
  type EnrolmentChallenge,
  equalBytes,
  fromBase64url,
  newId,
  type RenewalChallenge,
  sealed1,
  sha256,
  toBase64url,
} from '@blindsight/protocol/wire';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '../src/sdk/api.ts';
import { WebError } from '../src/sdk/errors.ts';
import { recoverPending } from '../src/sdk/recovery.ts';
import { renew } from '../src/sdk/renew.ts';
import type { Database } from '../src/sdk/store/database.ts';
import { activateDevice, forgetDevice, knownAccounts } from '../src/sdk/store/devices.ts';
import { activateRenewal, forgetRenewal, pendingRenewals, saveRenewal } from '../src/sdk/store/renewals.ts';
import type { RenewalRecord } from '../src/sdk/store/schema.ts';
import { pendingCount } from '../src/sdk/store/uploads.ts';
import type { EnrolOutput } from '../src/worker/contract.ts';
import { enrolDevice } from '../src/worker/enrolment.ts';
import { beginRenewal } from '../src/worker/renewal.ts';
import { codeOf, enrolment, freshDatabase, saved, upload } from './support/store.ts';

const face = (seed: number, noise = 0) =>
  Float32Array.from(
    { length: 128 },
    (_, i) => Math.sin(seed * (i + 1) * 12.9898) + noise * Math.cos(i * 7.7),
  );

/** Unit: ms since the Unix epoch. */
const today = 1_790_000_000_000;

describe('renewal on the device', () => {
  const manifestHash = new Uint8Array(32).fill(3);
  const ceremony = () => ({
    ceremonyId: newId(),
    nonce: toBase64url(new Uint8Array(32).fill(1)),
    expiresAt: 2_000_000_000_000,
    accountId: 'AAAAAAAAAAAAAAAAAAAAAA',
    deviceId: 'BBBBBBBBBBBBBBBBBBBBBA',
    clientId: 'blindsight:account',
    origin: 'http://localhost:4400',
    manifestHash: toBase64url(manifestHash),
    parameterSet: 'sealed/1',
    tau: 400,
    sMax: sealed1.sMax,
    liveness: 'none' as ChallengePolicy,
  });
  const contextOf = (
    challenge: ReturnType<typeof ceremony>,
    purpose: CeremonyContext['purpose'],
  ): CeremonyContext => ({ ...challenge, purpose, nonce: fromBase64url(challenge.nonce), manifestHash });

  let db: Database;
  let enrolled: EnrolOutput;
  let declared: Awaited<ReturnType<typeof verifyEnrolStatement>>;
  let sealing: Awaited<ReturnType<typeof createSealingKey>>;
  const tickets = () => ({
    ordinary: sealed1.ordinaryTickets,
    firstOrdinary: sealed1.firstOrdinary,
    hpkePublicKey: toBase64url(sealing.publicKey),
  });

  beforeEach(async () => {
    db = await freshDatabase();
    sealing = await createSealingKey();
    const challenge: EnrolmentChallenge = { ...ceremony(), ...tickets(), root: sealed1.rootTickets };
    const context = contextOf(challenge, 'enrol');
    enrolled = await enrolDevice(
      { challenge, displayName: 'Ada', profile: 'quick', consent: { version: '1', hash: 'h' } },
      { db, context, embedding: face(1), verifier: meanVerifier, onProgress: () => {}, now: 1_000 },
    );
    declared = await verifyEnrolStatement(context, enrolled.statement);
    await activateDevice(db, challenge.deviceId);
  });

  const begin = (embedding: Float32Array, over: Partial<RenewalChallenge> = {}, now = today) => {
    const challenge: RenewalChallenge = {
      ...ceremony(),
      ...tickets(),
      generationId: declared.root.generationId,
      ticketClass: 'root',
      lastBurnedIndex: -1,
      triesLeft: 5,
      ...over,
    };
    const context = contextOf(challenge, 'renewal');
    const input = { challenge, deviceId: challenge.deviceId, startedInSettings: false };
    const open = beginRenewal(input, {
      db,
      context,
      embedding,
      verifier: meanVerifier,
      onProgress: () => {},
      now,
    });
    return { challenge, context, open };
  };
  /** The server's part of the root match. */
  const serve = async (challenge: RenewalChallenge, context: CeremonyContext, message: Uint8Array) => {
    const { generationId } = challenge;
    const record = {
      context,
      generationId,
      ticketClass: 'root',
      devicePublicKey: declared.devicePublicKey,
    } as const;
    const { ticketIndex, probe } = await verifyProbe(record, message);
    const { body: ticket } = enrolled.tickets.find(
      (one) => one.ticketClass === 'root' && one.index === ticketIndex,
    )!;
    const evaluated = evaluateSealed({ ...context, publicKey: enrolled.publicKeys.root, ticket, probe });
    const { tokenHash, replyHash } = evaluated;
    const check = (answer: { token: string; signature: string }) =>
      verifyAnswer({
        ...{ record, ticketIndex, probeHash: sha256(probe), replyHash, tokenHash },
        token: fromBase64url(answer.token),
        signature: fromBase64url(answer.signature),
      });
    return { reply: evaluated.message, check, match: { generationId, ticketIndex, tokenHash } };
  };

  it('matches by a root ticket, and makes 96 new ones from the capture that matched', async () => {
    const capture = face(1, 0.1);
    const { challenge, context, open } = begin(capture);
    const renewal = await open;
    const { reply, check, match } = await serve(challenge, context, renewal.message);
    expect(match.ticketIndex).toBe(0);
    expect(await check(await renewal.answer(reply))).toBe(true);
    const before = await db.get('generations', [challenge.deviceId, 'ordinary']);
    const made = await renewal.make();
    const record = { context, match, devicePublicKey: declared.devicePublicKey };
    const { ordinary } = await verifyRenewalStatement(record, made.statement);
    expect(made.tickets.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const { index, body } of made.tickets) {
      expect(equalBytes(sha256(body), ordinary.ticketHashes[index]!)).toBe(true);
    }
    const { ceremonyId } = challenge;
    const waiting = await db.get('uploads', [ceremonyId, 'ordinary', 95]);
    const place = { ceremonyId, ticketClass: 'ordinary', index: 95 } as const;
    const last = await openSealedTicket(sealing.privateKey, waiting!.body, place);
    expect(equalBytes(sha256(last), ordinary.ticketHashes[95]!)).toBe(true);
    expect(capture.every((value) => value === 0)).toBe(true);
    // until the server has finished, the old generation is the one in use
    expect(await db.get('generations', [challenge.deviceId, 'ordinary'])).toEqual(before);
    expect(await pendingRenewals(db)).toMatchObject([{ ceremonyId, waiting: 88 }]);
  });

  it('answers a miss like a hit, and spends the root ticket either way', async () => {
    const { challenge, context, open } = begin(face(2));
    const renewal = await open;
    const { reply, check } = await serve(challenge, context, renewal.message);
    expect(await check(await renewal.answer(reply))).toBe(false);
    renewal.abandon();
    await expect(renewal.make()).rejects.toMatchObject({ code: 'internal' });
    const again = begin(face(1), {}, today + 7 * 86_400_000);
    const { match } = await serve(again.challenge, again.context, (await again.open).message);
    expect(match.ticketIndex).toBe(1);
  });

  it('makes nothing before there was a match, and nothing twice', async () => {
    const { challenge, context, open } = begin(face(1));
    const renewal = await open;
    await expect(renewal.make()).rejects.toMatchObject({ code: 'internal' });
    const { reply } = await serve(challenge, context, renewal.message);
    await renewal.answer(reply);
    await renewal.make();
    await expect(renewal.make()).rejects.toMatchObject({ code: 'internal' });
  });

  it.each([
    ['an ordinary ticket', { ticketClass: 'ordinary' as never }, 'unsupported-parameters'],
    ['another generation', { generationId: newId() }, 'unsupported-parameters'],
    ['another account', { accountId: newId() }, 'reply-invalid'],
    ['a burned index at the end', { lastBurnedIndex: 23 }, 'no-tickets-left'],
  ])('refuses a challenge that asks for %s, and wipes the capture', async (_what, over, code) => {
    const capture = face(1);
    const before = await db.getAll('generations');
    expect(await codeOf(begin(capture, over).open)).toBe(code);
    expect(await db.getAll('generations')).toEqual(before);
    expect(capture.every((value) => value === 0)).toBe(true);
  });

  it('is not begun twice in a week, unless a person asks for it in the settings', async () => {
    (await begin(face(1)).open).abandon();
    expect(await codeOf(begin(face(1), {}, today + 7 * 86_400_000 - 1).open)).toBe('limit-reached');
  });
});

describe('what the store keeps of a renewal', () => {
  let db: Database;
  let deviceId: string;
  let first: string;
  let renewal: RenewalRecord;
  beforeEach(async () => {
    db = await freshDatabase();
    const material = await saved(db, await enrolment({}, { uploads: [8, 9] }));
    ({ deviceId, ceremonyId: first } = material.device);
    const fresh = await enrolment({ deviceId });
    const generation = { ...fresh.generations[0]!, deviceId };
    renewal = { deviceId, ceremonyId: newId(), generation, waiting: 1, createdAt: 1_000 };
    await saveRenewal(db, renewal, [upload(renewal.ceremonyId, 8)]);
  });
  const ordinary = () => db.get('generations', [deviceId, 'ordinary']);

  it('takes the place of the old one at once, with its version, and ends the old uploads', async () => {
    await activateRenewal(db, renewal);
    expect(await ordinary()).toEqual({ ...renewal.generation, version: 1 });
    expect(await knownAccounts(db)).toMatchObject([{ ceremonyId: renewal.ceremonyId, waiting: 1 }]);
    expect([await pendingCount(db, first), await pendingCount(db, renewal.ceremonyId)]).toEqual([0, 1]);
    await activateRenewal(db, renewal);
    expect((await ordinary())!.version).toBe(1);
  });

  it('goes without a trace when it did not get there', async () => {
    const before = await ordinary();
    await forgetRenewal(db, renewal);
    expect(await ordinary()).toEqual(before);
    expect(await pendingRenewals(db)).toEqual([]);
    expect([await pendingCount(db, first), await pendingCount(db, renewal.ceremonyId)]).toEqual([2, 0]);
  });

  it('gives way to another, and goes with the device', async () => {
    await saveRenewal(db, { ...renewal, ceremonyId: newId() }, []);
    expect(await pendingCount(db, renewal.ceremonyId)).toBe(0);
    await activateRenewal(db, renewal);
    expect((await ordinary())!.version).toBe(0);
    await forgetDevice(db, deviceId);
    expect([await pendingRenewals(db), await db.getAll('uploads')]).toEqual([[], []]);
  });

  it.each([
    ['active', 0, 1, 0],
    ['complete', 0, 1, 0],
    ['open', 0, 0, 1],
    ['open', 20 * 60_000, 0, 0],
    ['expired', 20 * 60_000, 0, 0],
  ] as const)('found %s by the server %i ms later, is settled', async (state, later, version, pending) => {
    const api = { enrolment: vi.fn(async () => ({ state }) as never) };
    await recoverPending(db, api, renewal.createdAt + later);
    expect(api.enrolment).toHaveBeenCalledWith(renewal.ceremonyId, deviceId);
    expect([(await ordinary())!.version, (await pendingRenewals(db)).length]).toEqual([version, pending]);
  });

  it('unknown to the server, is forgotten; without a connection it waits', async () => {
    const failing = (code: 'network-lost' | 'ceremony-not-found') => ({
      enrolment: vi.fn(() => Promise.reject(new WebError(code))),
    });
    await recoverPending(db, failing('network-lost'), 2_000);
    expect(await pendingRenewals(db)).toHaveLength(1);
    await recoverPending(db, failing('ceremony-not-found'), 2_000);
    expect(await pendingRenewals(db)).toEqual([]);
  });
});

describe('one renewal', () => {
  let db: Database;
  let account: Awaited<ReturnType<typeof knownAccounts>>[number];
  beforeEach(async () => {
    db = await freshDatabase();
    await saved(db, await enrolment());
    account = (await knownAccounts(db))[0]!;
  });

  function deps(failing: Partial<Record<string, Error>> = {}) {
    const calls: string[] = [];
    const step =
      <T>(name: string, value: T) =>
      async (): Promise<T> => {
        calls.push(name);
        if (failing[name]) throw failing[name];
        return value;
      };
    const ceremonyId = newId();
    const api = {
      startRenewal: step('startRenewal', { ceremonyId, liveness: 'none' }),
      sendRenewalProbe: step('sendRenewalProbe', new Uint8Array(9)),
      sendRenewalAnswer: step('sendRenewalAnswer', undefined),
      cancelRenewal: step('cancelRenewal', undefined),
      putStatement: step('putStatement', undefined),
      putPublicKey: step('putPublicKey', undefined),
      putTicket: step('putTicket', undefined),
      finishEnrolment: step('finishEnrolment', {}),
    };
    const tickets = [0, 1].map((index) => ({
      ticketClass: 'ordinary' as const,
      index,
      body: new Uint8Array(9),
    }));
    const renewed = async () => {
      const { generations } = await enrolment({ deviceId: account.deviceId });
      const { deviceId } = account;
      await saveRenewal(
        db,
        { deviceId, ceremonyId, generation: generations[0]!, waiting: 0, createdAt: 1 },
        [],
      );
      return step('renew', { statement: new Uint8Array(9), publicKey: new Uint8Array(9), tickets })();
    };
    return {
      calls,
      api: api as unknown as Api,
      db,
      worker: {
        ready: step('ready', new Uint8Array(71)),
        renewalProbe: step('renewalProbe', new Uint8Array(133)),
        renewalAnswer: step('renewalAnswer', { token: 't', signature: 's' }),
        renew: renewed,
        abandon: step('abandon', undefined),
      },
      capture: step('capture', undefined),
      signal: new AbortController().signal,
    };
  }
  const version = async () => (await db.get('generations', [account.deviceId, 'ordinary']))!.version;

  it('goes from the passkey to the new generation, in this order', async () => {
    const one = deps();
    await renew(account, one);
    expect(one.calls).toEqual([
      ...[
        'startRenewal',
        'capture',
        'renewalProbe',
        'sendRenewalProbe',
        'renewalAnswer',
        'sendRenewalAnswer',
      ],
      ...['renew', 'putStatement', 'putPublicKey', 'putTicket', 'putTicket', 'finishEnrolment'],
    ]);
    expect(await version()).toBe(1);
  });

  it.each([
    'capture',
    'renewalProbe',
    'sendRenewalProbe',
    'sendRenewalAnswer',
    'renew',
    'putStatement',
    'putTicket',
  ])('when %s fails, both sides drop it and the old tickets stay', async (name) => {
    const one = deps({ [name]: new WebError('sign-in-refused') });
    expect(await codeOf(renew(account, one))).toBe('sign-in-refused');
    expect(one.calls).toEqual(expect.arrayContaining(['abandon', 'cancelRenewal']));
    expect(one.calls).not.toContain('finishEnrolment');
    expect([await version(), await pendingRenewals(db)]).toEqual([0, []]);
  });

  it('that may have been finished is not dropped: the next visit settles it', async () => {
    const one = deps({ finishEnrolment: new WebError('internal') });
    expect(await codeOf(renew(account, one))).toBe('internal');
    expect(one.calls).not.toContain('cancelRenewal');
    expect(await pendingRenewals(db)).toHaveLength(1);
  });
});
