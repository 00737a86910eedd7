/**
 * The enrolment statement as uploaded: device key, both generations with the hashes of everything
 * that will follow, and the signature over the transcript of the ceremony.
 *
 * Layout: u8 version, device public key (65), then for ordinary and root in this order: u8 class,
 * generation id (16), public-key hash (32), u16 count, count hashes (32 each); then signature (64).
 * With 96 + 24 tickets: 4072 bytes.
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
  for (const ticketClass of ticketClasses) {
    const generation = statement[ticketClass];
    writer
      .u8(ticketClasses.indexOf(ticketClass))
      .bytes(idToBytes(generation.generationId))
      .fixed(generation.publicKeyHash, sizes.hash, 'publicKeyHash')
      .u16(generation.ticketHashes.length);
    for (const hash of generation.ticketHashes) writer.fixed(hash, sizes.hash, 'ticketHash');
  }
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
