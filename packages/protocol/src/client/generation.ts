/**
 * One generation as the device keeps it: what opens its results, what makes its frame, and the
 * current step of the ratchet. Immutable; spending returns a new one.
 * @module
 */
import { type Bytes, Reader, Writer } from '../wire/bytes.ts';
import { ProtocolError } from '../wire/errors.ts';
import { type Id, idBytes, idFromBytes, idToBytes, newId } from '../wire/ids.ts';
import {
  limits,
  type SealedParameters,
  type TicketClass,
  ticketClasses,
  ticketCount,
} from '../wire/parameters.ts';
import { deriveGeneration, secretBytes } from './keys.ts';

const stateVersion = 1;

export interface GenerationState {
  readonly generationId: Id;
  readonly ticketClass: TicketClass;
  /** Tickets made; also the most results this generation's key ever opens. */
  readonly count: number;
  /** The lowest index not spent; `ratchet` is k at this index. */
  readonly nextIndex: number;
  /** 32 bytes each, secret. */
  readonly fheSeed: Uint8Array;
  readonly frameSeed: Uint8Array;
  readonly ratchet: Uint8Array;
}

/** A new generation from a fresh random secret, which is wiped before this returns. */
export function drawGeneration(ticketClass: TicketClass, params: SealedParameters): GenerationState {
  const secret = globalThis.crypto.getRandomValues(new Uint8Array(secretBytes));
  try {
    const count = ticketCount(params, ticketClass);
    return { generationId: newId(), ticketClass, count, nextIndex: 0, ...deriveGeneration(secret) };
  } finally {
    secret.fill(0);
  }
}

/**
 * The canonical bytes of a state, to be wrapped under the storage key by the caller, who also wipes them:
 * u8 version, u8 class, generation id (16), u16 count, u16 next index, FHE seed, frame seed, ratchet (32 each).
 */
export function encodeGenerationState(state: GenerationState): Bytes {
  return new Writer()
    .u8(stateVersion)
    .u8(ticketClasses.indexOf(state.ticketClass))
    .bytes(idToBytes(state.generationId))
    .u16(state.count)
    .u16(state.nextIndex)
    .fixed(state.fheSeed, secretBytes, 'fheSeed')
    .fixed(state.frameSeed, secretBytes, 'frameSeed')
    .fixed(state.ratchet, secretBytes, 'ratchet')
    .done();
}

/** @throws {ProtocolError} `state-corrupt`. */
export function decodeGenerationState(bytes: Uint8Array): GenerationState {
  try {
    const reader = new Reader(bytes, limits.state);
    reader.version(stateVersion);
    const ticketClass = ticketClasses[reader.u8('class')];
    const generationId = idFromBytes(reader.bytes(idBytes, 'generationId'));
    const count = reader.u16('count');
    const nextIndex = reader.u16('nextIndex');
    const fheSeed = reader.bytes(secretBytes, 'fheSeed');
    const frameSeed = reader.bytes(secretBytes, 'frameSeed');
    const ratchet = reader.bytes(secretBytes, 'ratchet');
    reader.end();
    if (ticketClass === undefined || nextIndex > count) throw new ProtocolError('state-corrupt');
    return { generationId, ticketClass, count, nextIndex, fheSeed, frameSeed, ratchet };
  } catch (cause) {
    throw new ProtocolError('state-corrupt', { cause });
  }
}

/** Overwrites the secrets of a state that is no longer used. */
export function wipeGeneration(state: GenerationState): void {
  for (const secret of [state.fheSeed, state.frameSeed, state.ratchet]) secret.fill(0);
}
