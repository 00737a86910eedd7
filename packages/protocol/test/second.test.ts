/** A second implementation, in Python and from docs/PROTOCOL.md alone, reads what the first one writes. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { generateKeys } from '@blindsight/fhe/client';
import { sealedSignIn } from '@blindsight/fhe/params';
import { describe, expect, it } from 'vitest';
import { templateDigits } from '../src/client/enrolment.ts';
import { frame } from '../src/client/frame.ts';
import { advance, drawGeneration, makeProbe, makeTickets, meanVerifier } from '../src/client.ts';
import { evaluateSealed } from '../src/server.ts';
import { entryCount, idToBytes, sealed1, sha256 } from '../src/wire.ts';
import { context, uniform, vector } from './support/sample.ts';

const python = spawnSync('python3', ['-c', 'import math; math.prod']);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe.skipIf(python.status !== 0)('the second implementation (skipped without python3)', () => {
  const dim = 24;
  const face = meanVerifier([vector(uniform('second'), dim)]);

  const exchange = async (embedding: ArrayLike<number>) => {
    const state = { ...drawGeneration('root', sealed1), count: 1 };
    const { publicKey, tickets } = await makeTickets(state, face);
    const at = context();
    const probe = makeProbe({ ticket: advance(state, 0).ticket, embedding });
    const evaluated = evaluateSealed({ ...at, publicKey, ticket: tickets[0]!, probe });
    const { secretKey } = generateKeys(sealedSignIn, state.fheSeed);
    const input = {
      publicKey: hex(publicKey),
      ticket: hex(tickets[0]!),
      reply: hex(evaluated.message),
      ceremonyId: hex(idToBytes(at.ceremonyId)),
      ratchet: hex(state.ratchet),
      frameSeed: hex(state.frameSeed),
      s: Array.from(secretKey.coefficients),
      t: Array.from(templateDigits(state.frameSeed, face, sealed1)),
      count: entryCount(sealed1, at.tau, at.sMax),
      dim,
    };
    const file = fileURLToPath(new URL('./second/sealed.py', import.meta.url));
    const { stdout, stderr } = spawnSync('python3', [file], {
      input: JSON.stringify(input),
      encoding: 'utf8',
    });
    if (!stdout) throw new Error(stderr);
    return { state, token: hex(evaluated.token), found: JSON.parse(stdout) as Record<string, unknown> };
  };

  it('makes the same frame, decrypts key and ticket, and opens the reply of a match to the token', async () => {
    const { state, token, found } = await exchange(face);
    const { entries } = frame(state.frameSeed, dim);
    const view = new DataView(new ArrayBuffer(4 * entries.length));
    for (const [at, value] of entries.entries()) view.setInt32(4 * at, value, true);
    expect(found).toEqual({
      frame: hex(sha256(new Uint8Array(view.buffer))),
      publicKeyIsZero: true,
      ticketIsMaskedTemplate: true,
      token,
    });
  });

  it('finds no token in the reply to another face', async () => {
    const { found } = await exchange(face.map((value) => -value));
    expect(found).toMatchObject({ ticketIsMaskedTemplate: true, token: null });
  });
});
