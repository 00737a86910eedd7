/**
 * The provider's secrets, checked before anything is signed with them.
 * @module
 */
import type { JWK } from 'jose';
import { ServerError } from '../errors.ts';
import type { SigningKeys } from '../ports/signing-keys.ts';

export interface OidcKeys {
  readonly jwks: readonly JWK[];
  readonly cookieKeys: readonly string[];
  readonly pairwiseSalt: string;
}

/** Key ids that ship inside oidc-provider or are published in examples: everybody has their private half. */
const published = /change-me|example|^dev(elopment)?$|^test$/i;

/**
 * @throws {ServerError} `dev-keys-in-production` for published keys, short cookie keys or exposed clients of a
 *   development machine; `bad-configuration` when no key can sign RS256 and ES256.
 */
export async function loadKeys(source: SigningKeys, production: boolean): Promise<OidcKeys> {
  const [jwks, cookieKeys, pairwiseSalt] = await Promise.all([
    source.jwks(),
    source.cookieKeys(),
    source.pairwiseSalt(),
  ]);
  for (const alg of ['RS256', 'ES256']) {
    if (!jwks.some((jwk) => signs(jwk, alg)))
      throw new ServerError('bad-configuration', { details: { alg } });
  }
  if (cookieKeys.length === 0) throw new ServerError('bad-configuration', { details: { cookieKeys: 0 } });
  if (production) refuseDevelopmentKeys(jwks, cookieKeys);
  return { jwks, cookieKeys, pairwiseSalt };
}

function signs(jwk: JWK, alg: string): boolean {
  return jwk.d !== undefined && (jwk.alg === alg || (jwk.alg === undefined && alg === defaultAlg(jwk)));
}

function defaultAlg(jwk: JWK): string {
  return jwk.kty === 'RSA' ? 'RS256' : 'ES256';
}

function refuseDevelopmentKeys(jwks: readonly JWK[], cookieKeys: readonly string[]): void {
  const kid = jwks.find((jwk) => published.test(jwk.kid ?? ''))?.kid;
  if (kid !== undefined) throw new ServerError('dev-keys-in-production', { details: { kid } });
  const shortest = Math.min(...cookieKeys.map((key) => Buffer.from(key, 'base64url').length));
  if (shortest < 32)
    throw new ServerError('dev-keys-in-production', { details: { cookieKeyBytes: shortest } });
}
