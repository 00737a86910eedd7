/**
 * HPKE (RFC 9180) as this package uses it: DHKEM(P-256, HKDF-SHA-256), HKDF-SHA-256, AES-256-GCM.
 * @module
 */
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';

export const hpkeSuite = (): CipherSuite =>
  new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
