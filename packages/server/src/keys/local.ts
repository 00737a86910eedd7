/**
 * Key management with one local master key of 32 bytes.
 * @module
 */
import { ServerError } from '../errors.ts';
import type { KeyManagement } from '../ports/key-management.ts';
import { seal, unseal } from './aead.ts';

export function localKeyManagement(masterKey: Uint8Array): KeyManagement {
  const bound = (purpose: string) => Buffer.from(`blindsight/wrap/1\0${purpose}`, 'utf8');
  return {
    async wrap(secret, purpose) {
      return seal(masterKey, secret, bound(purpose));
    },
    async unwrap(wrapped, purpose) {
      const secret = unseal(masterKey, wrapped, bound(purpose));
      if (!secret) throw new ServerError('data-key-missing');
      return secret;
    },
  };
}
