/**
 * One sealed comparison, whatever it is for: a ticket is verified, burned and evaluated, and the token that comes
 * back is checked. Sign-in spends an ordinary ticket, a renewal a root one.
 * @module
 */
import {
  decodeResult,
  encodeJob,
  type ProbeRecord,
  verifyAnswer,
  verifyProbe,
  verifyReady,
} from '@blindsight/protocol/server';
import {
  type CeremonyContext,
  fromBase64url,
  type SignInAnswer,
  sha256,
  sizes,
  type TicketClass,
  toBase64url,
} from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import type { AuditEvent, AuditKind } from '../ports/audit.ts';
import type { Device, Generation } from '../ports/devices.ts';
import type { SignIn } from '../ports/sign-ins.ts';
import type { Challenged } from './challenges.ts';
import { budgetsOf, type Deps } from './deps.ts';
import { Held } from './held.ts';
import { noting, translating } from './translate.ts';

export type Comparisons = ReturnType<typeof comparisons>;

export function comparisons(deps: Deps) {
  const { config, models, storage, vault, evaluator, clock, wait } = deps;
  const { signIns, devices, enrolments, audit } = storage;
  const budgets = budgetsOf(config);
  /**
   * Tickets that are burned in the store and wait, by ceremony, for the probe after their challenge. Only here: a
   * restart loses them, and the ceremony of a burned ticket without its token counts as a failure.
   */
  const held = new Held<Stored>(clock);

  const event = (kind: AuditKind, of: SignIn, reason?: string): AuditEvent => {
    const { accountId, deviceId, clientId, id: ceremonyId } = of;
    const ids = { accountId, deviceId, ceremonyId, clientId };
    return { at: clock(), kind, ...ids, ...(reason === undefined ? {} : { reason }) };
  };

  /** @throws {ServerError} `ceremony-not-found`: also for another browser's, and for one of another purpose. */
  const owned = async (
    id: string,
    purpose: SignIn['purpose'],
    ownerHash: string | undefined,
  ): Promise<SignIn> => {
    const signIn = await signIns.find(id);
    if (!signIn || signIn.ownerHash !== ownerHash || signIn.purpose !== purpose)
      throw new ServerError('ceremony-not-found');
    return signIn;
  };
  /**
   * The device of a request, active and of this account, and its tickets of a class.
   * @throws {ServerError} `device-revoked` for every other one, unknown ones too.
   */
  const enrolled = async (
    { accountId, deviceId }: Pick<SignIn, 'accountId' | 'deviceId'>,
    ticketClass: TicketClass,
  ) => {
    const device = await devices.find(deviceId);
    const generation = await devices.generation(deviceId, ticketClass);
    if (device?.accountId !== accountId || device.state !== 'active' || !generation)
      throw new ServerError('device-revoked');
    return { device, generation };
  };
  const requireUnlocked = async (accountId: string) => {
    const now = clock();
    const { lockedUntil = 0 } = await signIns.faceFactor(accountId);
    const recovering = (await enrolments.recoveringUntil(accountId, now)) ?? 0;
    const until = Math.max(lockedUntil, recovering);
    if (until > now) throw new ServerError('face-locked', { retryAfterSeconds: secondsUntil(until, now) });
  };

  const requireTime = ({ expiresAt }: SignIn) => {
    if (expiresAt <= clock()) throw new ServerError('ceremony-expired');
  };
  /** Runs a verification and notes its refusal. */
  const verified = <T>(signIn: SignIn, verify: () => Promise<T>): Promise<T> =>
    noting(verify, (code) => audit.append(event('sign-in-refused', signIn, code)));
  /** @throws {ServerError} a `BurnRefusal`; then nothing is burned. */
  const burn = async (signIn: SignIn, index: number): Promise<Stored> => {
    const now = clock();
    const burned = await signIns.burn(
      { id: signIn.id, index, budgets, now },
      event('ticket-burned', signIn, `${signIn.ticketClass}/${index}`),
    );
    if (burned.burned) return { ...burned, index };
    await audit.append(event('sign-in-refused', signIn, burned.reason));
    const { retryAt } = burned;
    const retry = retryAt === undefined ? {} : { retryAfterSeconds: secondsUntil(retryAt, now) };
    throw new ServerError(burned.reason, retry);
  };
  /** The ticket that the challenge has burned, once. */
  const takeHeld = ({ id, challengeHash }: SignIn, index: number): Stored => {
    const stored = challengeHash && held.take(id);
    if (stored?.index !== index) throw new ServerError('ceremony-closed');
    return stored;
  };
  /** The end of an attempt whose ticket is spent: it counts, whatever was wrong. */
  const fail = async (signIn: SignIn, fault: string): Promise<void> => {
    held.take(signIn.id);
    await audit.append(event('challenge-failed', signIn, fault));
    await signIns.cancel(signIn.id, budgets, clock());
  };

  /** Evaluates in a worker; b leaves this function only as a job. */
  const evaluate = async (signIn: SignIn, probe: Uint8Array, stored: Stored) => {
    const dataKey = await devices.dataKey(signIn.deviceId);
    if (!dataKey) throw new ServerError('device-revoked');
    const { deviceId, generationId, ticketClass, tau, sMax, id: ceremonyId } = signIn;
    const place = { deviceId, generationId, ticketClass };
    const publicKey = await vault.open(dataKey, place, stored.publicKey);
    const ticket = await vault.open(dataKey, { ...place, index: stored.index }, stored.ticket);
    const job = encodeJob({ publicKey, ticket, probe, ceremonyId, tau, sMax });
    const deadline = Math.min(clock() + config.policy.evaluationMs, signIn.expiresAt);
    return decodeResult(await evaluator.run(job, { deadline }));
  };

  return {
    event,
    owned,
    enrolled,
    requireUnlocked,

    /** Thresholds belong to one set of models: an enrolment under another one cannot be compared with them. */
    requireSameModels({ parameterSet, manifestHash }: Generation): void {
      const same =
        parameterSet === models.parameterSet && Buffer.from(manifestHash).equals(models.manifestHash);
      if (!same) throw new ServerError('unsupported-parameters');
    },

    /** Failures until the face factor is locked; what a page tells after one. */
    async triesLeft(accountId: string): Promise<number> {
      const { failures } = await signIns.faceFactor(accountId);
      return Math.max(0, budgets.failuresToLock - failures);
    },

    context: (signIn: SignIn): CeremonyContext => contextOf(signIn, models.parameterSet),

    /** The part of every challenge, as JSON. */
    challenge(signIn: SignIn) {
      const { purpose: _purpose, ...context } = contextOf(signIn, models.parameterSet);
      return {
        ...context,
        nonce: toBase64url(context.nonce),
        manifestHash: toBase64url(context.manifestHash),
        liveness: signIn.liveness,
      };
    },

    /**
     * Verifies, burns, evaluates. Whatever is refused before the burn burns nothing; whatever happens after it
     * leaves a spent ticket that counts as a failure unless its token comes back in time. Where there is a challenge
     * the ticket was burned before it, and a probe that does not fit what happened then ends the attempt.
     * @returns the reply message, ready to send.
     */
    async probe(signIn: SignIn, body: Uint8Array): Promise<Uint8Array> {
      const challenged = signIn.liveness !== 'none';
      if (signIn.state !== (challenged ? 'burned' : 'open')) throw new ServerError('ceremony-closed');
      requireTime(signIn);
      const { device } = await enrolled(signIn, signIn.ticketClass);
      const record = recordOf(signIn, device, models.parameterSet);
      const { ticketIndex: index, probe } = await verified(signIn, () => verifyProbe(record, body)).catch(
        async (error) => {
          if (challenged) await fail(signIn, 'probe');
          throw error;
        },
      );
      const stored = challenged ? takeHeld(signIn, index) : await burn(signIn, index);
      const { message, replyHash, token, tokenHash } = await translating(() =>
        evaluate(signIn, probe, stored),
      );
      token.fill(0);
      // durable before the reply leaves: after a restart the answer is still checked against these
      const result = { probeHash: sha256(probe), replyHash, tokenHash };
      if (!(await signIns.replied(signIn.id, result))) throw new ServerError('ceremony-closed');
      return message;
    },

    /** The challenge of a comparison. It begins by burning the ticket, so that no step is seen for free. */
    challenged(signIn: SignIn): Challenged {
      const { id: ceremonyId, nonce, liveness: policy, expiresAt } = signIn;
      return {
        ceremonyId,
        nonce,
        policy,
        expiresAt,
        async ready(message) {
          if (signIn.state !== 'open') throw new ServerError('ceremony-closed');
          requireTime(signIn);
          const { device } = await enrolled(signIn, signIn.ticketClass);
          const record = recordOf(signIn, device, models.parameterSet);
          const { profile, ticketIndex } = await verified(signIn, () => verifyReady(record, message));
          held.set(ceremonyId, await burn(signIn, ticketIndex));
          return profile;
        },
        async passed(hash) {
          if (!(await signIns.challenged(ceremonyId, hash))) throw new ServerError('ceremony-closed');
          await audit.append(event('challenge-passed', signIn));
        },
        failed: (fault) => fail(signIn, fault),
      };
    },

    /**
     * Ends the ceremony, once. A miss, a wrong signature, a wrong passkey, a late answer, a device gone meanwhile:
     * every refusal is the same one, after the same time.
     * @param proven what else the purpose asks for, checked whatever the token is.
     * @param provisional see `SignIns.conclude`.
     * @throws {ServerError} `sign-in-refused`; `ceremony-closed` when there is nothing to answer.
     */
    async conclude(
      signIn: SignIn,
      answer: SignInAnswer,
      proven: () => Promise<boolean>,
      provisional = false,
    ): Promise<void> {
      const begun = clock();
      const hit = await tokenAndSignature(signIn, answer);
      const outcome = (await proven()) && hit ? 'accepted' : 'failed';
      const ended = await signIns.conclude(signIn.id, outcome, budgets, clock(), provisional);
      if (ended === 'accepted') return;
      // a late answer may come after the sweep that has ended its ceremony as failed
      const swept = signIn.state === 'failed' && signIn.expiresAt <= begun;
      if (ended === undefined && !swept) throw new ServerError('ceremony-closed');
      await wait(Math.max(0, begun + config.policy.refusalMs - clock()));
      throw new ServerError('sign-in-refused');
    },
  };

  /** Whether token and signature are right; false for every other reason too. */
  async function tokenAndSignature(signIn: SignIn, { token, signature }: SignInAnswer): Promise<boolean> {
    const { ticketIndex, probeHash, replyHash, tokenHash } = signIn;
    const device = await devices.find(signIn.deviceId);
    if (!device || ticketIndex === undefined || !probeHash || !replyHash || !tokenHash) return false;
    try {
      return await verifyAnswer({
        record: recordOf(signIn, device, models.parameterSet),
        ticketIndex,
        probeHash,
        replyHash,
        tokenHash,
        token: fromBase64url(token, sizes.token),
        signature: fromBase64url(signature, sizes.signature),
      });
    } catch {
      return false;
    }
  }
}

interface Stored {
  readonly index: number;
  readonly ticket: Uint8Array;
  readonly publicKey: Uint8Array;
}

const secondsUntil = (at: number, now: number) => Math.max(1, Math.ceil((at - now) / 1000));

function contextOf(signIn: SignIn, parameterSet: string): CeremonyContext {
  const { purpose, id: ceremonyId, accountId, deviceId, nonce, expiresAt, clientId, origin } = signIn;
  const { manifestHash, tau, sMax } = signIn;
  const common = { ceremonyId, accountId, deviceId, nonce, expiresAt, clientId, origin };
  const challenge = signIn.challengeHash ? { challengeHash: signIn.challengeHash } : {};
  return { purpose, ...common, parameterSet, manifestHash, tau, sMax, ...challenge };
}

function recordOf(signIn: SignIn, device: Device, parameterSet: string): ProbeRecord {
  const { generationId, ticketClass } = signIn;
  const context = contextOf(signIn, parameterSet);
  return { context, generationId, ticketClass, devicePublicKey: device.publicKey };
}
