/**
 * Mutated messages: none is accepted, none crashes. Some thousand in the normal run;
 * `BLINDSIGHT_MUTATIONS=1000000 vitest run packages/protocol/test/mutations.test.ts` for the long one, minutes of
 * CPU time: shares are by cost, a reply is opened by the device and costs most.
 */
import { seededRandomness } from '@blindsight/fhe/params';
import { describe, expect, it } from 'vitest';
import {
  advance,
  createDeviceKey,
  makeProbe,
  openReply,
  signEnrolment,
  signTranscript,
} from '../src/client.ts';
import {
  evaluateSealed,
  type ProbeRecord,
  verifyAnswer,
  verifyEnrolStatement,
  verifyProbe,
} from '../src/server.ts';
import { answerTranscript, encodeProbeMessage, ProtocolError, probeTranscript, sha256 } from '../src/wire.ts';
import { context, enrolled, near, uniform, vector } from './support/sample.ts';

const total = Number(process.env['BLINDSIGHT_MUTATIONS'] ?? 4000);
const timeout = Math.max(60_000, total * 20);
const random = seededRandomness(new Uint8Array(32), 'test/mutations');
const below = (bound: number) => random.words(1)[0]! % bound;

/** One change of a kind that parsers get wrong: bits, bytes, lengths, order, ends. Never the original. */
function mutate(original: Uint8Array): Uint8Array {
  for (;;) {
    let bytes = Uint8Array.from(original);
    const at = below(Math.max(1, bytes.length));
    switch (below(8)) {
      case 0:
        bytes[at]! ^= 1 << below(8);
        break;
      case 1:
        bytes[at] = [0, 1, 127, 128, 255][below(5)]!;
        break;
      case 2:
        bytes = bytes.slice(0, at);
        break;
      case 3:
        bytes = Uint8Array.from([...bytes, ...random.words(1 + below(8)).map((word) => word & 255)]);
        break;
      case 4:
        bytes.copyWithin(at, below(bytes.length), below(bytes.length));
        break;
      case 5:
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1)]);
        break;
      case 6:
        bytes.fill(below(256), at, at + 1 + below(64));
        break;
      default:
        for (let k = 0; k < 4; k++) bytes[below(64) % Math.max(1, bytes.length)] = below(256);
    }
    if (!Buffer.from(bytes).equals(original)) return bytes;
  }
}

/** Runs `accepts` on mutations of a message; counts what got through and what was thrown that is not ours. */
async function attack(original: Uint8Array, runs: number, accepts: (bytes: Uint8Array) => Promise<boolean>) {
  const outcome = { accepted: 0, crashed: 0, refused: 0 };
  for (let k = 0; k < runs; k++) {
    try {
      outcome[(await accepts(mutate(original))) ? 'accepted' : 'refused']++;
    } catch (error) {
      outcome[error instanceof ProtocolError ? 'refused' : 'crashed']++;
    }
  }
  return outcome;
}

describe('mutated messages', async () => {
  const next = uniform('mutations');
  const face = vector(next, 16);
  const { state, material } = await enrolled(face);
  const device = await createDeviceKey();
  const at = context();
  const record: ProbeRecord = {
    context: at,
    generationId: state.generationId,
    ticketClass: 'root',
    devicePublicKey: device.publicKey,
  };
  const { ticket } = advance(state, 0);
  const probe = makeProbe({ ticket, embedding: near(next, face, 0.1) });
  const transcript = probeTranscript(at, { ...record, ticketIndex: 0, probe });
  const signature = await signTranscript(device.privateKey, transcript);
  const { message, replyHash, tokenHash } = evaluateSealed({
    ...at,
    ...material,
    ticket: material.tickets[0]!,
    probe,
  });

  const enrolment = context({ purpose: 'enrol', clientId: 'blindsight:account' });
  const other = await enrolled(face);
  const ordinary = {
    ...other.material,
    statement: {
      ...other.material.statement,
      ticketHashes: Array.from({ length: 96 }, () => tokenHash),
    },
  };

  /** Device and server from the reply on: does the server count this as a hit? */
  const answered = async (reply: Uint8Array) => {
    const opened = openReply(advance(state, 0).ticket, reply, at);
    const signed = await signTranscript(
      device.privateKey,
      answerTranscript(transcript, opened, opened.token),
    );
    const sent = { token: opened.token, signature: signed };
    return verifyAnswer({ record, ticketIndex: 0, probeHash: sha256(probe), replyHash, tokenHash, ...sent });
  };
  const probed = async (bytes: Uint8Array) => Boolean(await verifyProbe(record, bytes));
  const stated = async (bytes: Uint8Array) => Boolean(await verifyEnrolStatement(enrolment, bytes));
  const originals = {
    probe: { bytes: encodeProbeMessage({ ticketIndex: 0, probe, signature }), accepts: probed, share: 0.5 },
    statement: {
      bytes: await signEnrolment(enrolment, device, { root: material, ordinary }),
      accepts: stated,
      share: 0.4,
    },
    reply: { bytes: message, accepts: answered, share: 0.1 },
  };

  it.each(Object.entries(originals))(
    '%s: 0 accepted, 0 crashes',
    { timeout },
    async (_name, { bytes, accepts, share }) => {
      // the message itself is accepted, so that a refusal means the mutation
      expect(await accepts(bytes)).toBe(true);
      const runs = Math.ceil(total * share);
      expect(await attack(bytes, runs, accepts)).toEqual({ accepted: 0, crashed: 0, refused: runs });
    },
  );

  it('ticket: a mutation is another hash, and evaluating it never crashes or gives the token away', {
    timeout,
  }, async () => {
    const runs = Math.ceil(total / 100);
    const evaluated = async (bytes: Uint8Array) => {
      expect(sha256(bytes)).not.toEqual(material.statement.ticketHashes[0]);
      const result = evaluateSealed({ ...at, publicKey: material.publicKey, ticket: bytes, probe });
      return openReply(advance(state, 0).ticket, result.message, at).hit;
    };
    expect(await attack(material.tickets[0]!, runs, evaluated)).toEqual({
      accepted: 0,
      crashed: 0,
      refused: runs,
    });
  });
});
