/**
 * The device's side of one sealed sign-in: spend a ticket durably, make the probe, open the reply, sign the
 * answer. The token (or as many random bytes) is the only thing derived from a decryption that leaves.
 * @module
 */
import {
  advance,
  allowSignIn,
  decodeGenerationState,
  deriveStorageKey,
  encodeGenerationState,
  makeProbe,
  nextTicketIndex,
  openReply,
  type SpentTicket,
  signTranscript,
  wipeGeneration,
} from '@blindsight/protocol/client';
import {
  type CeremonyContext,
  encodeProbeMessage,
  type ProbeTranscript,
  type SignInChallenge,
  sha256,
  toBase64url,
} from '@blindsight/protocol/wire';
import { WebError } from '../sdk/errors.ts';
import type { Database } from '../sdk/store/database.ts';
import { readDevice } from '../sdk/store/devices.ts';
import { commitAdvance, openGeneration, sealGeneration } from '../sdk/store/ratchet.ts';
import type { DeviceRecord } from '../sdk/store/schema.ts';
import { unwrapRoot } from '../sdk/store/unlock.ts';
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
  const { context, embedding } = deps;
  try {
    const device = await readDevice(deps.db, input.deviceId);
    if (context.accountId !== device.accountId || context.deviceId !== device.deviceId) {
      throw new WebError('reply-invalid');
    }
    const ticket = await spendTicket(deps, device, input.challenge, input.prf);
    const probe = makeProbe({ ticket, embedding });
    const transcript: ProbeTranscript = {
      ...context,
      type: 'sign-in-probe',
      generationId: ticket.generationId,
      ticketClass: ticket.ticketClass,
      ticketIndex: ticket.index,
      probeHash: sha256(probe),
    };
    const signature = await signTranscript(device.deviceKey, transcript);
    return {
      message: encodeProbeMessage({ ticketIndex: ticket.index, probe, signature }),
      answer: (reply) => answerReply(reply, ticket, transcript, device.deviceKey),
      abandon: () => ticket.wipe(),
    };
  } finally {
    embedding.fill(0);
  }
}

/** Reads, advances and durably writes the ratchet; hands out the ticket only afterwards. */
async function spendTicket(
  { db, now }: SignInDeps,
  device: DeviceRecord,
  challenge: SignInChallenge,
  prf: Uint8Array | undefined,
): Promise<SpentTicket> {
  const root = await unwrapRoot(device, prf);
  const storageKey = await deriveStorageKey(root).finally(() => root.fill(0));
  // The class and the generation come from our own state; the challenge only has to agree.
  const { record, state: bytes } = await openGeneration(db, device, 'ordinary', storageKey);
  const before = decodeGenerationState(bytes);
  if (challenge.generationId !== before.generationId || challenge.ticketClass !== before.ticketClass) {
    throw new WebError('unsupported-parameters');
  }
  const index = nextTicketIndex(before, challenge.lastBurnedIndex);
  const { state, ticket } = advance(before, index);
  const encoded = encodeGenerationState(state);
  const place = {
    ticketClass: state.ticketClass,
    generationId: state.generationId,
    version: record.version + 1,
  };
  const advanced = await sealGeneration(device, place, encoded, storageKey);
  for (const secret of [bytes, encoded]) secret.fill(0);
  wipeGeneration(before);
  wipeGeneration(state);
  try {
    await commitAdvance(db, device, record, advanced, (history) => allowSignIn(history, now));
  } catch (error) {
    ticket.wipe();
    throw error;
  }
  return ticket;
}

/** Same steps, same sizes and one message, whether it was a hit or a miss. */
async function answerReply(
  reply: Uint8Array,
  ticket: SpentTicket,
  probe: ProbeTranscript,
  deviceKey: CryptoKey,
): Promise<AnswerOutput> {
  const { token, replyHash, tokenHash } = openReply(ticket, reply, probe);
  const signature = await signTranscript(deviceKey, {
    ...probe,
    type: 'sign-in-answer',
    replyHash,
    tokenHash,
    outcomeHash: sha256(token),
  });
  return { token: toBase64url(token), signature: toBase64url(signature) };
}
