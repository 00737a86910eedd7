/**
 * Renewal: a comparison with the enrolment-time template by a root ticket, and after its hit a new ordinary
 * generation, whose statement, public key and tickets come as those of an enrolment do (`enrolments.ts`).
 * @module
 */
import type { RenewalChallenge, SignInAnswer } from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import type { AuditEvent } from '../ports/audit.ts';
import type { Enrolment } from '../ports/enrolments.ts';
import type { SignIn } from '../ports/sign-ins.ts';
import type { Challenged } from './challenges.ts';
import type { Comparisons } from './comparisons.ts';
import { budgetsOf, type Deps } from './deps.ts';
import { renewalState } from './renewal-policy.ts';
import { newTicketCeremony, ticketsWanted } from './ticket-ceremony.ts';

/** Who asks: an account by its session, and the browser in which the ceremony was begun. */
export interface Renewing {
  readonly accountId: string;
  readonly ownerHash: string | undefined;
}

export type RenewalsUseCases = ReturnType<typeof renewalsUseCases>;

export function renewalsUseCases(deps: Deps, comparisons: Comparisons) {
  const { config, storage, clock } = deps;
  const { signIns, devices, enrolments } = storage;
  const budgets = budgetsOf(config);

  const event = (kind: 'renewal-begun' | 'renewal-abandoned', of: SignIn, reason?: string): AuditEvent =>
    comparisons.event(kind, of, reason);

  /** @throws {ServerError} `ceremony-not-found`: also for another account's. */
  const owned = async (id: string, { accountId, ownerHash }: Renewing): Promise<SignIn> => {
    const signIn = await comparisons.owned(id, 'renewal', ownerHash);
    if (signIn.accountId !== accountId) throw new ServerError('ceremony-not-found');
    return signIn;
  };

  /** @throws {ServerError} `device-revoked`, `enrolment-too-old` */
  const renewable = async (accountId: string, deviceId: string) => {
    const device = (await devices.list(accountId)).find((one) => one.id === deviceId);
    if (device?.state !== 'active') throw new ServerError('device-revoked');
    if (renewalState(device, config.policy, clock()) === 'too-old')
      throw new ServerError('enrolment-too-old');
    const consent = (await devices.consents(accountId)).find(
      (one) => one.deviceId === deviceId && one.purpose === 'enrol' && one.withdrawnAt === undefined,
    );
    if (!consent) throw new ServerError('device-revoked');
    return { device, consent };
  };

  return {
    /**
     * Begins both halves under one id: the comparison, and the ceremony that brings the tickets.
     * @throws {ServerError} `device-revoked`, `enrolment-too-old`, `face-locked`, `unsupported-parameters`
     */
    async begin(accountId: string, deviceId: string, ownerHash: string): Promise<RenewalChallenge> {
      const { device, consent } = await renewable(accountId, deviceId);
      const { generation: root } = await comparisons.enrolled({ accountId, deviceId }, 'root');
      comparisons.requireSameModels(root);
      await comparisons.requireUnlocked(accountId);

      const ceremony = await newTicketCeremony(deps);
      const { purpose, version, language, hash } = consent;
      const renewal: Enrolment = {
        ...ceremony,
        purpose: 'renewal',
        recovery: false,
        liveness: 'none',
        accountId,
        deviceId,
        label: device.label,
        profile: device.profile,
        consent: { purpose, version, language, hash },
        root: 0,
      };
      const { id, nonce, createdAt, expiresAt, clientId, origin, manifestHash, tau, sMax } = ceremony;
      const signIn: SignIn = {
        ...{ id, nonce, createdAt, expiresAt, clientId, origin, manifestHash, tau, sMax },
        purpose: 'renewal',
        state: 'open',
        image: false,
        accountId,
        deviceId,
        interactionUid: `renewal/${deviceId}`,
        ownerHash,
        generationId: root.id,
        ticketClass: 'root',
        liveness: ceremony.liveness,
      };
      await enrolments.begin(renewal, event('renewal-begun', signIn));
      await signIns.begin(signIn, budgets, comparisons.event('sign-in-begun', signIn, 'renewal'));
      return {
        ...comparisons.challenge(signIn),
        ...ticketsWanted(ceremony),
        generationId: root.id,
        ticketClass: 'root',
        triesLeft: await comparisons.triesLeft(accountId),
        lastBurnedIndex: root.lastBurned,
      };
    },

    /** @throws {ServerError} `ceremony-not-found` */
    async challenged(id: string, renewing: Renewing): Promise<Challenged> {
      return comparisons.challenged(await owned(id, renewing));
    },

    /** @returns the reply message, ready to send. @throws {ServerError} as `Comparisons.probe` */
    async probe(id: string, renewing: Renewing, body: Uint8Array): Promise<Uint8Array> {
      return comparisons.probe(await owned(id, renewing), body);
    },

    /** The root match. Nobody is signed in by it. @throws {ServerError} as `Comparisons.conclude` */
    async answer(id: string, renewing: Renewing, answer: SignInAnswer): Promise<void> {
      const signIn = await owned(id, renewing);
      try {
        await comparisons.conclude(signIn, answer, async () => true);
      } catch (error) {
        const refused = error instanceof ServerError && error.code === 'sign-in-refused';
        if (refused) await enrolments.cancel(id, event('renewal-abandoned', signIn, 'refused'));
        throw error;
      }
    },

    /** The person went away: a spent ticket counts as a failure, and nothing that was sent stays. */
    async cancel(id: string, renewing: Renewing): Promise<void> {
      const signIn = await owned(id, renewing);
      await signIns.cancel(id, budgets, clock());
      await enrolments.cancel(id, event('renewal-abandoned', signIn, 'cancelled'));
    },
  };
}
