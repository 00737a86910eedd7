/**
 * The transcript: the exact bytes a device signs. The server never receives a transcript, it rebuilds
 * it from its own record of the ceremony, so a signature made for anything else does not verify.
 *
 * Layout: "blindsight/transcript" NUL, u8 version, u8 message type, then the fields in the order of
 * `commonFields` and of the type, each as u16be length and bytes. Numbers are big-endian and fixed in
 * length, texts UTF-8, ids 16 bytes; an absent hash is a field of length 0. Since every
 * field carries its length, two different transcripts never have the same bytes.
 * @module
 */
import { type Bytes, concatBytes, utf8, Writer } from './bytes.ts';
import { type ChallengeProfile, profileByte } from './challenge.ts';
import { ProtocolError } from './errors.ts';
import { type Id, idToBytes, sha256 } from './ids.ts';
import { sizes, type TicketClass, ticketClasses } from './parameters.ts';

export const transcriptVersion = 1;

/** Message types by their byte. */
const messageTypes = {
  'enrol-statement': 1,
  'sign-in-probe': 2,
  'sign-in-answer': 3,
  'renewal-statement': 4,
  'add-device-authorisation': 5,
  'challenge-ready': 6,
  'image-probe': 7,
  'image-answer': 8,
} as const;
const purposes = {
  enrol: 1,
  'sign-in': 2,
  renewal: 3,
  'add-device': 4,
  'image-enrol': 5,
  'image-verify': 6,
} as const;

export type MessageType = keyof typeof messageTypes;
export type Purpose = keyof typeof purposes;

/** The client id under which ceremonies without a relying party are signed: all but sign-ins. */
export const accountClientId = 'blindsight:account';

/** What every ceremony fixes before the device speaks. Both sides take it from the challenge. */
export interface CeremonyContext {
  readonly purpose: Purpose;
  readonly parameterSet: string;
  readonly accountId: Id;
  readonly deviceId: Id;
  readonly ceremonyId: Id;
  /** 32 bytes. */
  readonly nonce: Uint8Array;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** The relying party; `accountClientId` where there is none. */
  readonly clientId: string;
  /** The origin of the page, e.g. `https://id.example.org`. */
  readonly origin: string;
  /** SHA-256 of the model manifest the device runs; 32 bytes. */
  readonly manifestHash: Uint8Array;
  readonly tau: number;
  readonly sMax: number;
  /** Hash of the liveness challenge as it ran (`ChallengeChain`); 32 bytes, or absent when none was asked. */
  readonly challengeHash?: Uint8Array;
}

/** One generation as an enrolment or a renewal declares it. */
export interface GenerationStatement {
  readonly generationId: Id;
  /** SHA-256 of the public key as uploaded; 32 bytes. */
  readonly publicKeyHash: Uint8Array;
  /** SHA-256 of ticket j as uploaded (opened, not sealed), j ascending from 0; 32 bytes each. */
  readonly ticketHashes: readonly Uint8Array[];
}

export interface EnrolTranscript extends CeremonyContext {
  readonly type: 'enrol-statement';
  /** Raw P-256 point, 65 bytes. */
  readonly devicePublicKey: Uint8Array;
  readonly ordinary: GenerationStatement;
  readonly root: GenerationStatement;
}

/** The comparison with the enrolment-time template that a ceremony rests on: one root ticket spent in it. */
export interface RootMatch {
  /** The root generation. */
  readonly generationId: Id;
  readonly ticketIndex: number;
  /** SHA-256 of the token that answered it; 32 bytes. */
  readonly tokenHash: Uint8Array;
}

export interface RenewalTranscript extends CeremonyContext {
  readonly type: 'renewal-statement';
  readonly match: RootMatch;
  /** The generation that replaces the ordinary one. */
  readonly ordinary: GenerationStatement;
}

/** What an enrolled device signs to let another one in, after a root match of the face that one has sent. */
export interface AuthorisationTranscript extends CeremonyContext {
  readonly type: 'add-device-authorisation';
  readonly match: RootMatch;
  readonly newDevice: NewDevice;
}

/** The device that may enrol, as the authorising device has come to know it. */
export interface NewDevice {
  readonly deviceId: Id;
  /** Raw P-256 point, 65 bytes; from the offer. */
  readonly devicePublicKey: Uint8Array;
  /** SHA-256 of the sealed offer as relayed; 32 bytes. */
  readonly offerHash: Uint8Array;
}

/** Before the challenge: its ticket is burned when the server has verified this. */
export interface ReadyTranscript extends CeremonyContext {
  readonly type: 'challenge-ready';
  readonly generationId: Id;
  readonly ticketClass: TicketClass;
  readonly ticketIndex: number;
  readonly profile: ChallengeProfile;
}

export interface ProbeTranscript extends CeremonyContext {
  readonly type: 'sign-in-probe';
  readonly generationId: Id;
  readonly ticketClass: TicketClass;
  readonly ticketIndex: number;
  /** SHA-256 of the 64 bytes b. */
  readonly probeHash: Uint8Array;
}

export interface AnswerTranscript extends Omit<ProbeTranscript, 'type'> {
  readonly type: 'sign-in-answer';
  /** SHA-256 of Z || table. */
  readonly replyHash: Uint8Array;
  /** The commitment the server sent with the reply: SHA-256 of its token. */
  readonly tokenHash: Uint8Array;
  /** SHA-256 of the 16 bytes the device answers with; equal to `tokenHash` exactly on a hit. */
  readonly outcomeHash: Uint8Array;
}

/**
 * One encrypted picture of an image check. In its ceremony the parameter set is that of the network, the manifest hash
 * the network's, and both thresholds are 0: the score is the server's to judge.
 */
export interface ImageProbeTranscript extends CeremonyContext {
  readonly type: 'image-probe';
  /** SHA-256 of the key manifest the picture is evaluated under; 32 bytes. Only when enrolling. */
  readonly keysHash?: Uint8Array;
  /** 0, 1, ... */
  readonly index: number;
  /** SHA-256 of the image message; 32 bytes. */
  readonly imageHash: Uint8Array;
}

/** What the device opened of a masked result. */
export interface ImageAnswerTranscript extends CeremonyContext {
  readonly type: 'image-answer';
  readonly keysHash?: Uint8Array;
  /** Of the pictures that were evaluated, by index; 32 bytes each. */
  readonly imageHashes: readonly Uint8Array[];
  /** SHA-256 of the masked answer as it arrived; 32 bytes. */
  readonly messageHash: Uint8Array;
  /** SHA-256 of the opened answer; 32 bytes. */
  readonly openedHash: Uint8Array;
}

export type Transcript =
  | EnrolTranscript
  | ProbeTranscript
  | AnswerTranscript
  | RenewalTranscript
  | AuthorisationTranscript
  | ReadyTranscript
  | ImageProbeTranscript
  | ImageAnswerTranscript;

/**
 * The bytes to sign.
 * @throws {ProtocolError} `malformed-message` when a field has the wrong length or range.
 */
export function encodeTranscript(transcript: Transcript): Bytes {
  const fields = [...commonFields(transcript), ...ownFields(transcript)];
  const writer = new Writer()
    .bytes(utf8('blindsight/transcript\0'))
    .u8(transcriptVersion)
    .u8(messageTypes[transcript.type]);
  for (const field of fields) writer.field(field);
  return writer.done();
}

function commonFields(t: CeremonyContext): Bytes[] {
  return [
    u8(purposes[t.purpose]),
    utf8(t.parameterSet),
    idToBytes(t.accountId),
    idToBytes(t.deviceId),
    idToBytes(t.ceremonyId),
    fixed(t.nonce, sizes.nonce, 'nonce'),
    new Writer().u64(t.expiresAt).done(),
    utf8(t.clientId),
    utf8(t.origin),
    fixed(t.manifestHash, sizes.hash, 'manifestHash'),
    u32(t.tau),
    u32(t.sMax),
    optionalHash(t.challengeHash, 'challengeHash'),
  ];
}

function ownFields(t: Transcript): Bytes[] {
  switch (t.type) {
    case 'enrol-statement':
      return [
        fixed(t.devicePublicKey, sizes.devicePublicKey, 'devicePublicKey'),
        ...generationFields('ordinary', t.ordinary),
        ...generationFields('root', t.root),
      ];
    case 'sign-in-probe':
      return probeFields(t);
    case 'sign-in-answer':
      return [
        ...probeFields(t),
        fixed(t.replyHash, sizes.hash, 'replyHash'),
        fixed(t.tokenHash, sizes.hash, 'tokenHash'),
        fixed(t.outcomeHash, sizes.hash, 'outcomeHash'),
      ];
    case 'renewal-statement':
      return [...matchFields(t.match), ...generationFields('ordinary', t.ordinary)];
    case 'add-device-authorisation':
      return [
        ...matchFields(t.match),
        idToBytes(t.newDevice.deviceId),
        fixed(t.newDevice.devicePublicKey, sizes.devicePublicKey, 'devicePublicKey'),
        fixed(t.newDevice.offerHash, sizes.hash, 'offerHash'),
      ];
    case 'challenge-ready':
      return [...ticketFields(t), u8(profileByte(t.profile))];
    case 'image-probe':
      return [optionalHash(t.keysHash, 'keysHash'), u8(t.index), fixed(t.imageHash, sizes.hash, 'imageHash')];
    case 'image-answer':
      return [
        optionalHash(t.keysHash, 'keysHash'),
        concatBytes(...t.imageHashes.map((hash) => fixed(hash, sizes.hash, 'imageHash'))),
        fixed(t.messageHash, sizes.hash, 'messageHash'),
        fixed(t.openedHash, sizes.hash, 'openedHash'),
      ];
  }
}

function matchFields({ generationId, ticketIndex, tokenHash }: RootMatch): Bytes[] {
  return [idToBytes(generationId), u32(ticketIndex), fixed(tokenHash, sizes.hash, 'tokenHash')];
}

function probeFields(t: Omit<ProbeTranscript, 'type'>): Bytes[] {
  return [...ticketFields(t), fixed(t.probeHash, sizes.hash, 'probeHash')];
}

function ticketFields(t: Pick<ProbeTranscript, 'generationId' | 'ticketClass' | 'ticketIndex'>): Bytes[] {
  return [idToBytes(t.generationId), u8(ticketClasses.indexOf(t.ticketClass)), u32(t.ticketIndex)];
}

function generationFields(ticketClass: TicketClass, g: GenerationStatement): Bytes[] {
  const hashes = g.ticketHashes.map((hash) => fixed(hash, sizes.hash, 'ticketHash'));
  return [
    u8(ticketClasses.indexOf(ticketClass)),
    idToBytes(g.generationId),
    fixed(g.publicKeyHash, sizes.hash, 'publicKeyHash'),
    concatBytes(...hashes),
  ];
}

const u8 = (value: number): Bytes => new Writer().u8(value).done();
const u32 = (value: number): Bytes => new Writer().u32(value).done();

function fixed(bytes: Uint8Array, length: number, field: string): Bytes {
  if (bytes.length !== length) throw new ProtocolError('malformed-message', { details: { field } });
  return new Uint8Array(bytes);
}

/** A field of length 0 where there is none. */
const optionalHash = (hash: Uint8Array | undefined, field: string): Bytes =>
  hash ? fixed(hash, sizes.hash, field) : new Uint8Array(0);

/** The probe's transcript from the ceremony and the ticket that is spent in it. */
export function probeTranscript(
  context: CeremonyContext,
  spent: { generationId: Id; ticketClass: TicketClass; ticketIndex: number; probe: Uint8Array },
): ProbeTranscript {
  const { generationId, ticketClass, ticketIndex, probe } = spent;
  return {
    ...context,
    type: 'sign-in-probe',
    generationId,
    ticketClass,
    ticketIndex,
    probeHash: sha256(probe),
  };
}

/**
 * The answer's transcript.
 * @param reply the hash of Z || table, and the commitment sent with it.
 * @param token the 16 bytes the device answers with.
 */
export function answerTranscript(
  probe: ProbeTranscript,
  reply: { replyHash: Uint8Array; tokenHash: Uint8Array },
  token: Uint8Array,
): AnswerTranscript {
  const { replyHash, tokenHash } = reply;
  return { ...probe, type: 'sign-in-answer', replyHash, tokenHash, outcomeHash: sha256(token) };
}
