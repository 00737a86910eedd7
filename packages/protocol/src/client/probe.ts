/**
 * The one probe of a ticket: b = sign(F x) * rho_j.
 * @module
 */
import type { Bytes } from '../wire/bytes.ts';
import { type SealedParameters, sealed1, sizes } from '../wire/parameters.ts';
import { applyFrame, checkDim, frame } from './frame.ts';
import type { SpentTicket } from './spend.ts';
import { unitVector } from './template.ts';

export interface ProbeInput {
  /** From `advance`, whose new state is already stored. */
  readonly ticket: SpentTicket;
  /** x: the mapped embedding of this capture (mean of at least 3 frames), any positive length. */
  readonly embedding: ArrayLike<number>;
  readonly params?: SealedParameters;
}

/**
 * b, 64 bytes: uniform for everyone who does not know rho_j, whatever the face.
 * A coordinate of exactly 0 counts as +1. Takes the ticket's pad: there is no second probe.
 *
 * @throws {ProtocolError} `embedding-refused` (the ticket stays unspent), `ticket-spent`.
 */
export function makeProbe({ ticket, embedding, params = sealed1 }: ProbeInput): Bytes {
  checkDim(embedding.length, params.digits);
  const x = unitVector(embedding);
  const { pad, frameSeed } = ticket.takeProbeSecrets();
  const matrix = frame(frameSeed, x.length, params.digits);
  const projected = applyFrame(matrix, x);
  const b = new Uint8Array(sizes.probe);
  for (let i = 0; i < params.digits; i++) {
    const negative = Number(projected[i]! < 0);
    b[i >> 3]! |= negative << (7 - (i & 7));
  }
  for (let k = 0; k < b.length; k++) b[k]! ^= pad[k]!;
  for (const secret of [x, pad, frameSeed, matrix.entries, projected]) secret.fill(0);
  return b;
}
