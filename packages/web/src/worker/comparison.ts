/**
 * The device's side of one sealed comparison, for a sign-in or a renewal: spend a ticket durably, make the probe, open
 * the reply, sign the answer. The token (or as many random bytes) is the only thing derived from a decryption that
 * leaves.
 * @module
 */
import {
  advance,
  type DeviceHistory,
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
  answerTranscript,
  type CeremonyContext,
  encodeProbeMessage,
  type Id,
  type ProbeTranscript,
  probeTranscript,
  type TicketClass,
  toBase64url,
} from '@blindsight/protocol/wire';
import { WebError } from '../sdk/errors.ts';
import type { Database } from '../sdk/store/database.ts';
import { readDevice } from '../sdk/store/devices.ts';
import { commitAdvance, openGeneration, sealGeneration } from '../sdk/store/ratchet.ts';
import type { DeviceRecord } from '../sdk/store/schema.ts';
import { unwrapRoot } from '../sdk/store/unlock.ts';
import type { AnswerOutput } from './contract.ts';

/** A device whose generations can be read and written. */
export interface Unlocked {
  readonly db: Database;
  readonly device: DeviceRecord;
  readonly storageKey: CryptoKey;
}

/** @throws {WebError} `storage-lost`, `passkey-no-prf`; `reply-invalid` when the challenge is another device's. */
export async function unlockDevice(
  db: Database,
  deviceId: Id,
  context: CeremonyContext,
  prf: Uint8Array | undefined,
): Promise<Unlocked> {
  const device = await readDevice(db, deviceId);
  if (context.accountId !== device.accountId || context.deviceId !== device.deviceId) {
    throw new WebError('reply-invalid');
  }
  const root = await unwrapRoot(device, prf);
  const storageKey = await deriveStorageKey(root).finally(() => root.fill(0));
  return { db, device, storageKey };
}

/** What the challenge says about the tickets. It only has to agree with our own state. */
export interface TicketChallenge {
  readonly generationId: Id;
  readonly ticketClass: TicketClass;
  readonly lastBurnedIndex: number;
}

export interface SpendInput {
  readonly challenge: TicketChallenge;
  /** The class to spend, from what this device is doing, not from the message. */
  readonly ticketClass: TicketClass;
  /** The history with this comparison added; what it throws leaves nothing written. */
  readonly count: (history: DeviceHistory) => DeviceHistory;
}

/** A ticket whose step of the ratchet is on the disk: it may be named to the server. */
export interface Spent extends Unlocked {
  readonly ticket: SpentTicket;
}

/** One comparison between its probe and its answer. */
export interface Comparison {
  readonly message: Uint8Array;
  readonly ticketIndex: number;
  /** Works once. `tokenHash` is the server's commitment, whatever was found. */
  answer(reply: Uint8Array): Promise<{ readonly answer: AnswerOutput; readonly tokenHash: Uint8Array }>;
  abandon(): void;
}

/**
 * The one probe of a spent ticket.
 * @param context of the ceremony, its challenge included where there was one.
 * @param embedding mean of the capture; the caller wipes it.
 */
export async function beginComparison(
  { device: { deviceKey }, ticket }: Spent,
  context: CeremonyContext,
  embedding: Float32Array,
): Promise<Comparison> {
  const probe = makeProbe({ ticket, embedding });
  const { generationId, ticketClass, index: ticketIndex } = ticket;
  const transcript = probeTranscript(context, { generationId, ticketClass, ticketIndex, probe });
  const signature = await signTranscript(deviceKey, transcript);
  return {
    message: encodeProbeMessage({ ticketIndex, probe, signature }),
    ticketIndex,
    answer: (reply) => answerReply(reply, ticket, transcript, deviceKey),
    abandon: () => ticket.wipe(),
  };
}

/** Reads, advances and durably writes the ratchet; hands out the ticket only afterwards. */
export async function spendTicket(
  { db, device, storageKey }: Unlocked,
  { challenge, ticketClass, count }: SpendInput,
): Promise<Spent> {
  const { record, state: bytes } = await openGeneration(db, device, ticketClass, storageKey);
  const before = decodeGenerationState(bytes);
  if (challenge.generationId !== before.generationId || challenge.ticketClass !== before.ticketClass) {
    throw new WebError('unsupported-parameters');
  }
  const index = nextTicketIndex(before, challenge.lastBurnedIndex);
  const { state, ticket } = advance(before, index);
  const encoded = encodeGenerationState(state);
  const place = { ticketClass, generationId: state.generationId, version: record.version + 1 };
  const advanced = await sealGeneration(device, place, encoded, storageKey);
  for (const secret of [bytes, encoded]) secret.fill(0);
  wipeGeneration(before);
  wipeGeneration(state);
  try {
    await commitAdvance(db, device, record, advanced, count);
  } catch (error) {
    ticket.wipe();
    throw error;
  }
  return { db, device, storageKey, ticket };
}

/** Same steps, same sizes and one message, whether it was a hit or a miss. */
async function answerReply(
  reply: Uint8Array,
  ticket: SpentTicket,
  probe: ProbeTranscript,
  deviceKey: CryptoKey,
): ReturnType<Comparison['answer']> {
  const { token, replyHash, tokenHash } = openReply(ticket, reply, probe);
  const transcript = answerTranscript(probe, { replyHash, tokenHash }, token);
  const signature = await signTranscript(deviceKey, transcript);
  return { answer: { token: toBase64url(token), signature: toBase64url(signature) }, tokenHash };
}
