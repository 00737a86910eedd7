/**
 * Enrolment, step by step as the protocol page has it. Nothing of it exists for anybody before `finish`.
 * @module
 */
import {
  checkPublicKey,
  checkTicket,
  createSealingKey,
  openSealedTicket,
  verifyEnrolStatement,
} from '@blindsight/protocol/server';
import {
  accountClientId,
  type CeremonyContext,
  type EnrolmentChallenge,
  type EnrolmentProgress,
  equalBytes,
  type FinishedEnrolment,
  newId,
  parametersOf,
  type StartEnrolmentRequest,
  sha256,
  type TicketClass,
  toBase64url,
} from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import type { AuditEvent, AuditKind } from '../ports/audit.ts';
import type { Enrolment, Place } from '../ports/enrolments.ts';
import { newNonce } from '../random.ts';
import { currentConsent } from './consent/texts.ts';
import type { Deps } from './deps.ts';
import { translating } from './translate.ts';

export type EnrolmentsUseCases = ReturnType<typeof enrolmentsUseCases>;

type EnrolmentDeps = Pick<Deps, 'config' | 'models' | 'storage' | 'keys' | 'vault' | 'clock'>;

export function enrolmentsUseCases({ config, models, storage, keys, vault, clock }: EnrolmentDeps) {
  const { enrolments, devices } = storage;
  const sealingPurpose = (id: string) => `enrolment/${id}`;
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

  /** @throws {ServerError} `ceremony-not-found`: also for somebody else's. */
  const owned = async (id: string, accountId: string): Promise<Enrolment> => {
    const enrolment = await enrolments.find(id);
    if (enrolment?.accountId !== accountId) throw new ServerError('ceremony-not-found');
    return enrolment;
  };
  /** @throws {ServerError} `ceremony-expired`, `ceremony-closed` */
  const unfinished = async (id: string, accountId: string): Promise<Enrolment> => {
    const enrolment = await owned(id, accountId);
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

  const finished = async ({ accountId, deviceId }: Enrolment): Promise<FinishedEnrolment> => {
    const device = (await devices.list(accountId)).find((one) => one.id === deviceId);
    return { deviceId, activeTickets: device?.ticketsLeft ?? 0 };
  };

  return {
    /** @throws {ServerError} `consent-outdated` */
    async begin(accountId: string, request: StartEnrolmentRequest): Promise<EnrolmentChallenge> {
      const { version, hash } = request.consent;
      const consent = currentConsent('enrol', version, hash);
      if (!consent) throw new ServerError('consent-outdated');
      const params = parametersOf(models.parameterSet);
      const id = newId();
      const sealing = await createSealingKey();
      const now = clock();
      const enrolment: Enrolment = {
        id,
        accountId,
        deviceId: newId(),
        state: 'open',
        label: request.deviceLabel,
        profile: request.profile,
        consent: { purpose: 'enrol', version, hash, language: consent.language },
        nonce: newNonce(),
        createdAt: now,
        expiresAt: now + config.policy.enrolmentMs,
        lateUntil: now + config.policy.lateTicketsMs,
        clientId: accountClientId,
        origin: config.origin,
        ...models,
        ordinary: params.ordinaryTickets,
        root: params.rootTickets,
        firstOrdinary: params.firstOrdinary,
        hpkePublicKey: sealing.publicKey,
        hpkePrivateKey: await keys.wrap(sealing.privateKey, sealingPurpose(id)),
      };
      sealing.privateKey.fill(0);
      await enrolments.begin(enrolment, event('enrolment-begun', enrolment));
      return challengeOf(enrolment);
    },

    /** @throws {ServerError} `malformed-message`, `sign-in-refused`, `body-mismatch`, `ceremony-…` */
    async state(id: string, accountId: string, body: Uint8Array): Promise<void> {
      const enrolment = await unfinished(id, accountId);
      const statement = await translating(() => verifyEnrolStatement(contextOf(enrolment), body));
      const copy = (bytes: Uint8Array) => new Uint8Array(bytes);
      const outcome = await enrolments.state(
        id,
        {
          hash: sha256(body),
          devicePublicKey: copy(statement.devicePublicKey),
          dataKey: await vault.newDataKey(enrolment.deviceId),
          generations: (['ordinary', 'root'] as const).map((ticketClass) => ({
            id: statement[ticketClass].generationId,
            ticketClass,
            publicKeyHash: copy(statement[ticketClass].publicKeyHash),
            ticketHashes: statement[ticketClass].ticketHashes.map(copy),
          })),
        },
        event('enrolment-stated', enrolment),
      );
      if (outcome === 'different') throw new ServerError('body-mismatch');
      if (outcome === 'closed') throw new ServerError('ceremony-expired');
    },

    async putPublicKey(
      id: string,
      accountId: string,
      ticketClass: TicketClass,
      body: Uint8Array,
    ): Promise<void> {
      await store(await unfinished(id, accountId), { ticketClass }, body, checkPublicKey);
    },

    async putTicket(
      id: string,
      accountId: string,
      ticketClass: TicketClass,
      index: number,
      body: Uint8Array,
    ): Promise<void> {
      await store(await unfinished(id, accountId), { ticketClass, index }, body, checkTicket);
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
    async finish(id: string, accountId: string): Promise<FinishedEnrolment> {
      const known = await owned(id, accountId);
      // asked again after a lost reply: the answer is still the same kind of answer
      if (known.state === 'finished' || known.state === 'complete') return finished(known);
      const enrolment = await unfinished(id, accountId);
      const { version, hash } = enrolment.consent;
      const events = [
        event('consent-given', enrolment, `${version}:${hash}`),
        event('enrolment-finished', enrolment),
      ];
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

    /** Cancels what is unfinished; what is finished stays (it is erased on the account page). */
    async cancel(id: string, accountId: string): Promise<void> {
      const enrolment = await owned(id, accountId);
      await enrolments.cancel(id, event('enrolment-abandoned', enrolment, 'cancelled'));
    },
  };
}

const shownStates = { open: 'open', stated: 'open', finished: 'active', complete: 'complete' } as const;

function shownState(enrolment: Enrolment, now: number): EnrolmentProgress['state'] {
  const state = shownStates[enrolment.state];
  return state === 'open' && enrolment.expiresAt <= now ? 'expired' : state;
}

function contextOf(enrolment: Enrolment): CeremonyContext {
  const { id: ceremonyId, accountId, deviceId, nonce, expiresAt, clientId, origin } = enrolment;
  const { parameterSet, manifestHash, tau, sMax } = enrolment;
  const common = { ceremonyId, accountId, deviceId, nonce, expiresAt, clientId, origin };
  return { purpose: 'enrol', ...common, parameterSet, manifestHash, tau, sMax };
}

function challengeOf(enrolment: Enrolment): EnrolmentChallenge {
  const { purpose: _purpose, ...context } = contextOf(enrolment);
  const { ordinary, root, firstOrdinary } = enrolment;
  return {
    ...context,
    nonce: toBase64url(context.nonce),
    manifestHash: toBase64url(context.manifestHash),
    ordinary,
    root,
    firstOrdinary,
    hpkePublicKey: toBase64url(enrolment.hpkePublicKey),
  };
}
