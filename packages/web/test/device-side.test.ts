/** The worker's enrolment and sign-in against the server's half of the protocol: no camera, no HTTP. */
import { meanVerifier } from '@blindsight/protocol/client';
import {
  createSealingKey,
  evaluateSealed,
  openSealedTicket,
  verifyAnswer,
  verifyEnrolStatement,
  verifyProbe,
} from '@blindsight/protocol/server';
import {
  type CeremonyContext,
  type ChallengePolicy,
  type EnrolmentChallenge,
  equalBytes,
  fromBase64url,
  newId,
  type SignInChallenge,
  sealed1,
  sha256,
  toBase64url,
} from '@blindsight/protocol/wire';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/sdk/store/database.ts';
import { activateDevice } from '../src/sdk/store/devices.ts';
import type { EnrolOutput } from '../src/worker/contract.ts';
import { enrolDevice } from '../src/worker/enrolment.ts';
import { beginSignIn } from '../src/worker/sign-in.ts';
import { codeOf, freshDatabase } from './support/store.ts';

const tau = 400;
const origin = 'http://localhost:4400';
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
/** A face as the embedder would give it; `noise` is how much this capture differs. */
const face = (seed: number, noise = 0) =>
  Float32Array.from(
    { length: 128 },
    (_, i) => Math.sin(seed * (i + 1) * 12.9898) + noise * Math.cos(i * 7.7),
  );

const ceremony = (over: object = {}) => ({
  ceremonyId: newId(),
  nonce: toBase64url(random(32)),
  expiresAt: 2_000_000_000_000,
  accountId: 'AAAAAAAAAAAAAAAAAAAAAA',
  deviceId: 'BBBBBBBBBBBBBBBBBBBBBA',
  clientId: 'shop',
  origin,
  manifestHash: toBase64url(new Uint8Array(32).fill(3)),
  parameterSet: 'sealed/1',
  tau,
  sMax: sealed1.sMax,
  liveness: 'none' as ChallengePolicy,
  ...over,
});
const contextOf = (
  challenge: ReturnType<typeof ceremony>,
  purpose: CeremonyContext['purpose'],
): CeremonyContext => ({
  ...challenge,
  purpose,
  nonce: fromBase64url(challenge.nonce),
  manifestHash: fromBase64url(challenge.manifestHash),
});

let db: Database;
let output: EnrolOutput;
let challenge: EnrolmentChallenge;
let sealingKey: Awaited<ReturnType<typeof createSealingKey>>;
let statement: Awaited<ReturnType<typeof verifyEnrolStatement>>;

beforeAll(async () => {
  db = await freshDatabase();
  sealingKey = await createSealingKey();
  challenge = {
    ...ceremony(),
    ordinary: sealed1.ordinaryTickets,
    root: sealed1.rootTickets,
    firstOrdinary: sealed1.firstOrdinary,
    hpkePublicKey: toBase64url(sealingKey.publicKey),
  };
  const context = contextOf(challenge, 'enrol');
  const consent = { version: '1', hash: 'h' };
  output = await enrolDevice(
    { challenge, displayName: 'Ada', profile: 'quick', consent },
    { db, context, embedding: face(1), verifier: meanVerifier, onProgress: () => {}, now: 1_000 },
  );
  statement = await verifyEnrolStatement(context, output.statement);
});

describe('enrolment on the device', () => {
  it('sends root tickets and the first ordinary ones, each as the statement announced it', () => {
    expect(output.tickets.filter(({ ticketClass }) => ticketClass === 'root')).toHaveLength(24);
    expect(
      output.tickets.filter(({ ticketClass }) => ticketClass === 'ordinary').map(({ index }) => index),
    ).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const { ticketClass, index, body } of output.tickets) {
      expect(equalBytes(sha256(body), statement[ticketClass].ticketHashes[index]!)).toBe(true);
    }
  });

  it('keeps the other 88 sealed: the server can open them, and they are what was announced', async () => {
    const waiting = await db.getAll('uploads');
    expect(waiting.map(({ index }) => index)).toEqual(Array.from({ length: 88 }, (_, i) => i + 8));
    const { ceremonyId, ticketClass, index, body } = waiting[40]!;
    const place = { ceremonyId, ticketClass, index };
    const opened = await openSealedTicket(sealingKey.privateKey.slice(), body, place);
    expect(equalBytes(sha256(opened), statement.ordinary.ticketHashes[index]!)).toBe(true);
  });

  it('is not offered at sign-in before the server has it', async () => {
    const devices = await db.getAll('devices');
    expect(devices).toMatchObject([{ state: 'pending', waiting: 88, displayName: 'Ada' }]);
    expect(devices[0]?.deviceKey.extractable).toBe(false);
  });
});

describe('sign-in on the device', () => {
  beforeAll(() => activateDevice(db, challenge.deviceId));

  const challengeFor = (lastBurnedIndex: number, over: object = {}): SignInChallenge => ({
    ...ceremony(),
    clientName: 'Shop',
    generationId: statement.ordinary.generationId,
    ticketClass: 'ordinary',
    lastBurnedIndex,
    ticketsLeft: 95 - lastBurnedIndex,
    triesLeft: 5,
    renewal: 'not-due',
    newDevices: [],
    ...over,
  });
  const begin = (given: SignInChallenge, embedding: Float32Array) =>
    beginSignIn(
      { challenge: given, deviceId: given.deviceId },
      { db, context: contextOf(given as never, 'sign-in'), embedding, now: Date.now() },
    );
  /** The server's part: verify, evaluate, reply. */
  const serve = async (given: SignInChallenge, message: Uint8Array) => {
    const record = {
      context: contextOf(given as never, 'sign-in'),
      generationId: given.generationId,
      ticketClass: given.ticketClass,
      devicePublicKey: statement.devicePublicKey,
    };
    const { ticketIndex, probe } = await verifyProbe(record, message);
    const ticket = output.tickets.find(
      (one) => one.ticketClass === 'ordinary' && one.index === ticketIndex,
    )!.body;
    const publicKey = output.publicKeys.ordinary;
    const { ceremonyId, sMax } = given;
    const evaluated = evaluateSealed({ publicKey, ticket, probe, ceremonyId, tau, sMax });
    const { message: body, replyHash, token, tokenHash } = evaluated;
    const check = (answer: { token: string; signature: string }) =>
      verifyAnswer({
        record,
        ticketIndex,
        probeHash: sha256(probe),
        replyHash,
        tokenHash,
        token: fromBase64url(answer.token),
        signature: fromBase64url(answer.signature),
      });
    return { ticketIndex, body, token: toBase64url(token), check };
  };

  it('the same face hits: the token of the server, signed', async () => {
    const given = challengeFor(-1);
    const open = await begin(given, face(1, 0.1));
    const { ticketIndex, body, token, check } = await serve(given, open.message);
    const answer = await open.answer(body);
    expect(ticketIndex).toBe(0);
    expect(answer.token).toBe(token);
    expect(await check(answer)).toBe(true);
  });

  it('another face misses: an answer of the same sizes that is not the token', async () => {
    const given = challengeFor(0);
    const open = await begin(given, face(2));
    const { ticketIndex, body, token, check } = await serve(given, open.message);
    const answer = await open.answer(body);
    expect(ticketIndex).toBe(1);
    expect(answer.token).not.toBe(token);
    expect([answer.token.length, answer.signature.length]).toEqual([22, 86]);
    expect(await check(answer)).toBe(false);
  });

  it('takes the higher of both sides: the server is ahead, then the device is', async () => {
    const ahead = challengeFor(3);
    expect((await serve(ahead, (await begin(ahead, face(1))).message)).ticketIndex).toBe(4);
    const behind = challengeFor(-1);
    expect((await serve(behind, (await begin(behind, face(1))).message)).ticketIndex).toBe(5);
  });

  it('answers once', async () => {
    const given = challengeFor(-1);
    const open = await begin(given, face(1));
    const { body } = await serve(given, open.message);
    await open.answer(body);
    expect(await codeOf(open.answer(body))).toBe('ticket-spent');
  });

  it('wipes the embedding, used or not', async () => {
    const used = face(1);
    await begin(challengeFor(-1), used);
    const refused = face(1);
    await codeOf(begin(challengeFor(95), refused));
    for (const embedding of [used, refused]) expect(embedding.every((value) => value === 0)).toBe(true);
  });

  it.each([
    ['a burned index at the end', { lastBurnedIndex: 95 }, 'no-tickets-left'],
    ['a generation that is not ours', { generationId: newId() }, 'unsupported-parameters'],
    ['the root tickets', { ticketClass: 'root' }, 'unsupported-parameters'],
    ['another account', { accountId: newId() }, 'reply-invalid'],
  ])('refuses a challenge with %s, and spends nothing', async (_name, over, code) => {
    const before = await db.get('generations', [challenge.deviceId, 'ordinary']);
    expect(await codeOf(begin(challengeFor(-1, over), face(1)))).toBe(code);
    expect(await db.get('generations', [challenge.deviceId, 'ordinary'])).toEqual(before);
  });

  it('has the step on the disk before there is anything to send', async () => {
    const before = (await db.get('generations', [challenge.deviceId, 'ordinary']))!.version;
    const transaction = db.transaction.bind(db);
    const order: string[] = [];
    const watched = new Proxy(db, {
      get: (target, name) =>
        name === 'transaction'
          ? (...args: Parameters<typeof transaction>) => {
              const tx = transaction(...args);
              if (args[1] === 'readwrite')
                void tx.done.then(
                  () => order.push('stored'),
                  () => {},
                );
              return tx;
            }
          : Reflect.get(target, name),
    });
    const given = challengeFor(-1);
    await beginSignIn(
      { challenge: given, deviceId: given.deviceId },
      { db: watched, context: contextOf(given as never, 'sign-in'), embedding: face(1), now: Date.now() },
    ).then(() => order.push('message'));
    expect(order).toEqual(['stored', 'message']);
    expect((await db.get('generations', [challenge.deviceId, 'ordinary']))!.version).toBe(before + 1);
  });

  it('fails without a message when the store cannot be written', async () => {
    const broken = new Proxy(db, {
      get: (target, name) =>
        name === 'transaction'
          ? () => {
              throw new DOMException('full', 'QuotaExceededError');
            }
          : Reflect.get(target, name),
    });
    const given = challengeFor(-1);
    const attempt = beginSignIn(
      { challenge: given, deviceId: given.deviceId },
      { db: broken, context: contextOf(given as never, 'sign-in'), embedding: face(1), now: Date.now() },
    );
    await expect(attempt).rejects.toThrow('full');
  });
});
