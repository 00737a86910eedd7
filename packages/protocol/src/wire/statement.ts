/**
 * The statements as uploaded: the hashes of everything that will follow, and the signature over the transcript
 * of the ceremony. A generation is u8 class, generation id (16), public-key hash (32), u16 count, count hashes
 * (32 each).
 *
 * Enrolment: u8 version, device public key (65), the ordinary and the root generation, signature (64). With
 * 96 + 24 tickets: 4072 bytes.
 * Renewal: u8 version, the new ordinary generation, signature (64). With 96 tickets: 3188 bytes. Device key and
 * root match are not in it: the server has them in its record of the ceremony.
 * @module
 */
import { type Bytes, Reader, Writer } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { idBytes, idFromBytes, idToBytes } from './ids.ts';
import {
  limits,
  type SealedParameters,
  sizes,
  type TicketClass,
  ticketClasses,
  ticketCount,
} from './parameters.ts';
import type { GenerationStatement } from './transcript.ts';

export const statementVersion = 1;

export interface EnrolStatement {
  /** Raw P-256 point, 65 bytes. */
  readonly devicePublicKey: Uint8Array;
  readonly ordinary: GenerationStatement;
  readonly root: GenerationStatement;
  /** ECDSA P-256 over the `enrol-statement` transcript, raw r || s, 64 bytes. */
  readonly signature: Uint8Array;
}

export function encodeEnrolStatement(statement: EnrolStatement): Bytes {
  const writer = new Writer()
    .u8(statementVersion)
    .fixed(statement.devicePublicKey, sizes.devicePublicKey, 'devicePublicKey');
  for (const ticketClass of ticketClasses) writeGeneration(writer, ticketClass, statement[ticketClass]);
  return writer.fixed(statement.signature, sizes.signature, 'signature').done();
}

/**
 * @throws {ProtocolError} `message-too-large`, `unsupported-version`, or `malformed-message`, the latter
 * also when the ticket counts are not those of the parameter set.
 */
export function decodeEnrolStatement(bytes: Uint8Array, params: SealedParameters): EnrolStatement {
  const reader = new Reader(bytes, limits.statement);
  reader.version(statementVersion);
  const devicePublicKey = reader.bytes(sizes.devicePublicKey, 'devicePublicKey');
  const ordinary = readGeneration(reader, params, 'ordinary');
  const root = readGeneration(reader, params, 'root');
  const signature = reader.bytes(sizes.signature, 'signature');
  reader.end();
  return { devicePublicKey, ordinary, root, signature };
}

export interface RenewalStatement {
  readonly ordinary: GenerationStatement;
  /** ECDSA P-256 over the `renewal-statement` transcript, raw r || s, 64 bytes. */
  readonly signature: Uint8Array;
}

export function encodeRenewalStatement({ ordinary, signature }: RenewalStatement): Bytes {
  const writer = new Writer().u8(statementVersion);
  writeGeneration(writer, 'ordinary', ordinary);
  return writer.fixed(signature, sizes.signature, 'signature').done();
}

/** @throws {ProtocolError} as `decodeEnrolStatement`. */
export function decodeRenewalStatement(bytes: Uint8Array, params: SealedParameters): RenewalStatement {
  const reader = new Reader(bytes, limits.statement);
  reader.version(statementVersion);
  const ordinary = readGeneration(reader, params, 'ordinary');
  const signature = reader.bytes(sizes.signature, 'signature');
  reader.end();
  return { ordinary, signature };
}

function writeGeneration(writer: Writer, ticketClass: TicketClass, generation: GenerationStatement): void {
  writer
    .u8(ticketClasses.indexOf(ticketClass))
    .bytes(idToBytes(generation.generationId))
    .fixed(generation.publicKeyHash, sizes.hash, 'publicKeyHash')
    .u16(generation.ticketHashes.length);
  for (const hash of generation.ticketHashes) writer.fixed(hash, sizes.hash, 'ticketHash');
}

function readGeneration(
  reader: Reader,
  params: SealedParameters,
  ticketClass: TicketClass,
): GenerationStatement {
  if (reader.u8('class') !== ticketClasses.indexOf(ticketClass)) {
    throw new ProtocolError('malformed-message', { details: { field: 'class' } });
  }
  const generationId = idFromBytes(reader.bytes(idBytes, 'generationId'));
  const publicKeyHash = reader.bytes(sizes.hash, 'publicKeyHash');
  const count = reader.u16('count');
  if (count !== ticketCount(params, ticketClass)) {
    throw new ProtocolError('malformed-message', { details: { field: 'count', count } });
  }
  const ticketHashes = Array.from({ length: count }, () => reader.bytes(sizes.hash, 'ticketHash'));
  return { generationId, publicKeyHash, ticketHashes };
}
