/**
 * Sealed sign-in, step by step as the protocol page has it.
 * @module
 */
import {
  newId,
  type SignInAnswer,
  type SignInChallenge,
  type StartSignInRequest,
} from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import { type Amr, acr, type LoginResult } from '../ports/oidc.ts';
import type { SignIn } from '../ports/sign-ins.ts';
import { newNonce, newSecret } from '../random.ts';
import type { Challenged } from './challenges.ts';
import type { Comparisons } from './comparisons.ts';
import { budgetsOf, type Deps } from './deps.ts';
import type { ImageChecksUseCases } from './image-checks.ts';
import { untold } from './new-devices.ts';
import { authenticationOptions, credentialIdOf, verifyAuthentication } from './passkeys.ts';
import { renewalState, requireCurrent } from './renewal-policy.ts';

/** The application that asks, from the interaction. */
export interface Asking {
  readonly interactionUid: string;
  readonly client: { readonly id: string; readonly name: string };
  /** It wants an image check after the comparison. */
  readonly image: boolean;
}

/** An accepted sign-in, and the interaction it finishes. */
export interface Accepted extends LoginResult {
  readonly interactionUid: string;
}

/** The same, before the image check that the application wants after it. */
export interface AcceptedSignIn extends Accepted {
  /** The sign-in, as the proof that an image check rests on. */
  readonly proof?: Pick<SignIn, 'id' | 'deviceId' | 'clientId'>;
}

export type SignInsUseCases = ReturnType<typeof signInsUseCases>;

export function signInsUseCases(
  deps: Deps,
  comparisons: Comparisons,
  imageChecks: Pick<ImageChecksUseCases, 'kindFor'>,
) {
  const { config, models, storage, clock } = deps;
  const { signIns, devices, accounts } = storage;
  const budgets = budgetsOf(config);

  /** What the page shows about the tickets of a device that can sign in. @throws {ServerError} when it cannot any more. */
  const ticketsOf = async ({ accountId, deviceId }: SignIn) => {
    const all = await devices.list(accountId);
    const device = all.find((one) => one.id === deviceId);
    if (!device) throw new ServerError('device-revoked');
    requireCurrent(device, config.policy, clock());
    return {
      ticketsLeft: device.ticketsLeft,
      renewal: renewalState(device, config.policy, clock()),
      newDevices: untold(device, all).map(({ label, createdAt }) => ({ label, addedAt: createdAt })),
    };
  };

  return {
    /**
     * @throws {ServerError} `device-revoked`, `face-locked`, `unsupported-parameters`, `renewal-required`,
     * `enrolment-too-old`
     */
    async begin(request: StartSignInRequest, asking: Asking, ownerHash: string): Promise<SignInChallenge> {
      const { device, generation } = await comparisons.enrolled(request, 'ordinary');
      await comparisons.requireUnlocked(request.accountId);
      comparisons.requireSameModels(generation);
      const now = clock();
      const signIn: SignIn = {
        id: newId(),
        purpose: 'sign-in',
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
        liveness: config.policy.challenge,
        image: asking.image,
        ...(device.profile === 'verified' ? { passkeyChallenge: newSecret() } : {}),
      };
      const tickets = await ticketsOf(signIn);
      await signIns.begin(signIn, budgets, comparisons.event('sign-in-begun', signIn));
      return {
        ...comparisons.challenge(signIn),
        ...tickets,
        ...(signIn.image ? { image: true as const } : {}),
        triesLeft: await comparisons.triesLeft(signIn.accountId),
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

    /** @throws {ServerError} `ceremony-not-found` */
    async challenged(id: string, ownerHash: string | undefined): Promise<Challenged> {
      return comparisons.challenged(await comparisons.owned(id, 'sign-in', ownerHash));
    },

    /** @returns the reply message, ready to send. @throws {ServerError} as `Comparisons.probe` */
    async probe(id: string, ownerHash: string | undefined, body: Uint8Array): Promise<Uint8Array> {
      return comparisons.probe(await comparisons.owned(id, 'sign-in', ownerHash), body);
    },

    /**
     * Ends the ceremony, once. Every check runs whatever the others found, and every refusal is the same one.
     * @throws {ServerError} `sign-in-refused`; `ceremony-…` when there is nothing to answer.
     */
    async answer(id: string, ownerHash: string | undefined, answer: SignInAnswer): Promise<AcceptedSignIn> {
      const signIn = await comparisons.owned(id, 'sign-in', ownerHash);
      const { accountId, deviceId, clientId, interactionUid, image } = signIn;
      // failures are taken back when nothing is left to fail
      const provisional = image && (await imageChecks.kindFor(deviceId)) === 'verify';
      let passkeyAmr: readonly Amr[] | undefined;
      const proven = async () => {
        passkeyAmr = await passkeyOf(signIn, answer);
        return passkeyAmr !== undefined;
      };
      await comparisons.conclude(signIn, answer, proven, provisional);
      return {
        ...(image ? { proof: { id, deviceId, clientId } } : {}),
        accountId,
        interactionUid,
        acr: acr.sealed,
        amr: ['face', 'pop', 'mfa', ...(passkeyAmr ?? [])],
        authTime: clock(),
      };
    },

    /** The person went away. A spent ticket counts as a failure, an unspent one does not. */
    async cancel(id: string, ownerHash: string | undefined): Promise<void> {
      await comparisons.owned(id, 'sign-in', ownerHash);
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
}
