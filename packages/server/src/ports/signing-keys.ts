/**
 * Port: the secrets of the provider, made on first start and stored wrapped by the key-management port.
 * @module
 */
import type { JWK } from 'jose';

export interface SigningKeys {
  /** Private JWKs (with `kid`, `alg`, `use: 'sig'`), newest first; the first one signs, all are published. */
  jwks(): Promise<readonly JWK[]>;
  /** Keys for signed cookies, newest first; 32 random bytes each, base64url. */
  cookieKeys(): Promise<readonly string[]>;
  /** Salt of pairwise subject identifiers, base64url of 32 bytes; it never changes, or every `sub` would. */
  pairwiseSalt(): Promise<string>;
}
