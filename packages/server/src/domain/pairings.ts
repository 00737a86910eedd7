/**
 * Another device: an enrolled one lets a new one in. The server relays what the two say to each other, runs one
 * comparison by a root ticket of the enrolled device, checks its signature, and opens an enrolment for the new one,
 * which then takes the way of every enrolment (`enrolments.ts`).
 * @module
 */
import { verifyAuthorisation } from '@blindsight/protocol/server';
import {
  accountClientId,
  decodeReady,
  type JoinedPairing,
  type JoinPairingRequest,
  newId,
  offerBytes,
  type PairingChallenge,
  type PairingGuestStatus,
  type PairingState,
  type PairingStatus,
  type SignInAnswer,
  sha256,
  sizes,
  toBase64url,
} from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import type { AuditEvent, AuditKind } from '../ports/audit.ts';
import type { Pairing } from '../ports/pairings.ts';
import type { SignIn } from '../ports/sign-ins.ts';
import { newNonce } from '../random.ts';
import type { Challenged } from './challenges.ts';
import type { Comparisons } from './comparisons.ts';
import { currentConsent } from './consent/texts.ts';
import { budgetsOf, type Deps } from './deps.ts';
import { enrolmentChallenge } from './enrolments.ts';
import { isNew } from './new-devices.ts';
import { renewalState } from './renewal-policy.ts';
import type { Renewing } from './renewals.ts';
import { newTicketCeremony } from './ticket-ceremony.ts';
import { translating } from './translate.ts';

export type PairingsUseCases = ReturnType<typeof pairingsUseCases>;

export function pairingsUseCases(deps: Deps, comparisons: Comparisons) {
  const { config, models, storage, clock } = deps;
  const { accounts, pairings, signIns, devices, enrolments } = storage;
  const budgets = budgetsOf(config);

  const event = (kind: AuditKind, of: Pairing, reason?: string): AuditEvent => {
    const { accountId, deviceId, id: ceremonyId } = of;
    return { at: clock(), kind, accountId, deviceId, ceremonyId, ...(reason ? { reason } : {}) };
  };

  /** @throws {ServerError} `ceremony-not-found`: also for another account's, and for another browser's. */
  const owned = async (id: string, { accountId, ownerHash }: Renewing) => {
    const signIn = await comparisons.owned(id, 'add-device', ownerHash);
    const pairing = await pairings.find(id);
    if (!pairing || pairing.accountId !== accountId) throw new ServerError('ceremony-not-found');
    return { signIn, pairing };
  };
  const invited = async (id: string, ownerHash: string | undefined): Promise<Pairing> => {
    const pairing = await pairings.find(id);
    if (!pairing?.guest || pairing.guest.ownerHash !== ownerHash) throw new ServerError('ceremony-not-found');
    return pairing;
  };
  /** @throws {ServerError} `ceremony-closed` unless it is in this state, `ceremony-expired` */
  const requireState = (pairing: Pairing, state: PairingState): void => {
    if (pairing.state !== state) throw new ServerError('ceremony-closed');
    if (pairing.expiresAt <= clock()) throw new ServerError('ceremony-expired');
  };
  const stepped = (moved: boolean): void => {
    if (!moved) throw new ServerError('ceremony-closed');
  };
  const close = (pairing: Pairing, reason: string) =>
    pairings.close(pairing.id, event('pairing-closed', pairing, reason));

  /** As both pages see it: what time or the enrolment made of it included. */
  const shown = async (pairing: Pairing): Promise<PairingState> => {
    if (pairing.state !== 'authorised') {
      return pairing.expiresAt <= clock() ? 'closed' : pairing.state;
    }
    if (await devices.find(pairing.newDeviceId)) return 'finished';
    const enrolment = await enrolments.find(pairing.id);
    return enrolment && enrolment.expiresAt > clock() ? 'authorised' : 'closed';
  };

  return {
    /**
     * @throws {ServerError} `device-revoked`, `device-too-new`, `enrolment-too-old`, `face-locked`,
     * `unsupported-parameters`
     */
    async begin(accountId: string, deviceId: string, ownerHash: string): Promise<PairingChallenge> {
      const device = (await devices.list(accountId)).find((one) => one.id === deviceId);
      if (device?.state !== 'active') throw new ServerError('device-revoked');
      const now = clock();
      if (isNew(device, config.policy, now)) throw new ServerError('device-too-new');
      if (renewalState(device, config.policy, now) === 'too-old') throw new ServerError('enrolment-too-old');
      const { generation: root } = await comparisons.enrolled({ accountId, deviceId }, 'root');
      comparisons.requireSameModels(root);
      await comparisons.requireUnlocked(accountId);

      const { manifestHash, tau, sMax } = models;
      const [id, newDeviceId] = [newId(), newId()];
      const expiresAt = now + config.policy.pairingMs;
      const signIn: SignIn = {
        ...{ id, accountId, deviceId, ownerHash, createdAt: now, expiresAt, manifestHash, tau, sMax },
        purpose: 'add-device',
        state: 'open',
        image: false,
        clientId: accountClientId,
        origin: config.origin,
        nonce: newNonce(),
        interactionUid: `add-device/${deviceId}`,
        generationId: root.id,
        ticketClass: 'root',
        // the face is in front of the other device, and so is the challenge
        liveness: 'none',
      };
      const pairing: Pairing = {
        ...{ id, accountId, deviceId, newDeviceId, createdAt: now, expiresAt },
        state: 'open',
        liveness: config.policy.challenge,
      };
      await pairings.begin(pairing, event('pairing-begun', pairing));
      await signIns.begin(signIn, budgets, comparisons.event('sign-in-begun', signIn, 'add-device'));
      return {
        ...comparisons.challenge(signIn),
        generationId: root.id,
        ticketClass: 'root',
        triesLeft: await comparisons.triesLeft(accountId),
        lastBurnedIndex: root.lastBurned,
        newDeviceId,
      };
    },

    /** For the enrolled device. */
    async status(id: string, asking: Renewing): Promise<PairingStatus> {
      const { pairing } = await owned(id, asking);
      const label = pairing.guest ? { label: pairing.guest.label } : {};
      return { state: await shown(pairing), expiresAt: pairing.expiresAt, ...label };
    },

    /** The sealed offer, for the enrolled device. @throws {ServerError} `ceremony-closed` */
    async offered(id: string, asking: Renewing): Promise<Uint8Array> {
      const { offer } = (await owned(id, asking)).pairing;
      if (!offer) throw new ServerError('ceremony-closed');
      return offer;
    },

    /** That the offer was opened, for the new device. @throws {ServerError} `malformed-message`, `ceremony-closed` */
    async confirm(id: string, asking: Renewing, confirmation: Uint8Array): Promise<void> {
      await owned(id, asking);
      if (confirmation.length !== sizes.hash) throw new ServerError('malformed-message');
      stepped(await pairings.confirm(id, new Uint8Array(confirmation), clock()));
    },

    /** @returns the reply message, ready to send. @throws {ServerError} as `Comparisons.probe` */
    async probe(id: string, asking: Renewing, body: Uint8Array): Promise<Uint8Array> {
      const { pairing, signIn } = await owned(id, asking);
      requireState(pairing, 'confirmed');
      return comparisons.probe(signIn, body);
    },

    /** The root match. A miss ends the pairing. @throws {ServerError} as `Comparisons.conclude` */
    async answer(id: string, asking: Renewing, answer: SignInAnswer): Promise<void> {
      const { pairing, signIn } = await owned(id, asking);
      try {
        await comparisons.conclude(signIn, answer, async () => true);
      } catch (error) {
        const refused = error instanceof ServerError && error.code === 'sign-in-refused';
        if (refused) await close(pairing, 'refused');
        throw error;
      }
    },

    /** The signature of the enrolled device opens an enrolment for the key it names. @throws {ServerError} `sign-in-refused` */
    async authorise(id: string, asking: Renewing, body: Uint8Array): Promise<void> {
      const { pairing, signIn } = await owned(id, asking);
      requireState(pairing, 'confirmed');
      const { deviceId, newDeviceId, offer, guest } = pairing;
      const { generationId, ticketIndex, tokenHash, state } = signIn;
      const device = await devices.find(deviceId);
      if (!device || !offer || !guest || state !== 'accepted' || ticketIndex === undefined || !tokenHash)
        throw new ServerError('sign-in-refused');
      const { devicePublicKey } = await translating(() =>
        verifyAuthorisation(
          {
            context: comparisons.context(signIn),
            match: { generationId, ticketIndex, tokenHash },
            devicePublicKey: device.publicKey,
            newDevice: { deviceId: newDeviceId, offerHash: sha256(offer) },
          },
          body,
        ),
      );
      const ceremony = await newTicketCeremony(deps, id);
      stepped(await pairings.authorise(id, event('pairing-authorised', pairing)));
      const { accountId } = pairing;
      await enrolments.begin(
        {
          ...ceremony,
          purpose: 'add-device',
          recovery: false,
          admission: {
            addedBy: deviceId,
            guestHash: guest.ownerHash,
            devicePublicKey: new Uint8Array(devicePublicKey),
          },
          accountId,
          deviceId: newDeviceId,
          label: guest.label,
          profile: 'quick',
          consent: guest.consent,
          // its face was captured, and compared, before this ceremony began; the statement is signed over the challenge
          liveness: pairing.liveness,
          ...(pairing.challengeHash ? { challengeHash: pairing.challengeHash } : {}),
        },
        { at: clock(), kind: 'addition-begun', accountId, deviceId: newDeviceId, ceremonyId: id },
      );
    },

    /** By the enrolled device: whatever the new one has got so far goes. */
    async cancel(id: string, asking: Renewing): Promise<void> {
      const { pairing } = await owned(id, asking);
      await signIns.cancel(id, budgets, clock());
      await enrolments.cancel(id, event('addition-abandoned', pairing, 'cancelled'));
      await close(pairing, 'cancelled');
    },

    // ------------------------------------------------------------ the new device

    /** By the code: the first browser that comes is the new device. @throws {ServerError} `consent-outdated`, `ceremony-…` */
    async join(id: string, ownerHash: string, request: JoinPairingRequest): Promise<JoinedPairing> {
      const pairing = await pairings.find(id);
      if (!pairing) throw new ServerError('ceremony-not-found');
      const { version, hash } = request.consent;
      const consent = currentConsent('enrol', version, hash);
      if (!consent) throw new ServerError('consent-outdated');
      if (pairing.expiresAt <= clock()) throw new ServerError('ceremony-expired');
      const given = { purpose: 'enrol', version, hash, language: consent.language };
      const guest = { ownerHash, label: request.deviceLabel, consent: given };
      stepped(await pairings.join(id, guest, clock()));
      const signIn = await signIns.find(id);
      if (!signIn) throw new ServerError('ceremony-not-found');
      const { newDeviceId: deviceId, liveness } = pairing;
      return { ...comparisons.challenge(signIn), deviceId, liveness };
    },

    /** The challenge of the new device. It has no ticket to burn: what it costs is the pairing. */
    async challenged(id: string, ownerHash: string | undefined): Promise<Challenged> {
      const pairing = await invited(id, ownerHash);
      requireState(pairing, 'joined');
      const signIn = await signIns.find(id);
      if (!signIn) throw new ServerError('ceremony-not-found');
      const { liveness: policy, expiresAt } = pairing;
      return {
        ceremonyId: id,
        nonce: signIn.nonce,
        policy,
        expiresAt,
        async ready(message) {
          const profile = decodeReady(message);
          if (policy === 'none') throw new ServerError('ceremony-closed');
          stepped(await pairings.beginChallenge(id, clock()));
          return profile;
        },
        async passed(hash) {
          stepped(await pairings.passChallenge(id, hash, clock()));
          await storage.audit.append(event('challenge-passed', pairing));
        },
        async failed(fault) {
          await storage.audit.append(event('challenge-failed', pairing, fault));
          await close(pairing, 'challenge');
        },
      };
    },

    /** @throws {ServerError} `challenge-refused`, `malformed-message`, `ceremony-closed` */
    async offer(id: string, ownerHash: string | undefined, body: Uint8Array): Promise<void> {
      const { liveness, challengeHash } = await invited(id, ownerHash);
      if (liveness !== 'none' && !challengeHash) throw new ServerError('challenge-refused');
      if (body.length !== offerBytes) throw new ServerError('malformed-message');
      stepped(await pairings.offer(id, new Uint8Array(body), clock()));
    },

    async guestStatus(id: string, ownerHash: string | undefined): Promise<PairingGuestStatus> {
      const pairing = await invited(id, ownerHash);
      const { confirmation, expiresAt } = pairing;
      const state = await shown(pairing);
      const enrolment = state === 'authorised' ? await enrolments.find(id) : undefined;
      const account = enrolment && (await accounts.find(pairing.accountId));
      return {
        state,
        expiresAt,
        ...(confirmation ? { confirmation: toBase64url(confirmation) } : {}),
        ...(enrolment && account
          ? { challenge: enrolmentChallenge(enrolment), displayName: account.displayName }
          : {}),
      };
    },

    async leave(id: string, ownerHash: string | undefined): Promise<void> {
      const pairing = await invited(id, ownerHash);
      await enrolments.cancel(id, event('addition-abandoned', pairing, 'cancelled'));
      await close(pairing, 'left');
    },
  };
}
