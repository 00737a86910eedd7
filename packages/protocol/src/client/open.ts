/**
 * The one opening of a reply. Everything that can be refused is refused before the secret key is
 * expanded; after decryption there are two outcomes, and both look alike to everyone else.
 * @module
 */
import { decryptCoefficients, generateSecretKey, parseMasked, wipeSecretKey } from '@blindsight/fhe/client';
import { sealedSignIn } from '@blindsight/fhe/params';
import { type Bytes, equalBytes } from '../wire/bytes.ts';
import { entryHash, resultPositions } from '../wire/entry.ts';
import { ProtocolError } from '../wire/errors.ts';
import { sha256 } from '../wire/ids.ts';
import { entryCount, parametersOf, sizes } from '../wire/parameters.ts';
import { decodeReplyMessage, decodeSealedResult } from '../wire/reply.ts';
import type { CeremonyContext } from '../wire/transcript.ts';
import type { SpentTicket } from './spend.ts';

export interface Opened {
  /** For this page only: what to show, after the answer was sent. Never send it. */
  readonly hit: boolean;
  /** What to answer with: the token on a hit, 16 random bytes on a miss. */
  readonly token: Bytes;
  /** For the answer's transcript. */
  readonly replyHash: Bytes;
  readonly tokenHash: Bytes;
}

/**
 * Opens the reply to this ticket's probe.
 *
 * Order: lengths and codec, ceremony, thresholds against the compiled-in policy, entry count, ascending
 * tags, canonical residues; only then the key is made and eight coefficients are decrypted. A lookup
 * miss, a token that does not match its hash and an honest miss are the same outcome.
 *
 * @param reply the body of the server's response.
 * @throws {ProtocolError} `reply-refused` or `policy-refused` before anything is decrypted;
 * `ticket-spent` when this ticket was opened before.
 */
export function openReply(ticket: SpentTicket, reply: Uint8Array, context: CeremonyContext): Opened {
  const { message, masked, table } = checkReply(reply, context);
  const replyHash = sha256(message.sealed);

  const seed = ticket.takeOpeningSeed();
  const secretKey = generateSecretKey(sealedSignIn, seed);
  const u = decryptCoefficients(secretKey, masked);
  wipeSecretKey(secretKey);
  seed.fill(0);

  const { tag, pad } = entryHash(context.ceremonyId, u.length)(u);
  u.fill(0);
  const { found, token } = lookUp(table, tag, pad);
  pad.fill(0);
  const opens = equalBytes(sha256(token), message.tokenHash);
  const hit = found && opens;
  const decoy = globalThis.crypto.getRandomValues(new Uint8Array(sizes.token));
  const keep = -Number(hit) & 255;
  for (let i = 0; i < token.length; i++) token[i] = (token[i]! & keep) | (decoy[i]! & ~keep);
  return { hit, token, replyHash, tokenHash: new Uint8Array(message.tokenHash) };
}

/** Every check that comes before decryption. */
function checkReply(reply: Uint8Array, context: CeremonyContext) {
  const params = parametersOf(context.parameterSet);
  const count = entryCount(params, context.tau, context.sMax);
  if (context.tau < params.minimumTau) {
    throw new ProtocolError('policy-refused', { details: { tau: context.tau } });
  }
  try {
    const message = decodeReplyMessage(reply);
    if (message.ceremonyId !== context.ceremonyId) throw new ProtocolError('reply-refused');
    const { z, table } = decodeSealedResult(message.sealed, count);
    const masked = parseMasked(sealedSignIn, z, resultPositions(params));
    return { message, masked, table };
  } catch (cause) {
    throw new ProtocolError('reply-refused', { cause });
  }
}

/** Reads the whole table whatever it holds, so that time does not tell where, or whether, the tag was. */
function lookUp(table: Uint8Array, tag: Uint8Array, pad: Uint8Array): { found: boolean; token: Bytes } {
  const token = new Uint8Array(pad);
  let found = 0;
  for (let at = 0; at < table.length; at += sizes.entry) {
    let difference = 0;
    for (let i = 0; i < sizes.tag; i++) difference |= table[at + i]! ^ tag[i]!;
    const same = ((difference - 1) >> 8) & 255; // 255 when equal, else 0
    found |= same;
    for (let i = 0; i < sizes.token; i++) token[i]! ^= table[at + sizes.tag + i]! & same;
  }
  return { found: found !== 0, token };
}
