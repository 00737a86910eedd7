/**
 * Spending a ticket: the index goes forward, the ratchet with it, and what the one sign-in needs is
 * handed out as an object that works once.
 *
 * Order for the caller: `advance`, store the new state durably, and only then `makeProbe` and send.
 * A crash in between loses a ticket; the other order could pad two probes with the same signs.
 * @module
 */
import { ProtocolError } from '../wire/errors.ts';
import type { Id } from '../wire/ids.ts';
import type { TicketClass } from '../wire/parameters.ts';
import type { GenerationState } from './generation.ts';
import { nextRatchet, ticketPad } from './keys.ts';

/** The material of one sign-in. Gives one probe and one opening, then it is empty. */
export class SpentTicket {
  readonly generationId: Id;
  readonly ticketClass: TicketClass;
  readonly index: number;
  #pad: Uint8Array | undefined;
  #frameSeed: Uint8Array | undefined;
  #fheSeed: Uint8Array | undefined;

  constructor(state: GenerationState, index: number, pad: Uint8Array) {
    this.generationId = state.generationId;
    this.ticketClass = state.ticketClass;
    this.index = index;
    this.#pad = pad;
    this.#frameSeed = new Uint8Array(state.frameSeed);
    this.#fheSeed = new Uint8Array(state.fheSeed);
  }

  /**
   * For the one probe; the caller wipes what it gets.
   * @throws {ProtocolError} `ticket-spent` the second time.
   */
  takeProbeSecrets(): { pad: Uint8Array; frameSeed: Uint8Array } {
    const [pad, frameSeed] = [this.#pad, this.#frameSeed];
    if (!pad || !frameSeed) throw new ProtocolError('ticket-spent', { details: { index: this.index } });
    this.#pad = undefined;
    this.#frameSeed = undefined;
    return { pad, frameSeed };
  }

  /**
   * For the one opening; the caller wipes what it gets.
   * @throws {ProtocolError} `ticket-spent` the second time.
   */
  takeOpeningSeed(): Uint8Array {
    const seed = this.#fheSeed;
    if (!seed) throw new ProtocolError('ticket-spent', { details: { index: this.index } });
    this.#fheSeed = undefined;
    return seed;
  }

  /** Gives up whatever was not used, e.g. when a sign-in is cancelled. */
  wipe(): void {
    for (const secret of [this.#pad, this.#frameSeed, this.#fheSeed]) secret?.fill(0);
    this.#pad = undefined;
    this.#frameSeed = undefined;
    this.#fheSeed = undefined;
  }
}

/**
 * The index to spend: above everything the device or the server ever used.
 * @param lastBurnedIndex as the challenge says, -1 for none. It can only push forward, never back.
 * @throws {ProtocolError} `no-tickets-left`; `malformed-message` when it is not an integer from -1.
 */
export function nextTicketIndex(state: GenerationState, lastBurnedIndex: number): number {
  if (!Number.isInteger(lastBurnedIndex) || lastBurnedIndex < -1) {
    throw new ProtocolError('malformed-message', { details: { field: 'lastBurnedIndex' } });
  }
  const index = Math.max(state.nextIndex, lastBurnedIndex + 1);
  if (index >= state.count) throw new ProtocolError('no-tickets-left', { details: { count: state.count } });
  return index;
}

/**
 * Pure: the state after spending `index`, and the ticket. The state passed in still holds k of the spent
 * index: overwrite its stored copy with the new state, then `wipeGeneration` it.
 *
 * @throws {ProtocolError} `index-replayed` below the next index, `no-tickets-left` at or above the count.
 */
export function advance(
  state: GenerationState,
  index: number,
): { readonly state: GenerationState; readonly ticket: SpentTicket } {
  if (!Number.isInteger(index) || index < state.nextIndex) {
    throw new ProtocolError('index-replayed', { details: { index, nextIndex: state.nextIndex } });
  }
  if (index >= state.count)
    throw new ProtocolError('no-tickets-left', { details: { index, count: state.count } });

  let ratchet: Uint8Array = new Uint8Array(state.ratchet);
  const step = () => {
    const next = nextRatchet(ratchet);
    ratchet.fill(0);
    ratchet = next;
  };
  for (let j = state.nextIndex; j < index; j++) step();
  const pad = ticketPad(ratchet);
  step();
  const kept = { fheSeed: new Uint8Array(state.fheSeed), frameSeed: new Uint8Array(state.frameSeed) };
  return {
    state: { ...state, ...kept, nextIndex: index + 1, ratchet },
    ticket: new SpentTicket(state, index, pad),
  };
}
