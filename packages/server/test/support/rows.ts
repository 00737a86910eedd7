/**
 * Valid rows by default; a test states only what it changes.
 * @module
 */
import { createHash } from 'node:crypto';
import { newId } from '@blindsight/protocol/wire';
import type { Account, Passkey } from '../../src/ports/accounts.ts';
import type { AuditEvent, AuditKind } from '../../src/ports/audit.ts';
import type { Enrolment, Statement } from '../../src/ports/enrolments.ts';
import type { Budgets, SignIn } from '../../src/ports/sign-ins.ts';
import type { Storage } from '../../src/ports/storage.ts';

export const bytes = (text: string) => new TextEncoder().encode(text);
export const hashOf = (body: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(body).digest());

export const event = (kind: AuditKind, at = 0, over: Partial<AuditEvent> = {}): AuditEvent => ({
  at,
  kind,
  ...over,
});

export const budgets: Budgets = {
  failuresToLock: 5,
  firstLockMs: 60_000,
  maxLockMs: 3_600_000,
  perDay: 50,
  perDayAndClient: 20,
};

export const account = (over: Partial<Account> = {}): Account => ({
  id: newId(),
  displayName: 'Ada',
  createdAt: 1,
  ...over,
});

export const passkey = (accountId: string, over: Partial<Passkey> = {}): Passkey => ({
  id: newId(),
  accountId,
  publicKey: bytes('cose'),
  counter: 0,
  transports: ['internal'],
  deviceBound: true,
  label: 'Passkey',
  createdAt: 1,
  ...over,
});

export const enrolment = (accountId: string, over: Partial<Enrolment> = {}): Enrolment => ({
  id: newId(),
  purpose: 'enrol',
  accountId,
  deviceId: newId(),
  state: 'open',
  label: 'Laptop',
  recovery: false,
  profile: 'quick',
  consent: { purpose: 'enrol', version: '1', language: 'en', hash: 'ab' },
  nonce: new Uint8Array(32).fill(3),
  createdAt: 10,
  expiresAt: 1_000,
  lateUntil: 5_000,
  clientId: 'blindsight:account',
  origin: 'http://localhost:4400',
  parameterSet: 'sealed/1',
  manifestHash: new Uint8Array(32).fill(4),
  tau: 600,
  sMax: 1266,
  ordinary: 6,
  root: 2,
  firstOrdinary: 3,
  hpkePublicKey: new Uint8Array(65).fill(5),
  hpkePrivateKey: new Uint8Array(60).fill(6),
  liveness: 'none',
  ...over,
});

/** Bodies are short texts here: the store never looks inside. */
export const body = (ticketClass: string, index: number | 'key') => bytes(`${ticketClass}/${index}`);

export const statement = (of: Enrolment, over: Partial<Statement> = {}): Statement => ({
  hash: hashOf(bytes(of.id)),
  newDevice: { publicKey: new Uint8Array(65).fill(7), dataKey: bytes(`key of ${of.deviceId}`) },
  generations: (['ordinary', 'root'] as const).map((ticketClass) => ({
    id: newId(),
    ticketClass,
    publicKeyHash: hashOf(body(ticketClass, 'key')),
    ticketHashes: Array.from({ length: of[ticketClass] }, (_, i) => hashOf(body(ticketClass, i))),
  })),
  ...over,
});

/** Puts the bodies that finish an enrolment, ordinary tickets up to `ordinary`. */
export async function upload(
  storage: Storage,
  e: Enrolment,
  ordinary = e.firstOrdinary,
  now = 20,
  bodyOf = body,
): Promise<void> {
  const put = (ticketClass: 'ordinary' | 'root', index?: number) =>
    storage.enrolments.fill(
      { enrolmentId: e.id, ticketClass, ...(index === undefined ? {} : { index }) },
      bodyOf(ticketClass, index ?? 'key'),
      now,
    );
  await put('ordinary');
  await put('root');
  for (let i = 0; i < e.root; i++) await put('root', i);
  for (let i = 0; i < ordinary; i++) await put('ordinary', i);
}

export interface Enrolled {
  readonly account: Account;
  readonly enrolment: Enrolment;
  readonly statement: Statement;
}

export async function givenAccount(storage: Storage): Promise<Account> {
  const one = account();
  await storage.accounts.create(one, passkey(one.id), event('account-created', 1, { accountId: one.id }));
  return one;
}

/** An account with one active device and all its tickets. */
export async function givenEnrolled(
  storage: Storage,
  over: Partial<Enrolment> = {},
  bodyOf = body,
): Promise<Enrolled> {
  const one = await givenAccount(storage);
  const e = enrolment(one.id, over);
  const s = statement(e);
  await storage.enrolments.begin(e, event('enrolment-begun', 10));
  await storage.enrolments.state(e.id, s, event('enrolment-stated', 11));
  await upload(storage, e, e.ordinary, 20, bodyOf);
  await storage.enrolments.finish(e.id, [event('enrolment-finished', 30)], 30);
  return { account: one, enrolment: e, statement: s };
}

export const signIn = (enrolled: Enrolled, over: Partial<SignIn> = {}): SignIn => ({
  id: newId(),
  purpose: 'sign-in',
  state: 'open',
  accountId: enrolled.account.id,
  deviceId: enrolled.enrolment.deviceId,
  clientId: 'demo',
  interactionUid: newId(),
  ownerHash: 'owner',
  nonce: new Uint8Array(32).fill(8),
  createdAt: 100,
  expiresAt: 1_000,
  origin: 'http://localhost:4400',
  manifestHash: new Uint8Array(32).fill(4),
  tau: 600,
  sMax: 1266,
  generationId: enrolled.statement.generations[0]!.id,
  ticketClass: 'ordinary',
  liveness: 'none',
  image: false,
  ...over,
});

export const probeHash = new Uint8Array(32).fill(9);
export const replyHash = new Uint8Array(32).fill(10);
export const tokenHash = new Uint8Array(32).fill(11);
