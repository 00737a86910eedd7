/**
 * The device's side of a renewal: a comparison that spends a root ticket, and after its hit a new ordinary generation
 * from the same capture. The capture lives in this realm from the one to the other and is wiped whichever way it ends.
 * @module
 */
import {
  allowRenewal,
  allowSignIn,
  encodeGenerationState,
  makeRenewal,
  type Verifier,
  wipeGeneration,
} from '@blindsight/protocol/client';
import { type RootMatch, sealed1 } from '@blindsight/protocol/wire';
import { WebError } from '../sdk/errors.ts';
import { sealGeneration } from '../sdk/store/ratchet.ts';
import { saveRenewal } from '../sdk/store/renewals.ts';
import {
  beginComparison,
  type Comparison,
  type Spent,
  spendTicket,
  type Unlocked,
  unlockDevice,
} from './comparison.ts';
import type { AnswerOutput, RenewalInput, RenewalOutput } from './contract.ts';
import type { SpendDeps } from './sign-in.ts';
import { divideTickets } from './waiting-tickets.ts';

export interface RenewalDeps extends SpendDeps {
  /** Mean of the capture; wiped here, at the end. */
  readonly embedding: Float32Array;
  readonly verifier: Verifier;
  readonly onProgress: (done: number, total: number) => void | Promise<void>;
  /** The root ticket that the challenge has cost, where there was one. */
  readonly spent?: Spent | undefined;
}

/** One renewal, to be used in this order; each step works once. */
export interface OpenRenewal {
  /** The probe. */
  readonly message: Uint8Array;
  answer(reply: Uint8Array): Promise<AnswerOutput>;
  /** After the server has accepted the answer: makes the tickets and keeps what waits, durably. */
  make(): Promise<RenewalOutput>;
  abandon(): void;
}

/** Spends the next root ticket. When this rejects, nothing may be sent. */
export async function spendForRenewal(input: RenewalInput, { db, context, now }: SpendDeps): Promise<Spent> {
  const unlocked = await unlockDevice(db, input.deviceId, context, input.prf);
  const { challenge } = input;
  return spendTicket(unlocked, {
    challenge,
    ticketClass: 'root',
    count: (history) => allowRenewal(allowSignIn(history, now), now, input.startedInSettings),
  });
}

/** The comparison, with a ticket that was spent before or is spent now. When this rejects, the capture is gone. */
export async function beginRenewal(input: RenewalInput, deps: RenewalDeps): Promise<OpenRenewal> {
  const { context, embedding } = deps;
  try {
    const spent = deps.spent ?? (await spendForRenewal(input, deps));
    const comparison = await beginComparison(spent, context, embedding);
    return opened(input, deps, spent, comparison);
  } catch (error) {
    embedding.fill(0);
    throw error;
  }
}

function opened(
  input: RenewalInput,
  deps: RenewalDeps,
  unlocked: Unlocked,
  comparison: Comparison,
): OpenRenewal {
  let match: RootMatch | undefined;
  return {
    message: comparison.message,
    async answer(reply) {
      try {
        const { answer, tokenHash } = await comparison.answer(reply);
        const { generationId } = input.challenge;
        match = { generationId, ticketIndex: comparison.ticketIndex, tokenHash };
        return answer;
      } catch (error) {
        deps.embedding.fill(0);
        throw error;
      }
    },
    async make() {
      const matched = match;
      match = undefined;
      if (!matched) throw new WebError('internal');
      return makeAndKeep(input, deps, unlocked, matched);
    },
    abandon() {
      match = undefined;
      comparison.abandon();
      deps.embedding.fill(0);
    },
  };
}

async function makeAndKeep(
  { challenge }: RenewalInput,
  { context, embedding, verifier, onProgress, now }: RenewalDeps,
  { db, device, storageKey }: Unlocked,
  match: RootMatch,
): Promise<RenewalOutput> {
  const { state, material, statement } = await makeRenewal({
    context,
    match,
    deviceKey: { privateKey: device.deviceKey },
    embeddings: [embedding],
    verifier,
    onProgress: (done) => onProgress(done, sealed1.ordinaryTickets),
  });
  const bytes = encodeGenerationState(state);
  const place = { ticketClass: state.ticketClass, generationId: state.generationId, version: 0 };
  const generation = await sealGeneration(device, place, bytes, storageKey);
  bytes.fill(0);
  wipeGeneration(state);
  const { first, waiting } = await divideTickets(challenge, material.tickets);
  const { ceremonyId } = challenge;
  const { deviceId } = device;
  await saveRenewal(
    db,
    { deviceId, ceremonyId, generation, waiting: waiting.length, createdAt: now },
    waiting,
  );
  return { statement, publicKey: material.publicKey, tickets: first };
}
