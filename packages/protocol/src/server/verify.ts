/**
 * Device signatures. The server rebuilds each transcript from its own record of the ceremony; nothing
 * that a signature covers is taken from the message, except what the message is there to say.
 * @module
 */
import { type Bytes, equalBytes } from '../wire/bytes.ts';
import { type ChallengeProfile, decodeTicketReady } from '../wire/challenge.ts';
import { ProtocolError } from '../wire/errors.ts';
import { type Id, sha256 } from '../wire/ids.ts';
import {
  decodeSignedMessage,
  type ImageCeremony,
  imageAnswerTranscript,
  imageLimits,
  imageProbeTranscript,
} from '../wire/image.ts';
import { type Authorisation, decodeAuthorisation } from '../wire/pairing.ts';
import { parametersOf, sizes, type TicketClass, ticketCount } from '../wire/parameters.ts';
import { decodeProbeMessage, type ProbeMessage } from '../wire/probe.ts';
import {
  decodeEnrolStatement,
  decodeRenewalStatement,
  type EnrolStatement,
  type RenewalStatement,
} from '../wire/statement.ts';
import {
  answerTranscript,
  type CeremonyContext,
  encodeTranscript,
  type NewDevice,
  probeTranscript,
  type RootMatch,
  type Transcript,
} from '../wire/transcript.ts';

/**
 * Decodes an enrolment statement and checks that the key it names signed it for this ceremony.
 * @param context the server's own record, purpose `enrol` or `add-device`.
 * @throws {ProtocolError} a codec code, `unsupported-parameters`, or `signature-refused`.
 */
export async function verifyEnrolStatement(
  context: CeremonyContext,
  bytes: Uint8Array,
): Promise<EnrolStatement> {
  const statement = decodeEnrolStatement(bytes, parametersOf(context.parameterSet));
  const { devicePublicKey, ordinary, root } = statement;
  if (ordinary.generationId === root.generationId) {
    throw new ProtocolError('malformed-message', { details: { field: 'generationId' } });
  }
  await verify(
    devicePublicKey,
    { ...context, type: 'enrol-statement', devicePublicKey, ordinary, root },
    statement.signature,
  );
  return statement;
}

/** What the server knows about a renewal once its root ticket was answered with the token. */
export interface RenewalRecord {
  /** The ceremony of the root match, purpose `renewal`. */
  readonly context: CeremonyContext;
  readonly match: RootMatch;
  /** From the enrolment statement; 65 bytes. */
  readonly devicePublicKey: Uint8Array;
}

/**
 * Decodes a renewal statement and checks that the device that was enrolled signed it for this root match.
 * @throws {ProtocolError} a codec code, `unsupported-parameters`, or `signature-refused`.
 */
export async function verifyRenewalStatement(
  { context, match, devicePublicKey }: RenewalRecord,
  bytes: Uint8Array,
): Promise<RenewalStatement> {
  const statement = decodeRenewalStatement(bytes, parametersOf(context.parameterSet));
  const { ordinary, signature } = statement;
  if (context.purpose !== 'renewal') throw new ProtocolError('signature-refused');
  await verify(devicePublicKey, { ...context, type: 'renewal-statement', match, ordinary }, signature);
  return statement;
}

/** What the server knows when a device, after its root match, lets another one in. */
export interface AuthorisationRecord {
  /** The ceremony of the root match, purpose `add-device`. */
  readonly context: CeremonyContext;
  readonly match: RootMatch;
  /** Of the device that authorises, from its enrolment; 65 bytes. */
  readonly devicePublicKey: Uint8Array;
  /** The id this server has given the new device, and the hash of the offer it has relayed. */
  readonly newDevice: Pick<NewDevice, 'deviceId' | 'offerHash'>;
}

/**
 * Decodes an authorisation and checks that the enrolled device signed it for this match and this offer. The key it
 * names is the only one that may sign the new device's statement.
 * @throws {ProtocolError} a codec code, or `signature-refused`.
 */
export async function verifyAuthorisation(
  { context, match, devicePublicKey, newDevice }: AuthorisationRecord,
  bytes: Uint8Array,
): Promise<Authorisation> {
  const authorisation = decodeAuthorisation(bytes);
  if (context.purpose !== 'add-device') throw new ProtocolError('signature-refused');
  const named = { ...newDevice, devicePublicKey: authorisation.devicePublicKey };
  const transcript = { ...context, type: 'add-device-authorisation', match, newDevice: named } as const;
  await verify(devicePublicKey, transcript, authorisation.signature);
  return authorisation;
}

/** What the server knows about a sign-in before the probe arrives. */
export interface ProbeRecord {
  readonly context: CeremonyContext;
  readonly generationId: Id;
  readonly ticketClass: TicketClass;
  /** From the enrolment statement; 65 bytes. */
  readonly devicePublicKey: Uint8Array;
}

/**
 * Decodes the message that begins a challenge and checks its signature. The caller burns the ticket after this and
 * before it reveals a step.
 * @throws {ProtocolError} a codec code, `unsupported-parameters`, or `signature-refused`.
 */
export async function verifyReady(
  record: ProbeRecord,
  bytes: Uint8Array,
): Promise<{ readonly profile: ChallengeProfile; readonly ticketIndex: number }> {
  const { profile, ticketIndex, signature } = decodeTicketReady(bytes);
  const { context, generationId, ticketClass, devicePublicKey } = record;
  requireIndex(record, ticketIndex);
  const place = { generationId, ticketClass, ticketIndex };
  await verify(devicePublicKey, { ...context, type: 'challenge-ready', ...place, profile }, signature);
  return { profile, ticketIndex };
}

/**
 * Decodes a probe message and checks its signature. Burns nothing: the caller burns after this returns,
 * so only the device key can burn tickets.
 * @throws {ProtocolError} a codec code, `unsupported-parameters`, or `signature-refused`.
 */
export async function verifyProbe(record: ProbeRecord, bytes: Uint8Array): Promise<ProbeMessage> {
  const message = decodeProbeMessage(bytes);
  requireIndex(record, message.ticketIndex);
  const transcript = probeTranscript(record.context, { ...record, ...message });
  await verify(record.devicePublicKey, transcript, message.signature);
  return message;
}

function requireIndex({ context, ticketClass }: ProbeRecord, ticketIndex: number): void {
  if (ticketIndex >= ticketCount(parametersOf(context.parameterSet), ticketClass)) {
    throw new ProtocolError('malformed-message', { details: { field: 'ticketIndex' } });
  }
}

export interface AnswerInput {
  readonly record: ProbeRecord;
  readonly ticketIndex: number;
  /** b as it was evaluated, or only its SHA-256 where b itself was not kept. */
  readonly probeHash: Uint8Array;
  /** SHA-256 of Z || table as sent. */
  readonly replyHash: Uint8Array;
  /** SHA-256 of the token, from `evaluateSealed`. */
  readonly tokenHash: Uint8Array;
  /** What the device answered with. */
  readonly token: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Whether the answer is a hit. A miss is signed like a hit, so both take the same way to here; the caller
 * refuses a miss and a bad signature with the same code, text and timing class.
 * @throws {ProtocolError} `malformed-message` or `signature-refused`.
 */
export async function verifyAnswer(input: AnswerInput): Promise<boolean> {
  const { record, ticketIndex, probeHash, token } = input;
  if (token.length !== sizes.token)
    throw new ProtocolError('malformed-message', { details: { field: 'token' } });
  const { generationId, ticketClass } = record;
  const probe = {
    ...record.context,
    type: 'sign-in-probe',
    generationId,
    ticketClass,
    ticketIndex,
    probeHash,
  } as const;
  const hit = equalBytes(sha256(token), input.tokenHash);
  await verify(record.devicePublicKey, answerTranscript(probe, input, token), input.signature);
  return hit;
}

/** What the server knows about an image check. */
export interface ImageRecord extends ImageCeremony {
  /** From the enrolment statement; 65 bytes. */
  readonly devicePublicKey: Uint8Array;
}

/**
 * The image message of a signed image.
 * @throws {ProtocolError} a codec code, or `signature-refused`. What is inside the image is checked by its evaluator.
 */
export async function verifySignedImage(
  record: ImageRecord,
  index: number,
  bytes: Uint8Array,
): Promise<Bytes> {
  const { signature, message } = decodeSignedMessage(bytes, imageLimits.signedImage);
  await verify(record.devicePublicKey, imageProbeTranscript(record, index, message), signature);
  return new Uint8Array(message);
}

/**
 * The opened answer of a signed answer.
 * @param exchange hashes of the images that were evaluated, by index, and of the masked answer that was sent.
 * @throws {ProtocolError} a codec code, or `signature-refused`.
 */
export async function verifySignedImageAnswer(
  record: ImageRecord,
  exchange: { readonly imageHashes: readonly Uint8Array[]; readonly messageHash: Uint8Array },
  bytes: Uint8Array,
): Promise<Bytes> {
  const { signature, message } = decodeSignedMessage(bytes, imageLimits.signedAnswer);
  await verify(record.devicePublicKey, imageAnswerTranscript(record, exchange, message), signature);
  return new Uint8Array(message);
}

async function verify(
  devicePublicKey: Uint8Array,
  transcript: Transcript,
  signature: Uint8Array,
): Promise<void> {
  const { subtle } = globalThis.crypto;
  const encoded = encodeTranscript(transcript);
  let valid = false;
  try {
    const curve = { name: 'ECDSA', namedCurve: 'P-256' };
    const key = await subtle.importKey('raw', copy(devicePublicKey), curve, false, ['verify']);
    valid = await subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, copy(signature), encoded);
  } catch {
    // bytes that are not a point of the curve: the same refusal
  }
  if (!valid) throw new ProtocolError('signature-refused');
}

/** WebCrypto takes no view over a shared buffer. */
const copy = (bytes: Uint8Array): Bytes => new Uint8Array(bytes);
