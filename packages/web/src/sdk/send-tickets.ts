/**
 * What an enrolment and a renewal send before they are finished, and how they finish.
 * @module
 */
import type { Id, TicketClass } from '@blindsight/protocol/wire';
import type { EnrolOutput, FirstTicket } from '../worker/contract.ts';
import type { Api } from './api.ts';
import { WebError } from './errors.ts';
import { inParallel } from './parallel.ts';

export interface Announced {
  readonly statement: Uint8Array;
  readonly publicKeys: readonly (readonly [TicketClass, Uint8Array])[];
  /** In the order of sending. */
  readonly tickets: readonly FirstTicket[];
}

export interface SendDeps {
  readonly api: Pick<Api, 'putStatement' | 'putPublicKey' | 'putTicket'>;
  readonly signal: AbortSignal;
  readonly onSent?: ((done: number, total: number) => void) | undefined;
}

/** First tickets sent side by side: enough to fill a slow line, few enough for the server's limits. */
const uploadsAtOnce = 4;

export async function sendTickets(
  ceremonyId: Id,
  { statement, publicKeys, tickets }: Announced,
  { api, signal, onSent }: SendDeps,
): Promise<void> {
  await api.putStatement(ceremonyId, statement);
  for (const [ticketClass, body] of publicKeys) await api.putPublicKey(ceremonyId, ticketClass, body);
  let done = 0;
  await inParallel(uploadsAtOnce, tickets, async ({ ticketClass, index, body }) => {
    signal.throwIfAborted();
    await api.putTicket(ceremonyId, ticketClass, index, body);
    onSent?.(++done, tickets.length);
  });
}

/** Both public keys of an enrolment, then its first tickets. */
export function sendEnrolment(ceremonyId: Id, output: EnrolOutput, deps: SendDeps): Promise<void> {
  const { ordinary, root } = output.publicKeys;
  const publicKeys = [
    ['ordinary', ordinary],
    ['root', root],
  ] as const;
  return sendTickets(ceremonyId, { ...output, publicKeys }, deps);
}

const retries = 4;
const retryMs = 1_500;

/** Again after a lost connection, a few times; every other failure is final. */
export async function persistently<T>(work: () => Promise<T>, left = retries): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (left === 0 || !(error instanceof WebError) || error.code !== 'network-lost') throw error;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    return persistently(work, left - 1);
  }
}
