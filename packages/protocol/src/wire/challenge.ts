/**
 * The liveness challenge on the wire: what a person is asked to do, one step at a time, and the chain of hashes that
 * both sides keep of it. A step is revealed only after the commitment to what was measured in the step before.
 * Nothing measured is ever sent: a commitment is a salted hash, and its salt stays on the device.
 *
 * Messages (docs/PROTOCOL.md, "Challenge"), each `u8 version, u8 type` and then
 *   1 ready, device: u8 profile
 *   2 ready with a ticket, device: u8 profile, u32 ticket index, signature (64)
 *   3 step, server: u8 k, u8 n, u32 at, u32 allowed, step (4)
 *   4 commit, device: u8 k, commitment (32)
 *   5 done, server: u32 at
 * @module
 */
import { type Bytes, Reader, utf8, Writer } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { type Id, idToBytes, sha256 } from './ids.ts';
import { sizes } from './parameters.ts';

/** `no-light`: movements only, for whoever should not look at changing colours. */
export const challengeProfiles = ['default', 'no-light'] as const;
export type ChallengeProfile = (typeof challengeProfiles)[number];
/** What a ceremony asks for. Under `default` the person may choose `no-light`. */
export type ChallengePolicy = ChallengeProfile | 'none';

/** Corners of the colour cube: bit 2 is red, bit 1 green, bit 0 blue. An "off" channel is dim, not dark. */
export const lightColours = ['black', 'blue', 'green', 'cyan', 'red', 'magenta', 'yellow', 'white'] as const;
export type LightColour = (typeof lightColours)[number];

/** Directions are the person's own. */
export type ChallengeStep =
  | { readonly kind: 'light'; readonly colour: LightColour; readonly ms: number }
  | { readonly kind: 'turn'; readonly direction: 'left' | 'right' }
  | { readonly kind: 'closer' }
  | { readonly kind: 'blink' }
  | { readonly kind: 'smile' };

export const challengeLimits = Object.freeze({
  /** From `ready` to `done`. Unit: ms. */
  totalMs: 45_000,
  steps: 16,
  /** A light slot: at most 1.25 on-off pairs in a second, where WCAG 2.3.1 allows three. Unit: ms. */
  leastLightMs: 400,
  mostLightMs: 1_000,
  /** The longest message. Unit: bytes. */
  message: 128,
});

const version = 1;
const types = { ready: 1, 'ticket-ready': 2, step: 3, commit: 4, done: 5 } as const;
const kinds = ['light', 'turn', 'closer', 'blink', 'smile'] as const;
const directions = ['left', 'right'] as const;

/**
 * The first word of the device in a comparison. The ticket is burned before the first step is revealed, so that
 * nobody can try what a challenge asks for free.
 */
export interface TicketReady {
  readonly profile: ChallengeProfile;
  readonly ticketIndex: number;
  /** ECDSA P-256 over the `challenge-ready` transcript, raw r || s, 64 bytes. */
  readonly signature: Uint8Array;
}

export interface StepMessage {
  readonly type: 'step';
  /** 1, 2, ... */
  readonly k: number;
  /** How many there will be. */
  readonly n: number;
  /** When the server revealed it. Unit: ms since it accepted `ready`. */
  readonly at: number;
  /** The commitment must have arrived so long after `at`. Unit: ms. */
  readonly allowed: number;
  readonly step: ChallengeStep;
}

export interface DoneMessage {
  readonly type: 'done';
  /** When the last commitment arrived. Unit: ms since the server accepted `ready`. */
  readonly at: number;
}

export interface CommitMessage {
  readonly k: number;
  /** 32 bytes. */
  readonly commitment: Uint8Array;
}

/** In an enrolment, which has no ticket yet. */
export function encodeReady(profile: ChallengeProfile): Bytes {
  return begin('ready').u8(profileByte(profile)).done();
}

/** @throws {ProtocolError} a codec code. */
export function decodeReady(bytes: Uint8Array): ChallengeProfile {
  const reader = open(bytes, 'ready');
  const profile = readProfile(reader);
  reader.end();
  return profile;
}

export function encodeTicketReady({ profile, ticketIndex, signature }: TicketReady): Bytes {
  return begin('ticket-ready')
    .u8(profileByte(profile))
    .u32(ticketIndex)
    .fixed(signature, sizes.signature, 'signature')
    .done();
}

/** @throws {ProtocolError} a codec code. */
export function decodeTicketReady(bytes: Uint8Array): TicketReady {
  const reader = open(bytes, 'ticket-ready');
  const profile = readProfile(reader);
  const ticketIndex = reader.u32('ticketIndex');
  const signature = reader.bytes(sizes.signature, 'signature');
  reader.end();
  return { profile, ticketIndex, signature };
}

export function encodeStepMessage({ k, n, at, allowed, step }: StepMessage): Bytes {
  return begin('step').u8(k).u8(n).u32(at).u32(allowed).bytes(encodeStep(step)).done();
}

export function encodeDone({ at }: DoneMessage): Bytes {
  return begin('done').u32(at).done();
}

/** What the server may say. @throws {ProtocolError} a codec code. */
export function decodeServerMessage(bytes: Uint8Array): StepMessage | DoneMessage {
  const type = bytes[1] === types.done ? 'done' : 'step';
  const reader = open(bytes, type);
  if (type === 'done') {
    const at = reader.u32('at');
    reader.end();
    return { type, at };
  }
  const [k, n] = [reader.u8('k'), reader.u8('n')];
  const [at, allowed] = [reader.u32('at'), reader.u32('allowed')];
  const step = readStep(reader);
  reader.end();
  if (k < 1 || k > n || n > challengeLimits.steps) throw malformed('k');
  return { type, k, n, at, allowed, step };
}

export function encodeCommit({ k, commitment }: CommitMessage): Bytes {
  return begin('commit').u8(k).fixed(commitment, sizes.hash, 'commitment').done();
}

/** @throws {ProtocolError} a codec code. */
export function decodeCommit(bytes: Uint8Array): CommitMessage {
  const reader = open(bytes, 'commit');
  const k = reader.u8('k');
  const commitment = reader.bytes(sizes.hash, 'commitment');
  reader.end();
  return { k, commitment };
}

/** Four bytes: kind, argument (colour, or direction), u16 ms; what a kind does not use is zero. */
export function encodeStep(step: ChallengeStep): Bytes {
  const writer = new Writer().u8(kinds.indexOf(step.kind));
  if (step.kind === 'light') return writer.u8(lightColours.indexOf(step.colour)).u16(step.ms).done();
  return writer
    .u8(step.kind === 'turn' ? directions.indexOf(step.direction) : 0)
    .u16(0)
    .done();
}

function readStep(reader: Reader): ChallengeStep {
  const kind = pick(kinds, reader.u8('kind'), 'kind');
  const argument = reader.u8('argument');
  const ms = reader.u16('ms');
  if (kind === 'light') {
    const { leastLightMs, mostLightMs } = challengeLimits;
    if (ms < leastLightMs || ms > mostLightMs) throw malformed('ms');
    return { kind, colour: pick(lightColours, argument, 'colour'), ms };
  }
  if (ms !== 0) throw malformed('ms');
  if (kind === 'turn') return { kind, direction: pick(directions, argument, 'direction') };
  if (argument !== 0) throw malformed('argument');
  return { kind };
}

/** The ceremony a challenge belongs to, and what was chosen before its first step. */
export interface ChallengeRoot {
  readonly ceremonyId: Id;
  /** 32 bytes. */
  readonly nonce: Uint8Array;
  readonly profile: ChallengeProfile;
}

/**
 * c_k. It binds the device to what it measured before it learns what comes next; without the salt (32 random bytes
 * that never leave the device) nobody can try out what the evidence might have been.
 */
export function commitmentTo(ceremonyId: Id, k: number, salt: Uint8Array, evidence: Uint8Array): Bytes {
  const head = new Writer()
    .bytes(utf8('blindsight/evidence/1\0'))
    .bytes(idToBytes(ceremonyId))
    .u8(k)
    .fixed(salt, sizes.hash, 'salt')
    .done();
  return sha256(head, evidence);
}

/**
 * The chain both sides keep: h_0 of ceremony, nonce and profile; h_k of h_(k-1), step message k and c_k; the challenge
 * hash of h_n and the done message. A message left out, exchanged, moved or altered gives another hash.
 */
export class ChallengeChain {
  #head: Bytes;

  constructor({ ceremonyId, nonce, profile }: ChallengeRoot) {
    const root = new Writer()
      .bytes(utf8('blindsight/challenge/1\0'))
      .bytes(idToBytes(ceremonyId))
      .fixed(nonce, sizes.nonce, 'nonce')
      .u8(profileByte(profile));
    this.#head = sha256(root.done());
  }

  answered(message: StepMessage, commitment: Uint8Array): void {
    this.#head = sha256(this.#head, encodeStepMessage(message), commitment);
  }

  /** The challenge hash of the transcript; 32 bytes. */
  done(message: DoneMessage): Bytes {
    return sha256(this.#head, encodeDone(message));
  }
}

/** 1 and 2; also in the transcript of `ready`. */
export const profileByte = (profile: ChallengeProfile): number => challengeProfiles.indexOf(profile) + 1;
const readProfile = (reader: Reader): ChallengeProfile =>
  pick(challengeProfiles, reader.u8('profile') - 1, 'profile');

const begin = (type: keyof typeof types): Writer => new Writer().u8(version).u8(types[type]);

function open(bytes: Uint8Array, type: keyof typeof types): Reader {
  const reader = new Reader(bytes, challengeLimits.message);
  reader.version(version);
  if (reader.u8('type') !== types[type]) throw malformed('type');
  return reader;
}

function pick<T>(from: readonly T[], index: number, field: string): T {
  const found = from[index];
  if (found === undefined) throw malformed(field);
  return found;
}

const malformed = (field: string): ProtocolError =>
  new ProtocolError('malformed-message', { details: { field } });
