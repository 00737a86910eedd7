/**
 * What an enrolment and a renewal have in common when they begin: deadlines, thresholds, how many tickets are to
 * come, and the key that the late ones are sealed to.
 * @module
 */
import { createSealingKey } from '@blindsight/protocol/server';
import { accountClientId, newId, parametersOf, toBase64url } from '@blindsight/protocol/wire';
import type { Enrolment } from '../ports/enrolments.ts';
import { newNonce } from '../random.ts';
import type { Deps } from './deps.ts';

/** Late tickets' private key is wrapped for this. */
export const sealingPurpose = (id: string) => `enrolment/${id}`;

export type TicketCeremony = Omit<
  Enrolment,
  'purpose' | 'recovery' | 'accountId' | 'deviceId' | 'label' | 'profile' | 'consent'
>;

/** A ceremony that nobody owns yet. */
export async function newTicketCeremony(
  { config, models, keys, clock }: Pick<Deps, 'config' | 'models' | 'keys' | 'clock'>,
  id = newId(),
): Promise<TicketCeremony> {
  const params = parametersOf(models.parameterSet);
  const sealing = await createSealingKey();
  const now = clock();
  try {
    return {
      id,
      state: 'open',
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
      liveness: config.policy.challenge,
      hpkePublicKey: sealing.publicKey,
      hpkePrivateKey: await keys.wrap(sealing.privateKey, sealingPurpose(id)),
    };
  } finally {
    sealing.privateKey.fill(0);
  }
}

/** What a challenge says about the tickets to come. */
export function ticketsWanted({ ordinary, firstOrdinary, hpkePublicKey }: TicketCeremony) {
  return { ordinary, firstOrdinary, hpkePublicKey: toBase64url(hpkePublicKey) };
}
