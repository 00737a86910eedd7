/**
 * Sealed sign-in's cryptography at deployment size. Each answer is checked before it is timed; keys and inputs are
 * made outside the timed region. No peer: node-seal has neither this reply nor a packed format.
 * @module
 */
import { fullRing } from '../src/bgv/rings.ts';
import * as client from '../src/client.ts';
import * as evaluate from '../src/evaluate.ts';
import { sealedSignIn, seededRandomness } from '../src/params.ts';
import { drawInputs, expected, multiplier, positions } from '../test/support/sign-in.ts';
import { cpuMs, type Report } from './measure.ts';

export function sealedSignInBench(report: Report, progress: (line: string) => void): void {
  const { kernel } = fullRing(sealedSignIn);
  const parameters = { id: sealedSignIn.id, kernel: kernel.name };
  const { calls, objects } = sealedSignInCalls();
  for (const [name, call] of Object.entries(calls)) {
    progress(`fhe sign-in-${name}`);
    report({ bench: 'fhe', case: `sign-in-${name}`, metric: 'cpu_ms', ...cpuMs(call), parameters });
  }
  for (const [name, bytes] of Object.entries(objects)) {
    const row = { bench: 'fhe', metric: 'bytes', value: bytes.length, n: 1, parameters } as const;
    report({ ...row, case: `size-${name}/4096` });
  }
}

/** The operations by name, with the kernel in use, and what they make. Throws when the answer is wrong. */
export function sealedSignInCalls() {
  const random = seededRandomness(new Uint8Array(32), 'bench');
  const { secretKey, publicKey } = client.generateKeys(sealedSignIn, new Uint8Array(32));
  const inputs = drawInputs(random);
  const key = client.serializePublicKey(publicKey);
  const ticket = client.encryptSeeded(secretKey, inputs.message);
  const answer = () => {
    const product = evaluate.multiplyPlain(
      evaluate.parseCiphertext(sealedSignIn, ticket),
      evaluate.plaintext(sealedSignIn, multiplier(inputs)),
    );
    const fresh = evaluate.rerandomise(evaluate.parsePublicKey(sealedSignIn, key), product);
    return evaluate.serializeMasked(evaluate.maskCoefficients(fresh, positions, inputs.masks));
  };
  const reply = answer();
  const open = () =>
    client.decryptCoefficients(secretKey, client.parseMasked(sealedSignIn, reply, positions));
  const right = expected(inputs);
  if (open().some((u, l) => u !== right[l])) throw new Error('the reply opens wrong; not timing it');

  const calls: Record<string, () => unknown> = {
    'keys/4096': () => client.generateKeys(sealedSignIn, new Uint8Array(32)),
    'encrypt-seeded/4096': () => client.encryptSeeded(secretKey, inputs.message),
    'reply/4096': answer,
    'decrypt/4096': open,
  };
  return { calls, objects: { 'public-key': key, ciphertext: ticket, reply } };
}
