/**
 * The probe message, device to server: u8 version, u32 ticket index, b (64 bytes), signature (64).
 * 133 bytes. Sign i of b is bit 7 - i mod 8 of byte i / 8; a set bit is -1.
 * @module
 */
import { type Bytes, Reader, Writer } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { limits, sizes } from './parameters.ts';

export const probeVersion = 1;

export interface ProbeMessage {
  readonly ticketIndex: number;
  /** b = a * rho_j, one bit per sign, 64 bytes. */
  readonly probe: Uint8Array;
  /** ECDSA P-256 over the `sign-in-probe` transcript, raw r || s, 64 bytes. */
  readonly signature: Uint8Array;
}

export function encodeProbeMessage(message: ProbeMessage): Bytes {
  return new Writer()
    .u8(probeVersion)
    .u32(message.ticketIndex)
    .fixed(message.probe, sizes.probe, 'probe')
    .fixed(message.signature, sizes.signature, 'signature')
    .done();
}

/** @throws {ProtocolError} `message-too-large`, `unsupported-version` or `malformed-message`. */
export function decodeProbeMessage(bytes: Uint8Array): ProbeMessage {
  const reader = new Reader(bytes, limits.probe);
  reader.version(probeVersion);
  const ticketIndex = reader.u32('ticketIndex');
  const probe = reader.bytes(sizes.probe, 'probe');
  const signature = reader.bytes(sizes.signature, 'signature');
  reader.end();
  return { ticketIndex, probe, signature };
}

/** +1 and -1 from packed bits. Branch-free: the device runs it on secret signs. */
export function unpackSigns(bits: Uint8Array): Int8Array {
  const signs = new Int8Array(8 * bits.length);
  for (let i = 0; i < signs.length; i++) signs[i] = 1 - 2 * ((bits[i >> 3]! >> (7 - (i & 7))) & 1);
  return signs;
}

/** @throws {ProtocolError} `malformed-message` unless every value is +1 or -1 and the count fills bytes. */
export function packSigns(signs: ArrayLike<number>): Bytes {
  if (signs.length % 8 !== 0) throw new ProtocolError('malformed-message', { details: { field: 'signs' } });
  const bits = new Uint8Array(signs.length / 8);
  let foreign = 0;
  for (let i = 0; i < signs.length; i++) {
    const sign = signs[i]!;
    foreign |= (sign * sign) ^ 1;
    bits[i >> 3]! |= ((1 - sign) >> 1) << (7 - (i & 7));
  }
  if (foreign !== 0) throw new ProtocolError('malformed-message', { details: { field: 'signs' } });
  return bits;
}
