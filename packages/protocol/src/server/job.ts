/**
 * The bytes that cross the `Evaluator` port: a job in, a result out, whoever runs it (a worker thread, a queue).
 * @module
 */
import { type Bytes, Reader, Writer } from '../wire/bytes.ts';
import { ProtocolError } from '../wire/errors.ts';
import { idBytes, idFromBytes, idToBytes } from '../wire/ids.ts';
import { limits, sizes } from '../wire/parameters.ts';
import { type EvaluateInput, type EvaluateResult, evaluateSealed } from './evaluate.ts';

const jobVersion = 1;
/** Kinds of jobs; 2 is reserved for encrypted images. */
const sealedKind = 1;
const jobLimit = limits.publicKey + limits.ticket + 1024;

export type Job = Omit<EvaluateInput, 'random'>;

/**
 * u8 version, u8 kind, ceremony id (16), u32 tau, u32 S_max, b (64), u32 length and public key,
 * u32 length and ticket.
 */
export function encodeJob(job: Job): Bytes {
  return new Writer()
    .u8(jobVersion)
    .u8(sealedKind)
    .bytes(idToBytes(job.ceremonyId))
    .u32(job.tau)
    .u32(job.sMax)
    .fixed(job.probe, sizes.probe, 'probe')
    .u32(job.publicKey.length)
    .bytes(job.publicKey)
    .u32(job.ticket.length)
    .bytes(job.ticket)
    .done();
}

/** @throws {ProtocolError} a codec code. */
export function decodeJob(bytes: Uint8Array): Job {
  const reader = new Reader(bytes, jobLimit);
  readKind(reader);
  const ceremonyId = idFromBytes(reader.bytes(idBytes, 'ceremonyId'));
  const tau = reader.u32('tau');
  const sMax = reader.u32('sMax');
  const probe = reader.bytes(sizes.probe, 'probe');
  const publicKey = reader.bytes(reader.u32('length of public key'), 'publicKey');
  const ticket = reader.bytes(reader.u32('length of ticket'), 'ticket');
  reader.end();
  return { ceremonyId, tau, sMax, probe, publicKey, ticket };
}

/** u8 version, u8 kind, token (16), reply message to the end. */
export function encodeResult(result: EvaluateResult): Bytes {
  return new Writer()
    .u8(jobVersion)
    .u8(sealedKind)
    .fixed(result.token, sizes.token, 'token')
    .fixed(result.tokenHash, sizes.hash, 'tokenHash')
    .fixed(result.replyHash, sizes.hash, 'replyHash')
    .bytes(result.message)
    .done();
}

/** @throws {ProtocolError} a codec code. */
export function decodeResult(bytes: Uint8Array): EvaluateResult {
  const reader = new Reader(bytes, limits.reply + 128);
  readKind(reader);
  const token = reader.bytes(sizes.token, 'token');
  const tokenHash = reader.bytes(sizes.hash, 'tokenHash');
  const replyHash = reader.bytes(sizes.hash, 'replyHash');
  const message = reader.bytes(reader.left, 'message');
  return { message, replyHash, token, tokenHash };
}

/** What a worker runs: job bytes in, result bytes out. Throws what `decodeJob` and `evaluateSealed` throw. */
export function runJob(bytes: Uint8Array): Bytes {
  return encodeResult(evaluateSealed(decodeJob(bytes)));
}

function readKind(reader: Reader): void {
  reader.version(jobVersion);
  if (reader.u8('kind') !== sealedKind) {
    throw new ProtocolError('malformed-message', { details: { field: 'kind' } });
  }
}
