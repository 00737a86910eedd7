/**
 * Pairwise subject identifiers (OpenID Connect Core 8.1): two applications cannot compare notes about a person.
 * @module
 */
import { createHmac } from 'node:crypto';
import { ServerError } from '../errors.ts';

/**
 * `sub` = base64url(HMAC-SHA-256(salt, sector NUL accountId)), 43 characters. The same for all clients of one
 * sector (the host of the redirect URIs), unlinkable between sectors without the salt.
 * @param saltText base64url of 32 bytes
 * @throws {ServerError} `bad-configuration` when the salt is shorter.
 */
export function pairwise(saltText: string): (accountId: string, sector: string) => string {
  const salt = Buffer.from(saltText, 'base64url');
  if (salt.length < 32) throw new ServerError('bad-configuration', { details: { saltBytes: salt.length } });
  return (accountId, sector) =>
    createHmac('sha256', salt).update(`${sector}\0${accountId}`).digest('base64url');
}
