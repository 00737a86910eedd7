/**
 * Signing keys, cookie keys and the pairwise salt: made on first use, stored wrapped.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { KeyManagement } from '../ports/key-management.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { SigningKeys } from '../ports/signing-keys.ts';

/** RS256 because OpenID Connect requires it of every provider; ES256 for clients that ask for it. */
const algorithms = ['RS256', 'ES256'] as const;

export interface SigningKeysDeps {
  readonly secrets: Secrets;
  readonly keys: KeyManagement;
  readonly clock: () => number;
}

export function createSigningKeys({ secrets, keys, clock }: SigningKeysDeps): SigningKeys {
  const list = async (name: string): Promise<string[]> => {
    const rows = await secrets.list(name);
    return Promise.all(rows.map(async (row) => Buffer.from(await keys.unwrap(row, name)).toString('utf8')));
  };
  const add = async (name: string, text: string) =>
    secrets.add(name, await keys.wrap(new Uint8Array(Buffer.from(text, 'utf8')), name), clock());

  const making = new Map<string, Promise<string[]>>();
  /** What is stored under the name, after making the first one; two first uses at once share one making. */
  const listOrMake = (name: string, make: () => Promise<string[]>): Promise<string[]> => {
    const running = making.get(name);
    if (running) return running;
    const started = (async () => {
      const found = await list(name);
      if (found.length > 0) return found;
      for (const text of await make()) await add(name, text);
      return list(name);
    })().finally(() => making.delete(name));
    making.set(name, started);
    return started;
  };
  const random = async () => [randomBytes(32).toString('base64url')];

  return {
    async jwks() {
      const texts = await listOrMake('signing-key', async () => Promise.all(algorithms.map(newSigningKey)));
      return texts.map((text) => JSON.parse(text) as JWK);
    },
    async cookieKeys() {
      return listOrMake('cookie-key', random);
    },
    async pairwiseSalt() {
      return (await listOrMake('pairwise-salt', random)).at(-1)!;
    },
  };
}

async function newSigningKey(alg: string): Promise<string> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 3072 });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return JSON.stringify({ ...jwk, kid, alg, use: 'sig' });
}
