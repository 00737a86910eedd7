/**
 * The comparison under encryption: one ticket, one probe, one masked result and its table.
 *
 * With C = Enc(T), T = sum_i rho_i t_i X^i, and b_i = a_i rho_i, the product of T with
 *   M(X) = sum_l alpha_l sum_i b_i X^(512 l + 511 - i)
 * has at X^(512 l + 511) exactly alpha_l <t, a>: a term of block l' needs i - i' = 512 (l - l'), and both
 * are below 512; what wraps around X^N reaches exponent 510 at most. So u_l = alpha_l <t, a> + m_l.
 * @module
 */
import {
  maskCoefficients,
  multiplyPlain,
  parseCiphertext,
  parsePublicKey,
  plaintext,
  rerandomise,
  serializeMasked,
} from '@blindsight/fhe/evaluate';
import { type Randomness, sealedSignIn, uniformBelow, webRandomness } from '@blindsight/fhe/params';
import type { Bytes } from '../wire/bytes.ts';
import { entryHash, resultPositions } from '../wire/entry.ts';
import { ProtocolError } from '../wire/errors.ts';
import { type Id, sha256 } from '../wire/ids.ts';
import { entryCount, type SealedParameters, sealed1, sizes } from '../wire/parameters.ts';
import { unpackSigns } from '../wire/probe.ts';
import { compareTags, encodeReplyMessage, encodeSealedResult } from '../wire/reply.ts';

export interface EvaluateInput {
  /** As stored since the enrolment. */
  readonly publicKey: Uint8Array;
  readonly ticket: Uint8Array;
  /** b, 64 bytes. */
  readonly probe: Uint8Array;
  readonly ceremonyId: Id;
  readonly tau: number;
  readonly sMax: number;
  /** For tests; absent means a ChaCha20 stream keyed by WebCrypto. */
  readonly random?: Randomness;
}

export interface EvaluateResult {
  /** The whole reply message, ready to send. */
  readonly message: Bytes;
  /** SHA-256 of its sealed part, for the answer's transcript. */
  readonly replyHash: Bytes;
  /** 16 bytes. The ceremony needs only its hash; keep nothing else. */
  readonly token: Bytes;
  readonly tokenHash: Bytes;
}

/** alpha_l and m_l of one evaluation: secrets of the server, used once. */
export interface Masks {
  /** L residues in [1, p). */
  readonly alpha: readonly number[];
  /** L residues in [0, p). */
  readonly m: readonly number[];
}

/**
 * @throws {ProtocolError} `malformed-message`, `policy-refused`, `ticket-refused` or `public-key-refused`.
 */
export function evaluateSealed(input: EvaluateInput): EvaluateResult {
  const params = sealed1;
  entryCount(params, input.tau, input.sMax);
  if (input.probe.length !== sizes.probe) {
    throw new ProtocolError('malformed-message', { details: { field: 'probe', length: input.probe.length } });
  }
  const random = input.random ?? webRandomness();
  const token = drawToken(random);
  const { masks, table } = drawTable(random, params, input, token);
  const z = maskedProduct(random, params, input, masks);

  const sealed = encodeSealedResult({ z, table });
  const tokenHash = sha256(token);
  const message = encodeReplyMessage({ ceremonyId: input.ceremonyId, tokenHash, sealed });
  return { message, replyHash: sha256(sealed), token, tokenHash };
}

function drawToken(random: Randomness): Bytes {
  const words = random.words(sizes.token / 4);
  return new Uint8Array(words.buffer, words.byteOffset, sizes.token).slice();
}

/** Z: the masked product, in the engine's wire form. */
function maskedProduct(
  random: Randomness,
  params: SealedParameters,
  input: EvaluateInput,
  masks: Masks,
): Uint8Array {
  const ticket = parsed('ticket-refused', () => parseCiphertext(sealedSignIn, input.ticket));
  const publicKey = parsed('public-key-refused', () => parsePublicKey(sealedSignIn, input.publicKey));
  const multiplier = plaintext(sealedSignIn, multiplierPolynomial(params, input.probe, masks.alpha));
  const product = rerandomise(publicKey, multiplyPlain(ticket, multiplier), { random });
  return serializeMasked(maskCoefficients(product, resultPositions(params), masks.m, { random }));
}

/** M(X), coefficients centred in [-(p-1)/2, (p-1)/2]. */
export function multiplierPolynomial(
  params: SealedParameters,
  probe: Uint8Array,
  alpha: readonly number[],
): Int32Array<ArrayBuffer> {
  const b = unpackSigns(probe);
  const coefficients = new Int32Array(params.degree);
  for (const [l, multiplier] of alpha.entries()) {
    const centred = multiplier > params.plainModulus / 2 ? multiplier - params.plainModulus : multiplier;
    for (let i = 0; i < params.digits; i++) {
      coefficients[params.digits * l + params.digits - 1 - i] = b[i]! * centred;
    }
  }
  return coefficients;
}

/** Masks and their table; drawn again in the (2^-46) case that two tags of the table collide. */
function drawTable(
  random: Randomness,
  params: SealedParameters,
  input: Pick<EvaluateInput, 'ceremonyId' | 'tau' | 'sMax'>,
  token: Uint8Array,
): { masks: Masks; table: Bytes } {
  for (;;) {
    const masks = {
      alpha: uniformBelow(random, params.plainModulus - 1, params.multipliers).map((r) => r + 1),
      m: uniformBelow(random, params.plainModulus, params.multipliers),
    };
    const table = makeTable(params, input, masks, token);
    if (table) return { masks, table };
  }
}

/**
 * One entry (tag, token XOR pad) for each even v in [tau, sMax], tags strictly ascending; `undefined` when two
 * tags are equal. The order of the tags says nothing about v.
 */
export function makeTable(
  params: SealedParameters,
  { ceremonyId, tau, sMax }: Pick<EvaluateInput, 'ceremonyId' | 'tau' | 'sMax'>,
  { alpha, m }: Masks,
  token: Uint8Array,
): Bytes | undefined {
  const count = entryCount(params, tau, sMax);
  const hash = entryHash(ceremonyId, params.multipliers);
  const unsorted = new Uint8Array(count * sizes.entry);
  for (let k = 0; k < count; k++) {
    const v = tau + 2 * k;
    const u = alpha.map((multiplier, l) => (multiplier * v + m[l]!) % params.plainModulus);
    const { tag, pad } = hash(u);
    for (let i = 0; i < pad.length; i++) pad[i]! ^= token[i]!;
    unsorted.set(tag, k * sizes.entry);
    unsorted.set(pad, k * sizes.entry + sizes.tag);
  }
  const order = Array.from({ length: count }, (_, k) => k * sizes.entry).sort((a, b) =>
    compareTags(unsorted, a, b),
  );
  const table = new Uint8Array(unsorted.length);
  for (const [k, from] of order.entries()) {
    if (k > 0 && compareTags(unsorted, order[k - 1]!, from) === 0) return undefined;
    table.set(unsorted.subarray(from, from + sizes.entry), k * sizes.entry);
  }
  return table;
}

function parsed<T>(code: 'ticket-refused' | 'public-key-refused', parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new ProtocolError(code, { cause });
  }
}
