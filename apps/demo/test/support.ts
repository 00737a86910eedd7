/**
 * A provider just large enough to be wrong on purpose: each test says what it answers.
 * @module
 */
import { createSign, generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export interface StubProvider {
  readonly issuer: string;
  /** Claims of the next ID token, over the valid ones. */
  claims: Record<string, unknown>;
  /** Bodies of the token requests so far. */
  readonly redeemed: URLSearchParams[];
  close(): Promise<void>;
}

/** @param nonces where the authorization requests' nonces are looked up, by code */
export async function stubProvider(
  clientId: string,
): Promise<StubProvider & { approve(address: string): string }> {
  const app = fastify();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_r, body, done) =>
    done(null, body),
  );
  const nonces = new Map<string, string>();
  const stub = {
    issuer: '',
    claims: {} as Record<string, unknown>,
    redeemed: [] as URLSearchParams[],
    close: () => app.close(),
    /** What a person's browser would do: the address the provider sends them back to. */
    approve(address: string): string {
      const params = new URL(address).searchParams;
      const code = `code-${nonces.size}`;
      nonces.set(code, params.get('nonce') ?? '');
      const back = new URL(params.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({
        code,
        state: params.get('state') ?? '',
        iss: stub.issuer,
      }).toString();
      return back.pathname + back.search;
    },
  };

  app.get('/.well-known/openid-configuration', () => ({
    issuer: stub.issuer,
    authorization_endpoint: `${stub.issuer}/auth`,
    token_endpoint: `${stub.issuer}/token`,
    jwks_uri: `${stub.issuer}/jwks`,
    end_session_endpoint: `${stub.issuer}/logout`,
    response_types_supported: ['code'],
    id_token_signing_alg_values_supported: ['RS256'],
    subject_types_supported: ['pairwise'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  }));
  app.get('/jwks', () => ({
    keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig', alg: 'RS256' }],
  }));
  app.post('/token', (request) => {
    const body = new URLSearchParams(request.body as string);
    stub.redeemed.push(body);
    const now = Math.floor(Date.now() / 1000);
    const valid = {
      iss: stub.issuer,
      aud: clientId,
      sub: 's',
      iat: now,
      exp: now + 60,
      nonce: nonces.get(body.get('code') ?? ''),
    };
    const input = `${encode({ alg: 'RS256', kid: 'k' })}.${encode({ ...valid, ...stub.claims })}`;
    const signature = createSign('RSA-SHA256').update(input).sign(privateKey, 'base64url');
    return { access_token: 'a', token_type: 'Bearer', id_token: `${input}.${signature}` };
  });

  await app.listen({ port: 0, host: 'localhost' });
  stub.issuer = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  return stub;
}
