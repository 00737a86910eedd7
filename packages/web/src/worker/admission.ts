/**
 * Letting another device in, on the enrolled one: a key for one pairing, the offer that opens with it, a comparison of
 * the embedding in it that spends a root ticket, and the signature. The embedding is unsealed, compared and wiped
 * here; the page gets six digits and bytes to send.
 * @module
 */
import { allowSignIn, openPairing, type ReceivedOffer, signAuthorisation } from '@blindsight/protocol/client';
import { type CeremonyContext, encodePairingLink, type Id, type RootMatch } from '@blindsight/protocol/wire';
import { WebError } from '../sdk/errors.ts';
import type { Database } from '../sdk/store/database.ts';
import { beginComparison, type Comparison, spendTicket, type Unlocked, unlockDevice } from './comparison.ts';
import type { AdmissionInput, AnswerOutput, OpenedOffer } from './contract.ts';

export interface AdmissionDeps {
  readonly db: Database;
  readonly context: CeremonyContext;
  /** ms since the Unix epoch. */
  readonly now: number;
}

/** One admission, to be used in this order; each step works once. */
export interface OpenAdmission {
  /** The fragment for the QR code. */
  readonly link: string;
  open(sealed: Uint8Array): Promise<OpenedOffer>;
  /** Spends the next root ticket durably. When this rejects, nothing may be sent. */
  probe(input: AdmissionInput, deps: AdmissionDeps): Promise<Uint8Array>;
  answer(reply: Uint8Array): Promise<AnswerOutput>;
  /** After the server has accepted the answer. */
  authorise(): Promise<Uint8Array>;
  abandon(): void;
}

interface Compared {
  readonly input: AdmissionInput;
  readonly context: CeremonyContext;
  readonly unlocked: Unlocked;
  readonly comparison: Comparison;
}

export async function beginAdmission(place: { pairingId: Id; accountId: Id }): Promise<OpenAdmission> {
  const pairing = await openPairing(place);
  let offer: ReceivedOffer | undefined;
  let compared: Compared | undefined;
  let match: RootMatch | undefined;
  const wipe = () => offer?.embedding.fill(0);

  return {
    link: encodePairingLink(pairing.link),
    async open(sealed) {
      offer = await pairing.open(sealed);
      return { code: offer.code, confirmation: offer.confirmation };
    },
    async probe(input, { db, context, now }) {
      if (!offer || compared) throw new WebError('internal');
      try {
        const unlocked = await unlockDevice(db, input.deviceId, context, input.prf);
        const spent = await spendTicket(unlocked, {
          challenge: input.challenge,
          ticketClass: 'root',
          count: (history) => allowSignIn(history, now),
        });
        const comparison = await beginComparison(spent, context, offer.embedding);
        compared = { input, context, unlocked, comparison };
        return comparison.message;
      } finally {
        wipe();
      }
    },
    async answer(reply) {
      if (!compared) throw new WebError('internal');
      const { answer, tokenHash } = await compared.comparison.answer(reply);
      const { generationId } = compared.input.challenge;
      match = { generationId, ticketIndex: compared.comparison.ticketIndex, tokenHash };
      return answer;
    },
    async authorise() {
      if (!offer || !compared || !match) throw new WebError('internal');
      const { devicePublicKey, offerHash } = offer;
      const { input, context, unlocked } = compared;
      const { newDeviceId: deviceId } = input.challenge;
      const deviceKey = { privateKey: unlocked.device.deviceKey };
      return signAuthorisation(context, match, deviceKey, { deviceId, devicePublicKey, offerHash });
    },
    abandon() {
      compared?.comparison.abandon();
      wipe();
    },
  };
}
