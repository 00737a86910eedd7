/**
 * The device's side of one sealed sign-in: a comparison that spends an ordinary ticket.
 * @module
 */
import { allowSignIn } from '@blindsight/protocol/client';
import type { CeremonyContext } from '@blindsight/protocol/wire';
import type { Database } from '../sdk/store/database.ts';
import { beginComparison, type Spent, spendTicket, type Unlocked, unlockDevice } from './comparison.ts';
import type { AnswerOutput, ProbeInput } from './contract.ts';

export interface SpendDeps {
  readonly db: Database;
  readonly context: CeremonyContext;
  /** ms since the Unix epoch. */
  readonly now: number;
}

export interface SignInDeps extends SpendDeps {
  /** Mean of the capture; wiped here. */
  readonly embedding: Float32Array;
  /** The ticket that the challenge has cost, where there was one. */
  readonly spent?: Spent | undefined;
}

/** One sign-in between its probe and its answer. */
export interface OpenSignIn {
  readonly message: Uint8Array;
  /** The device that signs in, for a check that follows. */
  readonly unlocked: Unlocked;
  /** Works once. */
  answer(reply: Uint8Array): Promise<AnswerOutput>;
  abandon(): void;
}

/** Spends the next ticket. When this resolves, the step is on the disk; when it rejects, nothing may be sent. */
export async function spendForSignIn(input: ProbeInput, { db, context, now }: SpendDeps): Promise<Spent> {
  const unlocked = await unlockDevice(db, input.deviceId, context, input.prf);
  const { challenge } = input;
  return spendTicket(unlocked, {
    challenge,
    ticketClass: 'ordinary',
    count: (history) => allowSignIn(history, now),
  });
}

/** Makes the message to send, with a ticket that was spent before or is spent now. */
export async function beginSignIn(input: ProbeInput, deps: SignInDeps): Promise<OpenSignIn> {
  const { context, embedding } = deps;
  try {
    const spent = deps.spent ?? (await spendForSignIn(input, deps));
    const { message, answer, abandon } = await beginComparison(spent, context, embedding);
    return { message, unlocked: spent, answer: async (reply) => (await answer(reply)).answer, abandon };
  } finally {
    embedding.fill(0);
  }
}
