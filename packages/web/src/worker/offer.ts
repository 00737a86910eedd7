/**
 * Being let in, on the new device: its key, the offer sealed to the device that shows the code, and, once that one has
 * authorised it, an enrolment from the very capture in the offer.
 * @module
 */
import { createDeviceKey, sealOffer } from '@blindsight/protocol/client';
import { type CeremonyContext, decodePairingLink } from '@blindsight/protocol/wire';
import { WebError } from '../sdk/errors.ts';
import type { EnrolInput, EnrolOutput } from './contract.ts';
import { type EnrolDeps, enrolDevice } from './enrolment.ts';

/** One offer, to be used in this order; each step works once. */
export interface OpenOffer {
  /** To be relayed. */
  readonly message: Uint8Array;
  /** The digits to show. @throws {ProtocolError} `pairing-refused` when another offer was confirmed */
  code(confirmation: Uint8Array): string;
  /** @throws {WebError} `reply-invalid` when the challenge is not this pairing's. */
  enrol(input: EnrolInput, deps: Omit<EnrolDeps, 'embedding' | 'deviceKey'>): Promise<EnrolOutput>;
  abandon(): void;
}

/**
 * @param embedding of the capture; wiped at the end, whichever way it comes.
 * @param joined the ceremony under which it was captured, with its challenge: the enrolment is signed over it too.
 */
export async function makeOffer(
  fragment: string,
  embedding: Float32Array,
  joined: Pick<CeremonyContext, 'challengeHash'> = {},
): Promise<OpenOffer> {
  const wipe = () => embedding.fill(0);
  try {
    const link = decodePairingLink(fragment);
    const deviceKey = await createDeviceKey();
    const { publicKey: devicePublicKey } = deviceKey;
    const { message, code } = await sealOffer(link, { devicePublicKey, embedding });
    let confirmed = false;
    return {
      message,
      code(confirmation) {
        const digits = code(confirmation);
        confirmed = true;
        return digits;
      },
      async enrol(input, deps) {
        try {
          const { ceremonyId, accountId } = input.challenge;
          const ours = ceremonyId === link.pairingId && accountId === link.accountId;
          if (!confirmed || !ours) throw new WebError('reply-invalid');
          const { challengeHash } = joined;
          const context = { ...deps.context, ...(challengeHash ? { challengeHash } : {}) };
          return await enrolDevice(input, { ...deps, context, embedding, deviceKey });
        } finally {
          wipe();
        }
      },
      abandon: wipe,
    };
  } catch (error) {
    wipe();
    throw error;
  }
}
