/**
 * Renewals as rows: begun, matched, stated, uploaded.
 * @module
 */
import type { Enrolment, Statement } from '../../src/ports/enrolments.ts';
import type { Storage } from '../../src/ports/storage.ts';
import {
  budgets,
  bytes,
  type Enrolled,
  enrolment,
  event,
  probeHash,
  replyHash,
  signIn,
  statement,
  tokenHash,
} from './rows.ts';

/** A renewal of an enrolled device; its root match too unless told otherwise. */
export async function beginRenewal(
  storage: Storage,
  enrolled: Enrolled,
  match: 'accepted' | 'failed' | 'none' = 'accepted',
): Promise<Enrolment> {
  const { account, enrolment: first, statement: stated } = enrolled;
  const renewal = enrolment(account.id, { purpose: 'renewal', deviceId: first.deviceId, root: 0 });
  await storage.enrolments.begin(renewal, event('renewal-begun', 40));
  if (match === 'none') return renewal;
  const interactionUid = `renewal/${first.deviceId}`;
  const generationId = stated.generations[1]!.id;
  const proof = signIn(enrolled, {
    ...{ id: renewal.id, purpose: 'renewal', ticketClass: 'root', generationId, interactionUid },
  });
  await storage.signIns.begin(proof, budgets, event('sign-in-begun', 40));
  const { lastBurned } = (await storage.devices.generation(first.deviceId, 'root'))!;
  const unlimited = { ...budgets, perDay: 10_000, perDayAndClient: 10_000 };
  const burn = { id: renewal.id, index: lastBurned + 1, budgets: unlimited, now: 41 };
  const result = await storage.signIns.burn(burn, event('ticket-burned', 41));
  if (!result.burned) throw new Error(result.reason);
  await storage.signIns.replied(renewal.id, { probeHash, replyHash, tokenHash });
  await storage.signIns.conclude(renewal.id, match, budgets, 42);
  return renewal;
}

/** One ordinary generation; the device is known. */
export function renewalStatement(of: Enrolment): Statement {
  const { newDevice: _device, generations, hash } = statement(of);
  return { hash, generations: generations.filter((one) => one.ticketClass === 'ordinary') };
}

/** The public key and the first `count` tickets. */
export async function uploadRenewal(storage: Storage, renewal: Enrolment, count: number): Promise<void> {
  const place = { enrolmentId: renewal.id, ticketClass: 'ordinary' } as const;
  await storage.enrolments.fill(place, bytes('new key'), 50);
  for (let index = 0; index < count; index++) {
    await storage.enrolments.fill({ ...place, index }, bytes(`new ${index}`), 50);
  }
}
