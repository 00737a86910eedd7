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
import { budgetsOf, type Deps } from './deps.ts';
import { translating } from './translate.ts';

export type Comparisons = ReturnType<typeof comparisons>;

export function comparisons(deps: Deps) {
  const { config, models, storage, vault, evaluator, clock } = deps;
  const { signIns, devices, audit } = storage;
  const budgets = budgetsOf(config);

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
    if (lockedUntil > now)
      throw new ServerError('face-locked', { retryAfterSeconds: secondsUntil(lockedUntil, now) });
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

    context: (signIn: SignIn): CeremonyContext => contextOf(signIn, models.parameterSet),

    /** The part of every challenge, as JSON. */
    challenge(signIn: SignIn) {
      const { purpose: _purpose, ...context } = contextOf(signIn, models.parameterSet);
      return {
        ...context,
        nonce: toBase64url(context.nonce),
        manifestHash: toBase64url(context.manifestHash),
      };
    },

    /**
     * Verifies, burns, evaluates. Whatever is refused before the burn burns nothing; whatever happens after it
     * leaves a spent ticket that counts as a failure unless its token comes back in time.
     * @returns the reply message, ready to send.
     */
    async probe(signIn: SignIn, body: Uint8Array): Promise<Uint8Array> {
      if (signIn.state !== 'open') throw new ServerError('ceremony-closed');
      if (signIn.expiresAt <= clock()) throw new ServerError('ceremony-expired');
      const { device } = await enrolled(signIn, signIn.ticketClass);
      const record = recordOf(signIn, device, models.parameterSet);
      const { ticketIndex: index, probe } = await translating(() => verifyProbe(record, body)).catch(
        async (error) => {
          await audit.append(
            event('sign-in-refused', signIn, error instanceof ServerError ? error.code : 'internal'),
          );
          throw error;
        },
      );
      const now = clock();
      const burn = { id: signIn.id, index, probeHash: sha256(probe), budgets, now };
      const burned = await signIns.burn(
        burn,
        event('ticket-burned', signIn, `${signIn.ticketClass}/${index}`),
      );
      if (!burned.burned) {
        await audit.append(event('sign-in-refused', signIn, burned.reason));
        const { retryAt } = burned;
        throw new ServerError(
          burned.reason,
          retryAt === undefined ? {} : { retryAfterSeconds: secondsUntil(retryAt, now) },
        );
      }
      const { message, replyHash, token, tokenHash } = await translating(() =>
        evaluate(signIn, probe, { ...burned, index }),
      );
      token.fill(0);
      // durable before the reply leaves: after a restart the answer is still checked against these
      if (!(await signIns.replied(signIn.id, { replyHash, tokenHash })))
        throw new ServerError('ceremony-closed');
      return message;
    },

    /**
     * Ends the ceremony, once. Every refusal is the same one.
     * @param proven what else the purpose asks for, checked whatever the token is.
     * @throws {ServerError} `sign-in-refused`; `ceremony-…` when there is nothing to answer.
     */
    async conclude(signIn: SignIn, answer: SignInAnswer, proven: () => Promise<boolean>): Promise<void> {
      if (signIn.expiresAt <= clock()) {
        await signIns.cancel(signIn.id, budgets, clock());
        throw new ServerError('ceremony-expired');
      }
      if (signIn.state !== 'replied') throw new ServerError('ceremony-closed');
      const hit = await tokenAndSignature(signIn, answer);
      const outcome = (await proven()) && hit ? 'accepted' : 'failed';
      const ended = await signIns.conclude(signIn.id, outcome, budgets, clock());
      if (ended === undefined) throw new ServerError('ceremony-closed');
      if (ended === 'failed') throw new ServerError('sign-in-refused');
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
  return { purpose, ...common, parameterSet, manifestHash, tau, sMax };
}

function recordOf(signIn: SignIn, device: Device, parameterSet: string): ProbeRecord {
  const { generationId, ticketClass } = signIn;
  const context = contextOf(signIn, parameterSet);
  return { context, generationId, ticketClass, devicePublicKey: device.publicKey };
}
