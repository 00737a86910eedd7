/**
 * Enrolment, step by step as the protocol page has it, and the second half of a renewal, which brings its tickets the
 * same way. Nothing of either exists for anybody before `finish`.
 * @module
 */
import {
  checkPublicKey,
  checkTicket,
  openSealedTicket,
  verifyEnrolStatement,
  verifyRenewalStatement,
} from '@blindsight/protocol/server';
import {
  type CeremonyContext,
  decodeReady,
  type EnrolmentChallenge,
  type EnrolmentProgress,
  equalBytes,
  type FinishedEnrolment,
  type GenerationStatement,
  newId,
  type StartEnrolmentRequest,
  sha256,
  type TicketClass,
  toBase64url,
} from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import type { AuditEvent, AuditKind } from '../ports/audit.ts';
import { type Enrolment, named, type Place, type StatedGeneration } from '../ports/enrolments.ts';
import type { Challenged } from './challenges.ts';
import type { Comparisons } from './comparisons.ts';
import { currentConsent } from './consent/texts.ts';
import type { Deps } from './deps.ts';
import { newTicketCeremony, sealingPurpose, ticketsWanted } from './ticket-ceremony.ts';
import { translating } from './translate.ts';

/** Who asks: an account by its session, or the browser that another device let in, by its ceremony cookie. */
export interface Enrolling {
  readonly accountId?: string | undefined;
  readonly ownerHash?: string | undefined;
}

/** A new device that was let in has no session; whoever has one has not the new device. */
const mayEnrol = ({ accountId, admission }: Enrolment, asking: Enrolling): boolean =>
  admission ? asking.ownerHash === admission.guestHash : asking.accountId === accountId;

export type EnrolmentsUseCases = ReturnType<typeof enrolmentsUseCases>;

type EnrolmentDeps = Pick<Deps, 'config' | 'models' | 'storage' | 'keys' | 'vault' | 'clock'>;

export function enrolmentsUseCases(deps: EnrolmentDeps, comparisons: Pick<Comparisons, 'context'>) {
  const { storage, keys, vault, clock } = deps;
  const { enrolments, devices, signIns } = storage;
  const event = (
    kind: AuditKind,
    { accountId, deviceId, id: ceremonyId }: Enrolment,
    reason?: string,
  ): AuditEvent => ({
    at: clock(),
    kind,
    accountId,
    deviceId,
    ceremonyId,
    ...(reason === undefined ? {} : { reason }),
  });

  /** @throws {ServerError} `session-required`; `ceremony-not-found`: also for somebody else's. */
  const owned = async (id: string, asking: Enrolling): Promise<Enrolment> => {
    const enrolment = await enrolments.find(id);
    if (!enrolment?.admission && asking.accountId === undefined) throw new ServerError('session-required');
    if (!enrolment || !mayEnrol(enrolment, asking)) throw new ServerError('ceremony-not-found');
    return enrolment;
  };
  /** @throws {ServerError} `ceremony-expired`, `ceremony-closed` */
  const unfinished = async (id: string, asking: Enrolling): Promise<Enrolment> => {
    const enrolment = await owned(id, asking);
    if (enrolment.state !== 'open' && enrolment.state !== 'stated') throw new ServerError('ceremony-closed');
    if (enrolment.expiresAt <= clock()) throw new ServerError('ceremony-expired');
    return enrolment;
  };

  /** Stores a body that has the announced hash. Once: what is there already stays. */
  const store = async (
    { id: enrolmentId, deviceId }: Enrolment,
    place: Omit<Place, 'enrolmentId'>,
    body: Uint8Array,
    check: (body: Uint8Array) => void,
  ): Promise<void> => {
    const slot = await enrolments.slot({ enrolmentId, ...place });
    if (!slot) throw new ServerError('not-found');
    if (!slot.hash) return;
    if (!equalBytes(sha256(body), slot.hash)) throw new ServerError('body-mismatch');
    if (slot.filled) return;
    await translating(() => check(body));
    const dataKey = await devices.dataKey(deviceId);
    if (!dataKey) throw new ServerError('device-revoked');
    const { generationId } = slot;
    const sealed = await vault.seal(dataKey, { deviceId, generationId, ...place }, body);
    await enrolments.fill({ enrolmentId, ...place }, sealed, clock());
  };

  /** The challenge comes before the statement, which is signed over it. */
  const requireChallenge = ({ liveness, challengeHash }: Enrolment) => {
    if (liveness !== 'none' && !challengeHash) throw new ServerError('challenge-refused');
  };
  /** What an enrolment's statement brings: two generations, and the device with a data key of its own. */
  const readEnrolment = async (enrolment: Enrolment, body: Uint8Array) => {
    requireChallenge(enrolment);
    const { devicePublicKey, ...declared } = await verifyEnrolStatement(contextOf(enrolment), body);
    const { admission } = enrolment;
    if (admission && !equalBytes(devicePublicKey, admission.devicePublicKey))
      throw new ServerError('sign-in-refused');
    const dataKey = await vault.newDataKey(enrolment.deviceId);
    return {
      generations: [stated('ordinary', declared.ordinary), stated('root', declared.root)],
      newDevice: { publicKey: copy(devicePublicKey), dataKey },
    };
  };
  /** What a renewal's statement brings: one generation, signed by the known device over its root match. */
  const readRenewal = async ({ id, deviceId }: Enrolment, body: Uint8Array) => {
    const proof = await signIns.find(id);
    const device = await devices.find(deviceId);
    const { generationId = '', ticketIndex, tokenHash, state } = proof ?? {};
    if (!proof || !device || state !== 'accepted' || ticketIndex === undefined || !tokenHash)
      throw new ServerError('sign-in-refused');
    const match = { generationId, ticketIndex, tokenHash };
    const record = { context: comparisons.context(proof), match, devicePublicKey: device.publicKey };
    const { ordinary } = await verifyRenewalStatement(record, body);
    return { generations: [stated('ordinary', ordinary)] };
  };

  const finished = async ({ accountId, deviceId }: Enrolment): Promise<FinishedEnrolment> => {
    const device = (await devices.list(accountId)).find((one) => one.id === deviceId);
    return { deviceId, activeTickets: device?.ticketsLeft ?? 0 };
  };

  return {
    /** @throws {ServerError} `consent-outdated` */
    async begin(
      accountId: string,
      request: StartEnrolmentRequest,
      recovery: boolean,
    ): Promise<EnrolmentChallenge> {
      const { version, hash } = request.consent;
      const consent = currentConsent('enrol', version, hash);
      if (!consent) throw new ServerError('consent-outdated');
      const enrolment: Enrolment = {
        ...(await newTicketCeremony(deps)),
        purpose: 'enrol',
        recovery,
        accountId,
        deviceId: newId(),
        label: request.deviceLabel,
        profile: request.profile,
        consent: { purpose: 'enrol', version, hash, language: consent.language },
      };
      await enrolments.begin(
        enrolment,
        event('enrolment-begun', enrolment, recovery ? 'recovery' : undefined),
      );
      return enrolmentChallenge(enrolment);
    },

    /** The challenge of an enrolment. It has no ticket to burn: what it costs is the ceremony. */
    async challenged(id: string, asking: Enrolling): Promise<Challenged> {
      const enrolment = await unfinished(id, asking);
      const { nonce, liveness: policy, expiresAt } = enrolment;
      return {
        ceremonyId: id,
        nonce,
        policy,
        expiresAt,
        async ready(message) {
          const profile = decodeReady(message);
          if (policy === 'none' || !(await enrolments.beginChallenge(id)))
            throw new ServerError('ceremony-closed');
          return profile;
        },
        async passed(hash) {
          if (!(await enrolments.passChallenge(id, hash))) throw new ServerError('ceremony-closed');
          await storage.audit.append(event('challenge-passed', enrolment));
        },
        async failed(fault) {
          await storage.audit.append(event('challenge-failed', enrolment, fault));
          await enrolments.cancel(id, event('enrolment-abandoned', enrolment, 'challenge'));
        },
      };
    },

    /** @throws {ServerError} `malformed-message`, `sign-in-refused`, `body-mismatch`, `challenge-refused`, `ceremony-…` */
    async state(id: string, asking: Enrolling, body: Uint8Array): Promise<void> {
      const enrolment = await unfinished(id, asking);
      const read = enrolment.purpose === 'renewal' ? readRenewal : readEnrolment;
      const statement = { hash: sha256(body), ...(await translating(() => read(enrolment, body))) };
      const outcome = await enrolments.state(
        id,
        statement,
        event(`${named[enrolment.purpose]}-stated`, enrolment),
      );
      if (outcome === 'unproven') throw new ServerError('sign-in-refused');
      if (outcome === 'different') throw new ServerError('body-mismatch');
      if (outcome === 'closed') throw new ServerError('ceremony-expired');
    },

    async putPublicKey(
      id: string,
      asking: Enrolling,
      ticketClass: TicketClass,
      body: Uint8Array,
    ): Promise<void> {
      await store(await unfinished(id, asking), { ticketClass }, body, checkPublicKey);
    },

    async putTicket(
      id: string,
      asking: Enrolling,
      ticketClass: TicketClass,
      index: number,
      body: Uint8Array,
    ): Promise<void> {
      await store(await unfinished(id, asking), { ticketClass, index }, body, checkTicket);
    },

    /**
     * A ticket that waited on the device. It needs no session: only what the statement announced, sealed to this
     * ceremony's key, is accepted, so whoever can send it is the device.
     * @throws {ServerError} `ceremony-not-found`, `ceremony-expired`, `body-mismatch`
     */
    async putSealedTicket(
      id: string,
      ticketClass: TicketClass,
      index: number,
      sealed: Uint8Array,
    ): Promise<void> {
      const enrolment = await enrolments.find(id);
      if (!enrolment) throw new ServerError('ceremony-not-found');
      if (enrolment.state === 'complete') return;
      const now = clock();
      if (enrolment.state !== 'finished') throw new ServerError('enrolment-incomplete');
      if (enrolment.lateUntil <= now || !enrolment.hpkePrivateKey) throw new ServerError('ceremony-expired');
      const privateKey = await keys.unwrap(enrolment.hpkePrivateKey, sealingPurpose(id));
      const place = { ceremonyId: id, ticketClass, index };
      const body = await translating(() => openSealedTicket(privateKey, sealed, place));
      privateKey.fill(0);
      await store(enrolment, { ticketClass, index }, body, checkTicket);
    },

    /** @throws {ServerError} `enrolment-incomplete`, `ceremony-expired` */
    async finish(id: string, asking: Enrolling): Promise<FinishedEnrolment> {
      const known = await owned(id, asking);
      // asked again after a lost reply: the answer is still the same kind of answer
      if (known.state === 'finished' || known.state === 'complete') return finished(known);
      const enrolment = await unfinished(id, asking);
      const { version, hash } = enrolment.consent;
      const given = event('consent-given', enrolment, `${version}:${hash}`);
      const done = event(`${named[enrolment.purpose]}-finished`, enrolment);
      const events = enrolment.purpose === 'renewal' ? [done] : [given, done];
      const activeTickets = await enrolments.finish(id, events, clock());
      if (activeTickets === 'incomplete') throw new ServerError('enrolment-incomplete');
      if (activeTickets === 'closed') throw new ServerError('ceremony-expired');
      return { deviceId: enrolment.deviceId, activeTickets };
    },

    async progress(
      id: string,
      asking: { accountId?: string; deviceId?: string },
    ): Promise<EnrolmentProgress> {
      const enrolment = await enrolments.find(id);
      const allowed =
        enrolment && (enrolment.accountId === asking.accountId || enrolment.deviceId === asking.deviceId);
      if (!allowed) throw new ServerError('ceremony-not-found');
      const { publicKeys, ...received } = await enrolments.received(id);
      return { state: shownState(enrolment, clock()), received, publicKeys };
    },

    /**
     * The device of an enrolment that this one has finished.
     * @throws {ServerError} as `owned`; `enrolment-incomplete`
     */
    async finishedDevice(
      id: string,
      asking: Enrolling,
    ): Promise<Pick<Enrolment, 'accountId' | 'deviceId'> & { readonly finishedAt: number }> {
      const { accountId, deviceId, purpose, finishedAt } = await owned(id, asking);
      if (purpose === 'renewal' || finishedAt === undefined) throw new ServerError('enrolment-incomplete');
      return { accountId, deviceId, finishedAt };
    },

    /** Cancels what is unfinished; what is finished stays (it is erased on the account page). */
    async cancel(id: string, asking: Enrolling): Promise<void> {
      const enrolment = await owned(id, asking);
      await enrolments.cancel(id, event(`${named[enrolment.purpose]}-abandoned`, enrolment, 'cancelled'));
    },
  };
}

const copy = (bytes: Uint8Array) => new Uint8Array(bytes);

const stated = (ticketClass: TicketClass, declared: GenerationStatement): StatedGeneration => ({
  id: declared.generationId,
  ticketClass,
  publicKeyHash: copy(declared.publicKeyHash),
  ticketHashes: declared.ticketHashes.map(copy),
});

const shownStates = { open: 'open', stated: 'open', finished: 'active', complete: 'complete' } as const;

function shownState(enrolment: Enrolment, now: number): EnrolmentProgress['state'] {
  const state = shownStates[enrolment.state];
  return state === 'open' && enrolment.expiresAt <= now ? 'expired' : state;
}

function contextOf(enrolment: Enrolment): CeremonyContext {
  const { id: ceremonyId, accountId, deviceId, nonce, expiresAt, clientId, origin } = enrolment;
  const { parameterSet, manifestHash, tau, sMax } = enrolment;
  const common = { ceremonyId, accountId, deviceId, nonce, expiresAt, clientId, origin };
  const challenge = enrolment.challengeHash ? { challengeHash: enrolment.challengeHash } : {};
  const { purpose } = enrolment;
  return { purpose, ...common, parameterSet, manifestHash, tau, sMax, ...challenge };
}

/** What the device is told, as JSON. */
export function enrolmentChallenge(enrolment: Enrolment): EnrolmentChallenge {
  const { purpose: _purpose, ...context } = contextOf(enrolment);
  return {
    ...context,
    ...ticketsWanted(enrolment),
    root: enrolment.root,
    liveness: enrolment.liveness,
    nonce: toBase64url(context.nonce),
    manifestHash: toBase64url(context.manifestHash),
  };
}
