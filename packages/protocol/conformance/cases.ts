/**
 * What an implementation is asked: vectors and live exchanges, made anew each time by the first implementation, which
 * also says what is right. Bytes are hex, so that nothing in the questions depends on what is being checked.
 * @module
 */
import { generateSecretKey } from '@blindsight/fhe/client';
import { sealedSignIn } from '@blindsight/fhe/params';
import { templateDigits } from '../src/client/enrolment.ts';
import { applyFrame, frame } from '../src/client/frame.ts';
import { deriveGeneration, nextRatchet, ticketPad } from '../src/client/keys.ts';
import {
  advance,
  drawGeneration,
  makeProbe,
  makeTickets,
  meanVerifier,
  openReply,
  quantise,
} from '../src/client.ts';
import { evaluateSealed, makeTable } from '../src/server/evaluate.ts';
import {
  type CeremonyContext,
  decodeEnrolStatement,
  decodeProbeMessage,
  decodeRenewalStatement,
  encodeEnrolStatement,
  encodeProbeMessage,
  encodeRenewalStatement,
  encodeTranscript,
  fromBase64url,
  type GenerationStatement,
  idFromBytes,
  idToBytes,
  ProtocolError,
  sealed1,
  sha256,
  type Transcript,
  toBase64url,
} from '../src/wire.ts';

/** One question and its answer. `operation` is `section.what`; the table of them is in docs/PROTOCOL.md. */
export interface Case {
  readonly operation: string;
  readonly input: unknown;
  readonly expected: { readonly output: unknown } | { readonly refused: true };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const draw = (length: number) => globalThis.crypto.getRandomValues(new Uint8Array(length));
/** A vector of values in (-1, 1). */
const drawVector = (dim: number) =>
  Float64Array.from(globalThis.crypto.getRandomValues(new Int32Array(dim)), (value) => value / 2 ** 31);

/** What this implementation says: a value, or that it refuses. */
function asked<I, T>(operation: string, input: I, answer: (input: I) => T): Case {
  try {
    return { operation, input, expected: { output: answer(input) } };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { operation, input, expected: { refused: true } };
  }
}

/** All cases; some seconds of work, for the tickets and replies in them. */
export async function conformanceCases(): Promise<Case[]> {
  return [
    ...ids(),
    ...keys(),
    ...frames(),
    ...templates(),
    ...probes(),
    ...transcripts(),
    ...messages(),
    ...tables(),
    ...(await exchanges()),
  ];
}

function ids(): Case[] {
  const good = [draw(16), draw(16), new Uint8Array(16).fill(255)];
  const texts = [
    toBase64url(draw(16)),
    `${'A'.repeat(21)}B`, // spare bits that are not zero
    `${'A'.repeat(22)}==`,
    'A'.repeat(21),
    'A'.repeat(23),
    `${'A'.repeat(20)}+A`,
    `${'A'.repeat(20)} A`,
    '',
  ];
  return [
    ...good.map((bytes) => asked('ids.encode', { bytes: hex(bytes) }, () => ({ text: idFromBytes(bytes) }))),
    ...texts.map((text) => asked('ids.decode', { text }, () => ({ bytes: hex(fromBase64url(text, 16)) }))),
  ];
}

function keys(): Case[] {
  return [draw(32), new Uint8Array(32).fill(1)].flatMap((secret) => [
    asked('keys.generation', { secret: hex(secret) }, () => {
      const { fheSeed, frameSeed, ratchet } = deriveGeneration(secret);
      return { fheSeed: hex(fheSeed), frameSeed: hex(frameSeed), ratchet: hex(ratchet) };
    }),
    asked('keys.ratchet', { ratchet: hex(secret) }, () => ({
      pad: hex(ticketPad(secret)),
      next: hex(nextRatchet(secret)),
    })),
  ]);
}

function frames(): Case[] {
  return [1, 24].map((dim) => {
    const seed = draw(32);
    return asked('frame.make', { seed: hex(seed), dim }, () => {
      const { entries } = frame(seed, dim);
      const view = new DataView(new ArrayBuffer(4 * entries.length));
      for (const [at, value] of entries.entries()) view.setInt32(4 * at, value, true);
      return { hash: hex(sha256(new Uint8Array(view.buffer))) };
    });
  });
}

function templates(): Case[] {
  const projected = [1, 2].map(() => applyFrame(frame(draw(32), 32), meanVerifier([drawVector(32)])));
  const flat = new Float64Array(512); // no step brings it into the interval
  return [...projected, flat].map((y) =>
    asked('template.quantise', { y: Array.from(y) }, () => ({ digits: Array.from(quantise(y, sealed1)) })),
  );
}

function probes(): Case[] {
  return [1, 2].map(() => {
    const state = drawGeneration('ordinary', sealed1);
    const x = Array.from(drawVector(24));
    const input = { frameSeed: hex(state.frameSeed), ratchet: hex(state.ratchet), x };
    return asked('probe.make', input, () => ({
      b: hex(makeProbe({ ticket: advance(state, 0).ticket, embedding: x })),
    }));
  });
}

const generation = (count: number): GenerationStatement => ({
  generationId: idFromBytes(draw(16)),
  publicKeyHash: draw(32),
  ticketHashes: Array.from({ length: count }, () => draw(32)),
});

function ceremony(over: Partial<CeremonyContext> = {}): CeremonyContext {
  const [accountId, deviceId, ceremonyId] = [draw(16), draw(16), draw(16)].map(idFromBytes);
  return {
    purpose: 'sign-in',
    parameterSet: sealed1.id,
    accountId: accountId!,
    deviceId: deviceId!,
    ceremonyId: ceremonyId!,
    nonce: draw(32),
    expiresAt: 1_900_000_000_000,
    clientId: 'demo-shop',
    origin: 'https://id.example.org',
    manifestHash: draw(32),
    tau: 400,
    sMax: 1266,
    ...over,
  };
}

function transcripts(): Case[] {
  const ticket = { generationId: idFromBytes(draw(16)), ticketClass: 'ordinary', ticketIndex: 7 } as const;
  const match = { generationId: idFromBytes(draw(16)), ticketIndex: 3, tokenHash: draw(32) };
  const account = { clientId: 'blindsight:account', challengeHash: draw(32) };
  const all: Transcript[] = [
    {
      ...ceremony({ ...account, purpose: 'enrol' }),
      type: 'enrol-statement',
      devicePublicKey: draw(65),
      ordinary: generation(96),
      root: generation(24),
    },
    { ...ceremony(), type: 'sign-in-probe', ...ticket, probeHash: draw(32) },
    {
      ...ceremony({ clientId: 'größe', origin: 'http://localhost:4400' }),
      type: 'sign-in-answer',
      ...ticket,
      probeHash: draw(32),
      replyHash: draw(32),
      tokenHash: draw(32),
      outcomeHash: draw(32),
    },
    {
      ...ceremony({ ...account, purpose: 'renewal' }),
      type: 'renewal-statement',
      match,
      ordinary: generation(96),
    },
    {
      ...ceremony({ ...account, purpose: 'add-device' }),
      type: 'add-device-authorisation',
      match,
      newDevice: { deviceId: idFromBytes(draw(16)), devicePublicKey: draw(65), offerHash: draw(32) },
    },
    { ...ceremony(), type: 'challenge-ready', ...ticket, ticketClass: 'root', profile: 'no-light' },
  ];
  return all.map((transcript) =>
    asked('transcript.encode', plain(transcript), () => ({
      hash: hex(sha256(encodeTranscript(transcript))),
    })),
  );
}

/** For JSON: bytes become hex, all else stays, ids are texts as everywhere in JSON. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

/** The message, and what must be refused of it: cut, longer, empty, of another version. */
const spoilt = (message: Uint8Array): Uint8Array[] => [
  message,
  message.slice(0, -1),
  Uint8Array.from([...message, 0]),
  new Uint8Array(0),
  message.with(0, 2),
];

function messages(): Case[] {
  const [ordinary, root, signature, devicePublicKey] = [generation(96), generation(24), draw(64), draw(65)];
  const probe = encodeProbeMessage({ ticketIndex: 2 ** 31 + 5, probe: draw(64), signature });
  const renewal = encodeRenewalStatement({ ordinary, signature });
  const enrolment = encodeEnrolStatement({ devicePublicKey, ordinary, root, signature });
  const of = (operation: string, bytes: readonly Uint8Array[], decode: (bytes: Uint8Array) => unknown) =>
    bytes.map((message) => asked(operation, { bytes: hex(message) }, () => plain(decode(message))));
  return [
    ...of('messages.probe', spoilt(probe), decodeProbeMessage),
    // byte 1 is the class, byte 51 the lower half of the count
    ...of('messages.renewal', [...spoilt(renewal), renewal.with(1, 1), renewal.with(51, 95)], (bytes) =>
      decodeRenewalStatement(bytes, sealed1),
    ),
    ...of('messages.enrolment', [...spoilt(enrolment), enrolment.with(66, 1)], (bytes) =>
      decodeEnrolStatement(bytes, sealed1),
    ),
  ];
}

function tables(): Case[] {
  const residues = () =>
    Array.from({ length: 8 }, () => 1 + (new DataView(draw(4).buffer).getUint32(0) % 65536));
  return [
    [400, 1266],
    [1266, 1266],
  ].map(([tau, sMax]) => {
    const [id, alpha, m, token] = [draw(16), residues(), residues(), draw(16)];
    return asked('table.make', { ceremonyId: hex(id), alpha, m, token: hex(token), tau, sMax }, () => {
      const table = makeTable(
        sealed1,
        { ceremonyId: idFromBytes(id), tau: tau!, sMax: sMax! },
        { alpha, m },
        token,
      );
      return { table: hex(table!) };
    });
  });
}

/** A public key, a ticket, and replies to a face that is the enrolled one and to one that is not. */
async function exchanges(): Promise<Case[]> {
  const face = meanVerifier([drawVector(24)]);
  const state = { ...drawGeneration('root', sealed1), count: 1 };
  const { publicKey, tickets } = await makeTickets(state, face);
  const ticket = tickets[0]!;
  const s = Array.from(generateSecretKey(sealedSignIn, state.fheSeed).coefficients);
  const signs = Array.from(ticketPad(state.ratchet), (byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = templateDigits(state.frameSeed, face, sealed1);
  const masked = Array.from(digits, (digit, i) => (signs[i] === '1' ? 0 - digit : digit));

  const at = ceremony();
  const reply = (embedding: ArrayLike<number>) => {
    const probe = makeProbe({ ticket: advance(state, 0).ticket, embedding });
    return evaluateSealed({ ...at, publicKey, ticket, probe }).message;
  };
  const open = (message: Uint8Array, over: { tau?: number; ceremonyId?: string } = {}): Case => {
    const { ceremonyId, tau, sMax } = { ...at, ...over };
    const input = { reply: hex(message), ceremonyId: hex(idToBytes(ceremonyId)), tau, sMax, s };
    return asked('reply.open', input, () => {
      const { hit, token } = openReply(advance(state, 0).ticket, message, { ...at, ...over });
      return { token: hit ? hex(token) : null };
    });
  };
  const match = reply(face);
  const table = match.length - 24;
  const swapped = Uint8Array.from([
    ...match.slice(0, table - 24),
    ...match.slice(table),
    ...match.slice(table - 24, table),
  ]);
  const residue = Uint8Array.from(match).fill(255, 69, 74); // the first residue of Z, above the prime
  const zeros = new Array<number>(sealed1.degree - masked.length).fill(0);
  return [
    asked('ciphertexts.public-key', { bytes: hex(publicKey), s }, () => ({ zero: true })),
    asked('ciphertexts.ticket', { bytes: hex(ticket), s }, () => ({ message: [...masked, ...zeros] })),
    open(match),
    open(reply(face.map((value) => 0 - value))),
    ...[...spoilt(match).slice(1), swapped, residue].map((message) => open(message)),
    open(match, { tau: 402 }),
    open(match, { ceremonyId: idFromBytes(draw(16)) }),
  ];
}
