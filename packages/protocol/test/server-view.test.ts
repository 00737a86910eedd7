/** What a server sees: nothing that depends on the face, in values, sizes or work. */
import { generateKeys } from '@blindsight/fhe/client';
import { type Randomness, sealedSignIn, seededRandomness } from '@blindsight/fhe/params';
import { describe, expect, it } from 'vitest';
import { encryptTicket } from '../src/client/enrolment.ts';
import { applyFrame, frame } from '../src/client/frame.ts';
import { ticketPad } from '../src/client/keys.ts';
import { advance, drawGeneration, makeProbe } from '../src/client.ts';
import { evaluateSealed } from '../src/server.ts';
import { decodeReplyMessage, decodeSealedResult, packSigns, sealed1, unpackSigns } from '../src/wire.ts';
import { context, enrolled, near, uniform, vector } from './support/sample.ts';

const next = uniform('server-view');
const face = vector(next, 16);

describe('b', () => {
  /** All probes one face sends over whole generations; the pad is real randomness. */
  const probes: Int8Array[] = [];
  for (let k = 0; k < 17; k++) {
    let state = drawGeneration('root', sealed1);
    for (let j = 0; j < 24; j++) {
      const spent = advance(state, j);
      state = spent.state;
      probes.push(unpackSigns(makeProbe({ ticket: spent.ticket, embedding: near(next, face, 0.1) })));
    }
  }
  const seed = new Uint8Array(32).fill(1);
  const matrix = frame(seed, 16);
  /** The planted fault: the same face without a pad. */
  const bare = probes.map(() =>
    Int8Array.from(applyFrame(matrix, near(next, face, 0.1)), (y) => (y < 0 ? -1 : 1)),
  );

  /** Chi-square of the signs per position: 512 degrees of freedom, mean 512, deviation 32. */
  const chiSquare = (rows: readonly Int8Array[]) => {
    let total = 0;
    for (let i = 0; i < 512; i++) total += rows.reduce((sum, row) => sum + row[i]!, 0) ** 2 / rows.length;
    return total;
  };
  /** The same of the products of consecutive probes: what a reused or a linear pad would show. */
  const consecutive = (rows: readonly Int8Array[]) =>
    rows.slice(1).map((row, k) => row.map((sign, i) => sign * rows[k]![i]!));
  const limit = 512 + 7 * 32; // a fair coin stays below it but for about 1e-10

  it('is uniform at every position (chi-square), whoever looks', () => {
    expect(chiSquare(probes)).toBeLessThan(limit);
    expect(chiSquare(bare)).toBeGreaterThan(100 * limit);
  });

  it('is independent of the probe before', () => {
    expect(chiSquare(consecutive(probes))).toBeLessThan(limit);
    expect(chiSquare(consecutive(bare))).toBeGreaterThan(100 * limit);
  });

  it('has as many of one sign as of the other in sum', () => {
    const total = probes.reduce((sum, row) => sum + row.reduce((s, sign) => s + sign, 0), 0);
    expect(Math.abs(total)).toBeLessThan(7 * Math.sqrt(512 * probes.length));
  });
});

describe('a ciphertext', async () => {
  const { state, material } = await enrolled(face);
  const { secretKey } = generateKeys(sealedSignIn, state.fheSeed);
  const zero = new Int8Array(512);
  const zeros = material.tickets.map((_, j) =>
    encryptTicket(secretKey, zero, ticketPad(new Uint8Array(32).fill(j))),
  );

  /** Lengths, and the sequence of draws of randomness: two runs of one code path draw alike. */
  const view = (ticket: Uint8Array, probe: Uint8Array) => {
    const draws: number[] = [];
    const stream = seededRandomness(new Uint8Array(32), 'test/view');
    const random: Randomness = {
      words(count) {
        draws.push(count);
        return stream.words(count);
      },
    };
    const at = context({ ceremonyId: 'AAAAAAAAAAAAAAAAAAAAAA' });
    const { message, token } = evaluateSealed({
      ...at,
      publicKey: material.publicKey,
      ticket,
      probe,
      random,
    });
    const { z, table } = decodeSealedResult(decodeReplyMessage(message).sealed, 434);
    return {
      stored: ticket.length,
      header: ticket.slice(0, 16),
      message: message.length,
      z,
      table,
      token,
      draws,
    };
  };

  it('can be replaced by an encryption of zero: same sizes, same work, same table', () => {
    for (const [j, ticket] of material.tickets.entries()) {
      const probe = makeProbe({ ticket: advance(state, j).ticket, embedding: face });
      const { z: one, ...real } = view(ticket, probe);
      const { z: two, ...blank } = view(zeros[j]!, probe);
      expect(blank).toEqual(real);
      expect(two.length).toBe(one.length);
      expect(two).not.toEqual(one);
    }
  });

  it('answers with exactly 8 coefficients of c0 and one limb of c1', () => {
    const { z } = view(material.tickets[0]!, packSigns(new Int8Array(512).fill(1)));
    const header = 16;
    // 36 bits for a residue below 49929756673
    const bits = (count: number) => Math.ceil((count * 36) / 8);
    expect(z.length).toBe(header + bits(8) + bits(4096));
  });
});
