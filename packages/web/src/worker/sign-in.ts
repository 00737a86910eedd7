/**
 * The device's side of one sealed sign-in: a comparison that spends an ordinary ticket.
 * @module
 */
import { allowSignIn } from '@blindsight/protocol/client';
import type { CeremonyContext } from '@blindsight/protocol/wire';
import type { Database } from '../sdk/store/database.ts';
import { beginComparison, unlockDevice } from './comparison.ts';
import type { AnswerOutput, ProbeInput } from './contract.ts';

export interface SignInDeps {
  readonly db: Database;
  readonly context: CeremonyContext;
  /** Mean of the capture; wiped here. */
  readonly embedding: Float32Array;
  /** ms since the Unix epoch. */
  readonly now: number;
}

/** One sign-in between its probe and its answer. */
export interface OpenSignIn {
  readonly message: Uint8Array;
  /** Works once. */
  answer(reply: Uint8Array): Promise<AnswerOutput>;
  abandon(): void;
}

/**
 * Spends the next ticket and makes the message to send. When this resolves, the step is on the disk; when it
 * rejects, nothing may be sent.
 */
export async function beginSignIn(input: ProbeInput, deps: SignInDeps): Promise<OpenSignIn> {
  const { db, context, embedding, now } = deps;
  try {
    const unlocked = await unlockDevice(db, input.deviceId, context, input.prf);
    const { message, answer, abandon } = await beginComparison(unlocked, {
      challenge: input.challenge,
      context,
      ticketClass: 'ordinary',
      embedding,
      count: (history) => allowSignIn(history, now),
    });
    return { message, answer: async (reply) => (await answer(reply)).answer, abandon };
  } finally {
    embedding.fill(0);
  }
}
