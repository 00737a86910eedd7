import { describe, expect, it } from 'vitest';
import * as client from '../src/client.ts';
import * as evaluate from '../src/evaluate.ts';
import { noopClient, noopEvaluate } from '../src/noop.ts';
import { sealedSignIn } from '../src/params.ts';
import type { ClientScheme, EvaluateScheme } from '../src/scheme.ts';
import { named } from './support/exact.ts';
import { drawInputs, expected, multiplier, positions } from './support/sign-in.ts';

// These assignments are the test that the modules have the shape of a scheme: they must compile.
const realClient: ClientScheme<client.SecretKey, client.PublicKey, client.MaskedCiphertext> = client;
const realEvaluate: EvaluateScheme<
  evaluate.PublicKey,
  evaluate.Ciphertext<'eval'>,
  evaluate.Plaintext,
  evaluate.Ciphertext<'coeff'>,
  evaluate.MaskedCiphertext
> = evaluate;

/** A protocol that takes its scheme as an argument: one reply, the bytes that crossed, and what it opened to. */
function signIn<S, P, M, P2, C, T, F, M2>(
  c: ClientScheme<S, P, M>,
  e: EvaluateScheme<P2, C, T, F, M2>,
  name: string,
) {
  const inputs = drawInputs(named(name));
  const { secretKey, publicKey } = c.generateKeys(sealedSignIn, new Uint8Array(32).fill(4));
  const [key, ticket] = [c.serializePublicKey(publicKey), c.encryptSeeded(secretKey, inputs.message)];
  const plain = e.plaintext(sealedSignIn, multiplier(inputs));
  const product = e.multiplyPlain(e.parseCiphertext(sealedSignIn, ticket), plain);
  const fresh = e.rerandomise(e.parsePublicKey(sealedSignIn, key), product);
  const reply = e.serializeMasked(e.maskCoefficients(fresh, positions, inputs.masks));
  const opened = c.decryptCoefficients(secretKey, c.parseMasked(sealedSignIn, reply, positions));
  return { key, ticket, reply, opened, expected: expected(inputs) };
}

describe('no-op scheme', () => {
  it('gives the result of the real one, in messages of the same sizes', () => {
    const real = signIn(realClient, realEvaluate, 'both');
    const noop = signIn(noopClient, noopEvaluate, 'both');
    expect(noop.opened).toEqual(real.opened);
    expect(noop.opened).toEqual(noop.expected);
    for (const part of ['key', 'ticket', 'reply'] as const) expect(noop[part].length).toBe(real[part].length);
  });

  it('and the real one refuse each other', () => {
    const real = signIn(realClient, realEvaluate, 'refuse');
    const noop = signIn(noopClient, noopEvaluate, 'refuse');
    const refused = expect.objectContaining({ code: 'wrong-parameters' });
    expect(() => evaluate.parseCiphertext(sealedSignIn, noop.ticket)).toThrow(refused);
    expect(() => evaluate.parsePublicKey(sealedSignIn, noop.key)).toThrow(refused);
    expect(() => client.parseMasked(sealedSignIn, noop.reply, positions)).toThrow(refused);
    expect(() => noopEvaluate.parseCiphertext(sealedSignIn, real.ticket)).toThrow(refused);
    expect(() => noopClient.parseMasked(sealedSignIn, real.reply, positions)).toThrow(refused);
  });

  it('adds, and refuses what the real one refuses', () => {
    const { secretKey } = noopClient.generateKeys(sealedSignIn, new Uint8Array(32));
    const ones = noopEvaluate.parseCiphertext(
      sealedSignIn,
      noopClient.encryptSeeded(secretKey, new Int32Array(4096).fill(-1)),
    );
    const masked = noopEvaluate.maskCoefficients(noopEvaluate.add(ones, ones), [0, 4095], [0, 5]);
    expect(noopClient.decryptCoefficients(secretKey, masked)).toEqual([65_535, 3]);
    expect(() => noopClient.encryptSeeded(secretKey, new Int32Array(4096).fill(40_000))).toThrow(
      expect.objectContaining({ code: 'bad-message' }),
    );
    noopClient.wipeSecretKey(secretKey);
    expect(() => noopClient.decryptCoefficients(secretKey, masked)).toThrow(
      expect.objectContaining({ code: 'wiped-key' }),
    );
  });
});
