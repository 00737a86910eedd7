/**
 * Everything a device makes in one enrolment: two generations, their tickets, and the statement that
 * commits to all of it before the template is wiped.
 * @module
 */
import {
  encryptSeeded,
  generateKeys,
  type SecretKey,
  serializePublicKey,
  wipeSecretKey,
} from '@blindsight/fhe/client';
import { sealedSignIn } from '@blindsight/fhe/params';
import type { Bytes } from '../wire/bytes.ts';
import { sha256 } from '../wire/ids.ts';
import {
  parametersOf,
  type SealedParameters,
  sealed1,
  type TicketClass,
  ticketCount,
} from '../wire/parameters.ts';
import { unpackSigns } from '../wire/probe.ts';
import { encodeEnrolStatement } from '../wire/statement.ts';
import type { CeremonyContext, EnrolTranscript, GenerationStatement } from '../wire/transcript.ts';
import { type DeviceKey, signTranscript } from './device-key.ts';
import { applyFrame, frame } from './frame.ts';
import { drawGeneration, type GenerationState } from './generation.ts';
import { nextRatchet, ticketPad } from './keys.ts';
import { meanVerifier, quantise, type Verifier } from './template.ts';

export interface TicketOptions {
  /** Called after each ticket; may wait, so that a page stays responsive. */
  readonly onProgress?: (made: number, total: number) => void | Promise<void>;
  readonly params?: SealedParameters;
}

/** What one generation uploads. The keys that made it are gone; `GenerationState` holds their seeds. */
export interface GenerationMaterial {
  readonly publicKey: Bytes;
  /** Ticket j at index j; about 54 KB each. */
  readonly tickets: readonly Bytes[];
  readonly statement: GenerationStatement;
}

/**
 * All tickets of a generation: C_j = Enc(sum rho_j,i t_i X^i), t = quantise(F w).
 * Template, projection, frame and secret key are overwritten before this returns.
 *
 * @param w the verifier, at length 1, 1..512 values; the caller wipes it.
 * @throws {ProtocolError} `embedding-refused`, `template-refused`.
 */
export async function makeTickets(
  state: GenerationState,
  w: ArrayLike<number>,
  { onProgress, params = sealed1 }: TicketOptions = {},
): Promise<GenerationMaterial> {
  const t = templateDigits(state.frameSeed, w, params);
  const { secretKey, publicKey } = generateKeys(sealedSignIn, state.fheSeed);
  const tickets: Bytes[] = [];
  let ratchet = new Uint8Array(state.ratchet);
  try {
    for (let j = 0; j < state.count; j++) {
      const pad = ticketPad(ratchet);
      tickets.push(encryptTicket(secretKey, t, pad));
      pad.fill(0);
      const next = nextRatchet(ratchet);
      ratchet.fill(0);
      ratchet = next;
      await onProgress?.(j + 1, state.count);
    }
  } finally {
    wipeSecretKey(secretKey);
    t.fill(0);
    ratchet.fill(0);
  }
  const key = new Uint8Array(serializePublicKey(publicKey));
  const statement = {
    generationId: state.generationId,
    publicKeyHash: sha256(key),
    ticketHashes: tickets.map((ticket) => sha256(ticket)),
  };
  return { publicKey: key, tickets, statement };
}

/**
 * One ticket from digits and 512 packed signs.
 * @param t digits in [-7, 7].
 */
export function encryptTicket(secretKey: SecretKey, t: Int8Array, pad: Uint8Array): Bytes {
  const signs = unpackSigns(pad);
  const message = new Int32Array(sealed1.degree);
  for (let i = 0; i < t.length; i++) message[i] = signs[i]! * t[i]!;
  const ticket = new Uint8Array(encryptSeeded(secretKey, message));
  message.fill(0);
  signs.fill(0);
  return ticket;
}

/** t = quantise(F w); the frame and the projection are overwritten, the caller wipes t. */
export function templateDigits(
  frameSeed: Uint8Array,
  w: ArrayLike<number>,
  params: SealedParameters,
): Int8Array {
  const matrix = frame(frameSeed, w.length, params.digits);
  const projected = applyFrame(matrix, w);
  try {
    return quantise(projected, params);
  } finally {
    matrix.entries.fill(0);
    projected.fill(0);
  }
}

export interface EnrolmentInput {
  /** The ceremony as `ceremonyContext` made it from the challenge, purpose `enrol`. */
  readonly context: CeremonyContext;
  readonly deviceKey: DeviceKey;
  /** Mapped embeddings of the capture, at least one; overwritten with zeros when they are typed arrays. */
  readonly embeddings: readonly (Float32Array | Float64Array)[];
  /** As the manifest says; the mean when absent. */
  readonly verifier?: Verifier;
  readonly onProgress?: TicketOptions['onProgress'];
}

export interface Enrolment {
  /** To be wrapped under the storage key and stored before anything is uploaded. */
  readonly states: Readonly<Record<TicketClass, GenerationState>>;
  readonly material: Readonly<Record<TicketClass, GenerationMaterial>>;
  /** The encoded statement, signed. */
  readonly statement: Bytes;
}

/**
 * The whole device side of an enrolment but the uploads.
 * @throws {ProtocolError} `unsupported-parameters`, `embedding-refused`, `template-refused`.
 */
export async function makeEnrolment(input: EnrolmentInput): Promise<Enrolment> {
  const params = parametersOf(input.context.parameterSet);
  const w = (input.verifier ?? meanVerifier)(input.embeddings);
  try {
    const total = ticketCount(params, 'ordinary') + ticketCount(params, 'root');
    const states = { root: drawGeneration('root', params), ordinary: drawGeneration('ordinary', params) };
    const make = (ticketClass: TicketClass, before: number) =>
      makeTickets(states[ticketClass], w, {
        params,
        onProgress: (made) => input.onProgress?.(before + made, total),
      });
    const root = await make('root', 0);
    const ordinary = await make('ordinary', params.rootTickets);
    const material = { root, ordinary };
    const statement = await signEnrolment(input.context, input.deviceKey, material);
    return { states, material, statement };
  } finally {
    w.fill(0);
    for (const embedding of input.embeddings) embedding.fill(0);
  }
}

/** Signs what was made and encodes the statement. */
export async function signEnrolment(
  context: CeremonyContext,
  deviceKey: DeviceKey,
  material: Readonly<Record<TicketClass, GenerationMaterial>>,
): Promise<Bytes> {
  const declared = {
    devicePublicKey: deviceKey.publicKey,
    ordinary: material.ordinary.statement,
    root: material.root.statement,
  };
  const transcript: EnrolTranscript = { ...context, type: 'enrol-statement', ...declared };
  const signature = await signTranscript(deviceKey.privateKey, transcript);
  return encodeEnrolStatement({ ...declared, signature });
}
