/** The whole comparison: what is decided under encryption is what the oracle decides in the clear. */
import { generateKeys, serializePublicKey } from '@blindsight/fhe/client';
import { sealedSignIn } from '@blindsight/fhe/params';
import { describe, expect, it } from 'vitest';
import { encryptTicket } from '../src/client/enrolment.ts';
import { ticketPad } from '../src/client/keys.ts';
import { advance, drawGeneration, makeProbe, makeTickets, openReply } from '../src/client.ts';
import { plainDecision, plainScorer } from '../src/oracle.ts';
import {
  checkPublicKey,
  checkTicket,
  decodeResult,
  encodeJob,
  evaluateSealed,
  runJob,
} from '../src/server.ts';
import {
  type CeremonyContext,
  decodeReplyMessage,
  decodeSealedResult,
  encodeReplyMessage,
  encodeSealedResult,
  newId,
  packSigns,
  sealed1,
  sha256,
  unpackSigns,
} from '../src/wire.ts';
import { codeOf, context, enrolled, near, uniform, vector } from './support/sample.ts';

const next = uniform('sealed-sign-in');
const w = vector(next, 48);
const { state, material } = await enrolled(w);
/** Tickets here are made once and used in many tests; a product uses each once. */
const ticketAt = (index: number) => advance(state, index).ticket;

function signIn(x: ArrayLike<number>, index: number, at: CeremonyContext) {
  const ticket = ticketAt(index);
  const probe = makeProbe({ ticket, embedding: x });
  const { publicKey, tickets } = material;
  const evaluated = evaluateSealed({ ...at, publicKey, ticket: tickets[index]!, probe });
  return { opened: openReply(ticket, evaluated.message, at), evaluated };
}

describe('parity with the oracle', () => {
  it('decides alike on 120 probes of every closeness, and hands over the token exactly on a hit', () => {
    let hits = 0;
    for (let run = 0; run < 120; run++) {
      const x = run % 4 === 3 ? vector(next, 48) : near(next, w, 2.5 * next());
      const at = context({ tau: 320 + 2 * Math.floor(300 * next()) });
      const { accept } = plainDecision(w, x, state.frameSeed, at);
      const { opened, evaluated } = signIn(x, run % 24, at);
      expect(opened.hit).toBe(accept);
      expect(Buffer.from(opened.token).equals(evaluated.token)).toBe(accept);
      expect(opened.tokenHash).toEqual(sha256(evaluated.token));
      expect(opened.replyHash).toEqual(evaluated.replyHash);
      hits += Number(accept);
    }
    // both outcomes must have been seen, or the parity says nothing
    expect(hits).toBeGreaterThan(10);
    expect(hits).toBeLessThan(100);
  });

  it('accepts at tau = s and refuses at tau = s + 2, on real probes', () => {
    const score = plainScorer(w, state.frameSeed);
    for (const [index, noise] of [0.5, 0.8, 1.1].entries()) {
      const x = near(next, w, noise);
      const s = score(x);
      expect(signIn(x, index, context({ tau: s })).opened.hit).toBe(true);
      expect(signIn(x, index, context({ tau: s + 2 })).opened.hit).toBe(false);
      expect(signIn(x, index, context({ tau: 320, sMax: s })).opened.hit).toBe(true);
      expect(signIn(x, index, context({ tau: 320, sMax: s - 2 })).opened.hit).toBe(false);
    }
  });

  // S_max + 2 is out of reach for a template in the interval (that is what S_max means), so these digits are not.
  const digits = Int8Array.from({ length: 512 }, (_, i) => (i < 250 ? 3 : 2)); // sum 1274
  const signs = (score: number) => {
    // turning a digit takes twice its value: `threes` threes and `twos` twos take (1274 - score) / 2
    const left = (1274 - score) / 2;
    const least = Math.max(0, Math.ceil((left - 2 * 262) / 3));
    const threes = (left - 3 * least) % 2 === 0 ? least : least + 1;
    const twos = (left - 3 * threes) / 2;
    return Int8Array.from({ length: 512 }, (_, i) => (i < threes || (i >= 250 && i < 250 + twos) ? -1 : 1));
  };
  const tau = 400;
  it.each([
    [tau - 2, false],
    [tau, true],
    [tau + 2, true],
    [1264, true],
    [1266, true],
    [1268, false],
    [-tau, false],
  ])('at a score of exactly %i: %s', (score, accept) => {
    const one = drawGeneration('root', sealed1);
    const { secretKey, publicKey } = generateKeys(sealedSignIn, one.fheSeed);
    const pad = ticketPad(one.ratchet);
    const a = signs(score);
    expect(digits.reduce((sum, digit, i) => sum + digit * a[i]!, 0)).toBe(score);
    const rho = unpackSigns(pad);
    const at = context({ tau, sMax: 1266 });
    const evaluated = evaluateSealed({
      ...at,
      publicKey: serializePublicKey(publicKey),
      ticket: encryptTicket(secretKey, digits, pad),
      probe: packSigns(a.map((sign, i) => sign * rho[i]!)),
    });
    expect(openReply(advance(one, 0).ticket, evaluated.message, at).hit).toBe(accept);
  });
});

describe('what a reply opens to', () => {
  const x = near(next, w, 0.4);
  it('is nothing with the ticket of another index, another generation, or for another ceremony', async () => {
    const at = context();
    const probe = makeProbe({ ticket: ticketAt(1), embedding: x });
    const evaluate = (index: number, publicKey = material.publicKey) =>
      evaluateSealed({ ...at, publicKey, ticket: material.tickets[index]!, probe }).message;
    expect(openReply(ticketAt(1), evaluate(1), at).hit).toBe(true);
    // the pad of ticket 1 on the ciphertext of ticket 2: the score is noise
    expect(openReply(ticketAt(2), evaluate(2), at).hit).toBe(false);
    // another generation's key
    const stranger = drawGeneration('root', sealed1);
    expect(openReply(advance(stranger, 1).ticket, evaluate(1), at).hit).toBe(false);
    expect(await codeOf(() => openReply(ticketAt(1), evaluate(1), { ...at, ceremonyId: newId() }))).toBe(
      'reply-refused',
    );
  });

  it('is random on a miss, never the same twice', () => {
    const far = vector(next, 48);
    const tokens = [0, 1, 2].map(() => signIn(far, 0, context({ tau: 800 })).opened);
    expect(tokens.every(({ hit }) => !hit)).toBe(true);
    expect(new Set(tokens.map(({ token }) => Buffer.from(token).toString('hex'))).size).toBe(3);
  });

  it('is a miss when the commitment is to another token', () => {
    const at = context();
    const ticket = ticketAt(3);
    const probe = makeProbe({ ticket, embedding: x });
    const { message } = evaluateSealed({ ...at, ...material, ticket: material.tickets[3]!, probe });
    const other = encodeReplyMessage({
      ...decodeReplyMessage(message),
      tokenHash: sha256(new Uint8Array(16)),
    });
    expect(openReply(ticket, other, at).hit).toBe(false);
  });

  it('is opened once', async () => {
    const at = context();
    const ticket = ticketAt(4);
    const probe = makeProbe({ ticket, embedding: x });
    const { message } = evaluateSealed({ ...at, ...material, ticket: material.tickets[4]!, probe });
    expect(openReply(ticket, message, at).hit).toBe(true);
    expect(await codeOf(() => openReply(ticket, message, at))).toBe('ticket-spent');
  });
});

describe('what is refused before anything is decrypted', () => {
  const at = context();
  const probe = makeProbe({ ticket: ticketAt(5), embedding: near(next, w, 0.4) });
  const { message } = evaluateSealed({ ...at, ...material, ticket: material.tickets[5]!, probe });
  const { sealed, ...head } = decodeReplyMessage(message);
  const { z, table } = decodeSealedResult(sealed, 434);
  const reply = (over: { z?: Uint8Array; table?: Uint8Array }) =>
    encodeReplyMessage({ ...head, sealed: encodeSealedResult({ z, table, ...over }) });
  const swapped = Uint8Array.from(table);
  swapped.copyWithin(0, 24, 48);
  const saturated = Uint8Array.from(z).fill(255, z.length - 100);

  const wrong: [string, Uint8Array, CeremonyContext, string][] = [
    ['a cut reply', message.slice(0, -1), at, 'reply-refused'],
    ['a longer reply', Uint8Array.from([...message, 0]), at, 'reply-refused'],
    ['an oversized reply', new Uint8Array(33 * 1024), at, 'reply-refused'],
    ['an empty reply', new Uint8Array(0), at, 'reply-refused'],
    ['one entry fewer', reply({ table: table.slice(24) }), at, 'reply-refused'],
    ['tags out of order', reply({ table: swapped }), at, 'reply-refused'],
    ['a cut Z', reply({ z: z.slice(0, -1) }), at, 'reply-refused'],
    ['residues that are not canonical', reply({ z: saturated }), at, 'reply-refused'],
    ['a ticket in place of Z', reply({ z: material.tickets[0]!.slice(0, z.length) }), at, 'reply-refused'],
    ['another tau than was agreed', message, { ...at, tau: 402 }, 'reply-refused'],
    ['a tau below the floor', message, { ...at, tau: 318 }, 'policy-refused'],
    ['an odd tau', message, { ...at, tau: 401 }, 'policy-refused'],
    ['an S_max above the limit', message, { ...at, sMax: 1268 }, 'policy-refused'],
    ['foreign parameters', message, { ...at, parameterSet: 'sealed/2' }, 'unsupported-parameters'],
  ];
  it.each(wrong)('%s', async (_name, bytes, where, code) => {
    const ticket = ticketAt(5);
    expect(await codeOf(() => openReply(ticket, bytes, where))).toBe(code);
    // the ticket was not opened by it: the true reply still opens
    expect(openReply(ticket, message, at).hit).toBe(true);
  });
});

describe('what the server refuses to evaluate or keep', () => {
  const job = {
    ...context(),
    publicKey: material.publicKey,
    ticket: material.tickets[0]!,
    probe: new Uint8Array(64),
  };
  const spoiled = (bytes: Uint8Array, at: number, value: number) =>
    bytes.map((byte, i) => (i === at ? value : byte));

  it.each([
    ['a short probe', { probe: new Uint8Array(63) }, 'malformed-message'],
    ['odd thresholds', { tau: 401 }, 'policy-refused'],
    ['a table beyond its limit', { tau: 200 }, 'policy-refused'],
    ['a cut ticket', { ticket: job.ticket.slice(0, -1) }, 'ticket-refused'],
    ['a public key as a ticket', { ticket: job.publicKey }, 'ticket-refused'],
    ['a ticket as a public key', { publicKey: job.ticket }, 'public-key-refused'],
    ['a foreign fingerprint', { ticket: spoiled(job.ticket, 8, job.ticket[8]! ^ 1) }, 'ticket-refused'],
  ])('%s', async (_name, over, code) => {
    expect(await codeOf(() => evaluateSealed({ ...job, ...over }))).toBe(code);
  });

  it('checks an upload before it is stored', async () => {
    checkTicket(job.ticket);
    checkPublicKey(job.publicKey);
    const nonCanonical = Uint8Array.from(job.ticket).fill(255, 1000, 1100);
    for (const bytes of [nonCanonical, job.publicKey, job.ticket.slice(1), new Uint8Array(0)]) {
      expect(await codeOf(() => checkTicket(bytes))).toBe('ticket-refused');
    }
    expect(await codeOf(() => checkPublicKey(job.ticket))).toBe('public-key-refused');
    expect(await codeOf(() => checkTicket(new Uint8Array(56 * 1024 + 1)))).toBe('message-too-large');
    expect(await codeOf(() => checkPublicKey(new Uint8Array(64 * 1024 + 1)))).toBe('message-too-large');
  });

  it('does the same behind the bytes of a job', async () => {
    const at = context();
    const ticket = ticketAt(6);
    const probe = makeProbe({ ticket, embedding: near(next, w, 0.3) });
    const bytes = encodeJob({ ...at, publicKey: material.publicKey, ticket: material.tickets[6]!, probe });
    const result = decodeResult(runJob(bytes));
    expect(openReply(ticket, result.message, at).token).toEqual(result.token);
    expect([result.tokenHash, result.replyHash]).toEqual([
      sha256(result.token),
      sha256(decodeReplyMessage(result.message).sealed),
    ]);
    expect(await codeOf(() => runJob(bytes.slice(0, -1)))).toBe('malformed-message');
    expect(await codeOf(() => runJob(spoiled(bytes, 0, 9)))).toBe('unsupported-version');
    expect(await codeOf(() => runJob(spoiled(bytes, 1, 9)))).toBe('malformed-message');
    expect(await codeOf(() => runJob(new Uint8Array(200_000)))).toBe('message-too-large');
  });
});

describe('sizes', () => {
  it('stay inside their limits', () => {
    const at = context({ tau: 320 });
    const { evaluated } = signIn(w, 0, at);
    const sizes = {
      ticket: material.tickets[0]!.length,
      publicKey: material.publicKey.length,
      down: evaluated.message.length,
    };
    expect(sizes.ticket).toBeLessThanOrEqual(55 * 1024);
    expect(sizes.publicKey).toBeLessThanOrEqual(55 * 1024);
    expect(sizes.down).toBeLessThanOrEqual(32 * 1024);
    // the largest table there is
    expect(sizes.down + (512 - 474) * 24).toBeLessThanOrEqual(32 * 1024);
  });

  it('does not lose tickets when progress is slow, and reports each', async () => {
    const seen: number[] = [];
    const short = { ...drawGeneration('root', sealed1), count: 3 };
    const made = await makeTickets(short, w, { onProgress: async (done) => void seen.push(done) });
    expect([seen, made.tickets.length]).toEqual([[1, 2, 3], 3]);
    expect(made.statement.ticketHashes).toEqual(made.tickets.map((ticket) => sha256(ticket)));
  });
});
