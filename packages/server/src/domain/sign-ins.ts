/**
 * Sealed sign-in, step by step as the protocol page has it.
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
  fromBase64url,
  newId,
  type SignInAnswer,
  type SignInChallenge,
  type StartSignInRequest,
  sha256,
  sizes,
  toBase64url,
} from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import type { AuditEvent, AuditKind } from '../ports/audit.ts';
import type { Device, Generation } from '../ports/devices.ts';
import { type Amr, acr, type LoginResult } from '../ports/oidc.ts';
import type { SignIn } from '../ports/sign-ins.ts';
import { newNonce, newSecret } from '../random.ts';
import { budgetsOf, type Deps } from './deps.ts';
import { authenticationOptions, credentialIdOf, verifyAuthentication } from './passkeys.ts';
import { translating } from './translate.ts';

/** The application that asks, from the interaction. */
export interface Asking {
  readonly interactionUid: string;
  readonly client: { readonly id: string; readonly name: string };
}

/** An accepted sign-in, and the interaction it finishes. */
export interface Accepted extends LoginResult {
  readonly interactionUid: string;
}

export type SignInsUseCases = ReturnType<typeof signInsUseCases>;

export function signInsUseCases(deps: Deps) {
  const { config, models, storage, vault, evaluator, clock } = deps;
  const { signIns, devices, accounts, audit } = storage;
  const budgets = budgetsOf(config);

  const event = (kind: AuditKind, of: SignIn, reason?: string): AuditEvent => {
    const { accountId, deviceId, clientId, id: ceremonyId } = of;
    const ids = { accountId, deviceId, ceremonyId, clientId };
    return { at: clock(), kind, ...ids, ...(reason === undefined ? {} : { reason }) };
  };

  /** @throws {ServerError} `ceremony-not-found`: also for another browser's. */
  const owned = async (id: string, ownerHash: string | undefined): Promise<SignIn> => {
    const signIn = await signIns.find(id);
    if (!signIn || signIn.ownerHash !== ownerHash) throw new ServerError('ceremony-not-found');
    return signIn;
  };
  /** The device of a request, active and of this account, and its tickets. @throws {ServerError} `device-revoked` for every other one, unknown ones too. */
  const enrolled = async ({ accountId, deviceId }: Pick<SignIn, 'accountId' | 'deviceId'>) => {
    const device = await devices.find(deviceId);
    const generation = await devices.generation(deviceId, 'ordinary');
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
    /** @throws {ServerError} `device-revoked`, `face-locked`, `unsupported-parameters` */
    async begin(request: StartSignInRequest, asking: Asking, ownerHash: string): Promise<SignInChallenge> {
      const { device, generation } = await enrolled(request);
      await requireUnlocked(request.accountId);
      if (!madeFor(generation, models)) throw new ServerError('unsupported-parameters');
      const now = clock();
      const signIn: SignIn = {
        id: newId(),
        state: 'open',
        accountId: request.accountId,
        deviceId: request.deviceId,
        clientId: asking.client.id,
        interactionUid: asking.interactionUid,
        ownerHash,
        nonce: newNonce(),
        createdAt: now,
        expiresAt: now + config.policy.signInMs,
        origin: config.origin,
        manifestHash: models.manifestHash,
        tau: models.tau,
        sMax: models.sMax,
        generationId: generation.id,
        ticketClass: generation.ticketClass,
        ...(device.profile === 'verified' ? { passkeyChallenge: newSecret() } : {}),
      };
      await signIns.begin(signIn, budgets, event('sign-in-begun', signIn));
      return {
        ...challengeOf(signIn, models.parameterSet),
        clientName: asking.client.name,
        generationId: generation.id,
        ticketClass: generation.ticketClass,
        lastBurnedIndex: generation.lastBurned,
        ...(signIn.passkeyChallenge === undefined
          ? {}
          : {
              passkey: await authenticationOptions(
                config,
                signIn.passkeyChallenge,
                await accounts.passkeys(signIn.accountId),
              ),
            }),
      };
    },

    /**
     * Verifies, burns, evaluates. Whatever is refused before the burn burns nothing; whatever happens after it
     * leaves a spent ticket that counts as a failure unless its token comes back in time.
     * @returns the reply message, ready to send.
     */
    async probe(id: string, ownerHash: string | undefined, body: Uint8Array): Promise<Uint8Array> {
      const signIn = await owned(id, ownerHash);
      if (signIn.state !== 'open') throw new ServerError('ceremony-closed');
      if (signIn.expiresAt <= clock()) throw new ServerError('ceremony-expired');
      const { device } = await enrolled(signIn);
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
      const burn = { id, index, probeHash: sha256(probe), budgets, now };
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
      if (!(await signIns.replied(id, { replyHash, tokenHash }))) throw new ServerError('ceremony-closed');
      return message;
    },

    /**
     * Ends the ceremony, once. Every check runs whatever the others found, and every refusal is the same one.
     * @throws {ServerError} `sign-in-refused`; `ceremony-…` when there is nothing to answer.
     */
    async answer(id: string, ownerHash: string | undefined, answer: SignInAnswer): Promise<Accepted> {
      const signIn = await owned(id, ownerHash);
      if (signIn.expiresAt <= clock()) {
        await signIns.cancel(id, budgets, clock());
        throw new ServerError('ceremony-expired');
      }
      if (signIn.state !== 'replied') throw new ServerError('ceremony-closed');
      const hit = await tokenAndSignature(signIn, answer);
      const passkeyAmr = await passkeyOf(signIn, answer);
      const outcome = hit && passkeyAmr ? 'accepted' : 'failed';
      const now = clock();
      const ended = await signIns.conclude(id, outcome, budgets, now);
      if (ended === undefined) throw new ServerError('ceremony-closed');
      if (ended === 'failed' || !passkeyAmr) throw new ServerError('sign-in-refused');
      const { accountId, interactionUid } = signIn;
      return {
        accountId,
        interactionUid,
        acr: acr.sealed,
        amr: ['face', 'pop', 'mfa', ...passkeyAmr],
        authTime: now,
      };
    },

    /** The person went away. A spent ticket counts as a failure, an unspent one does not. */
    async cancel(id: string, ownerHash: string | undefined): Promise<void> {
      await owned(id, ownerHash);
      await signIns.cancel(id, budgets, clock());
    },
  };

  /** What the passkey adds: nothing in the quick profile; `undefined` when one was asked for and is not right. */
  async function passkeyOf(
    signIn: SignIn,
    { passkey: response }: SignInAnswer,
  ): Promise<readonly Amr[] | undefined> {
    if (signIn.passkeyChallenge === undefined) return ['swk'];
    try {
      const passkey = response && (await accounts.passkey(credentialIdOf(response)));
      if (!passkey || passkey.accountId !== signIn.accountId) return undefined;
      const counter = await verifyAuthentication(config, signIn.passkeyChallenge, passkey, response);
      await accounts.passkeyUsed(passkey.id, counter);
      return ['user', passkey.deviceBound ? 'hwk' : 'swk'];
    } catch {
      return undefined;
    }
  }

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

/** Thresholds belong to one set of models: an enrolment under another one cannot be compared with them. */
function madeFor(generation: Generation, models: Deps['models']): boolean {
  return (
    generation.parameterSet === models.parameterSet &&
    Buffer.from(generation.manifestHash).equals(models.manifestHash)
  );
}

function contextOf(signIn: SignIn, parameterSet: string): ProbeRecord['context'] {
  const { id: ceremonyId, accountId, deviceId, nonce, expiresAt, clientId, origin } = signIn;
  const { manifestHash, tau, sMax } = signIn;
  const common = { ceremonyId, accountId, deviceId, nonce, expiresAt, clientId, origin };
  return { purpose: 'sign-in', ...common, parameterSet, manifestHash, tau, sMax };
}

function recordOf(signIn: SignIn, device: Device, parameterSet: string): ProbeRecord {
  const { generationId, ticketClass } = signIn;
  const context = contextOf(signIn, parameterSet);
  return { context, generationId, ticketClass, devicePublicKey: device.publicKey };
}

function challengeOf(signIn: SignIn, parameterSet: string) {
  const { purpose: _purpose, ...context } = contextOf(signIn, parameterSet);
  return { ...context, nonce: toBase64url(context.nonce), manifestHash: toBase64url(context.manifestHash) };
}
