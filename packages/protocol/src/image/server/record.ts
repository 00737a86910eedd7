/**
 * One comparison as an auditor gets it: everything the evaluator worked on, and what it sent. The evaluation is a
 * function of it, so whoever has it can compute the message again and see whether it is the one.
 *
 *     record   "blindsight/image-evaluation" NUL, u8 version, set name (u16 length), network hash (32),
 *              SHA-256 of the masked answer (32), commitment (32), seed (32), and with a u32 length each: key manifest,
 *              keys, image, template
 * @module
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { type Bytes, equalBytes, Reader, utf8, Writer } from '../../wire/bytes.ts';
import { ProtocolError } from '../../wire/errors.ts';

export interface EvaluationRecord {
  /** Name of the parameter set. */
  readonly set: string;
  /** Hash of the network, hex. */
  readonly network: string;
  /** SHA-256 of the masked answer as it was sent. */
  readonly messageHash: Uint8Array;
  /** To the seed, as the masked answer had it. */
  readonly commitment: Uint8Array;
  readonly seed: Uint8Array;
  /** As `decodeKeyManifest` takes it. */
  readonly manifest: Uint8Array;
  readonly keys: Uint8Array;
  /** The image message. */
  readonly image: Uint8Array;
  /** As it is stored. */
  readonly template: Uint8Array;
}

const magic = utf8('blindsight/image-evaluation\0');
const version = 1;
const hashBytes = 32;
const largest = 320 * 1024 * 1024;

export function encodeEvaluationRecord(record: EvaluationRecord): Bytes {
  const writer = new Writer().bytes(magic).u8(version).field(utf8(record.set));
  writer.fixed(hexToBytes(record.network), hashBytes, 'network');
  for (const field of ['messageHash', 'commitment', 'seed'] as const)
    writer.fixed(record[field], hashBytes, field);
  for (const field of ['manifest', 'keys', 'image', 'template'] as const)
    writer.u32(record[field].length).bytes(record[field]);
  return writer.done();
}

/** @throws {ProtocolError} a codec code. */
export function decodeEvaluationRecord(bytes: Uint8Array): EvaluationRecord {
  const reader = new Reader(bytes, largest);
  if (!equalBytes(reader.bytes(Math.min(magic.length, reader.left), 'magic'), magic))
    throw new ProtocolError('malformed-message', { details: { field: 'magic' } });
  reader.version(version);
  const set = new TextDecoder().decode(reader.field('set'));
  const network = bytesToHex(reader.bytes(hashBytes, 'network'));
  const [messageHash, commitment, seed] = ['messageHash', 'commitment', 'seed'].map((field) =>
    reader.bytes(hashBytes, field),
  ) as [Bytes, Bytes, Bytes];
  const [manifest, keys, image, template] = ['manifest', 'keys', 'image', 'template'].map((field) =>
    reader.bytes(reader.u32(field), field),
  ) as [Bytes, Bytes, Bytes, Bytes];
  reader.end();
  return { set, network, messageHash, commitment, seed, manifest, keys, image, template };
}
