/**
 * Which ordinary tickets go at once, in clear ciphertext, and which wait on the device, sealed to the server.
 * @module
 */
import { sealTicket } from '@blindsight/protocol/client';
import { type EnrolmentChallenge, fromBase64url, sizes } from '@blindsight/protocol/wire';
import type { UploadRecord } from '../sdk/store/schema.ts';
import type { FirstTicket } from './contract.ts';

export async function divideTickets(
  {
    ceremonyId,
    firstOrdinary,
    hpkePublicKey,
  }: Pick<EnrolmentChallenge, 'ceremonyId' | 'firstOrdinary' | 'hpkePublicKey'>,
  tickets: readonly Uint8Array[],
): Promise<{ first: FirstTicket[]; waiting: UploadRecord[] }> {
  const serverKey = fromBase64url(hpkePublicKey, sizes.hpkePublicKey);
  const ordinary = tickets.map((body, index) => ({ ticketClass: 'ordinary' as const, index, body }));
  const waiting: UploadRecord[] = [];
  for (const { ticketClass, index, body } of ordinary.slice(firstOrdinary)) {
    const sealed = await sealTicket(serverKey, body, { ceremonyId, ticketClass, index });
    waiting.push({ ceremonyId, ticketClass, index, body: sealed });
  }
  return { first: ordinary.slice(0, firstOrdinary), waiting };
}
