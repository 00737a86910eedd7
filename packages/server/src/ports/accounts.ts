/**
 * Port: people and their passkeys.
 * @module
 */
import type { AuditEvent } from './audit.ts';

export interface Account {
  /** 16 random bytes, base64url. */
  readonly id: string;
  readonly displayName: string;
  /** ms since the Unix epoch, like every `...At` of the ports. */
  readonly createdAt: number;
}

export interface Passkey {
  /** The credential id, base64url. */
  readonly id: string;
  readonly accountId: string;
  /** COSE key bytes. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** Signature counter as last seen; 0 for authenticators without one. */
  readonly counter: number;
  readonly transports: readonly string[];
  /** True when it cannot leave its authenticator. */
  readonly deviceBound: boolean;
  readonly label: string;
  readonly createdAt: number;
}

/** Port. What every adapter must keep is written down in `storage.test.ts`. */
export interface Accounts {
  /** The account and its first passkey appear together. @returns false, storing nothing, when the credential id is taken. */
  create(account: Account, passkey: Passkey, event: AuditEvent): Promise<boolean>;
  /** Another passkey of an account. @returns false, storing nothing, when the credential id is taken. */
  addPasskey(passkey: Passkey, event: AuditEvent): Promise<boolean>;
  find(id: string): Promise<Account | undefined>;
  passkey(credentialId: string): Promise<Passkey | undefined>;
  /** Oldest first. */
  passkeys(accountId: string): Promise<readonly Passkey[]>;
  /** Writes the counter forward; never back. */
  passkeyUsed(credentialId: string, counter: number): Promise<void>;
}
