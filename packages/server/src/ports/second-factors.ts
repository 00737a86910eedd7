/**
 * Port: the recovery codes of an account, and what wrong ones cost.
 * @module
 */
import type { AuditEvent } from './audit.ts';
import type { LockRule } from './sign-ins.ts';

/** One set. Codes are stored as hashes under one salt, so that looking at a guess costs one hash. */
export interface CodeSet {
  readonly salt: Uint8Array<ArrayBuffer>;
  /** Of the codes that were not used yet, 32 bytes each. */
  readonly hashes: readonly Uint8Array<ArrayBuffer>[];
  readonly madeAt: number;
}

export interface CodesState {
  /** Absent when the account never had codes. */
  readonly madeAt?: number;
  readonly left: number;
}

export type TryResult =
  | { readonly allowed: true; readonly codes: Omit<CodeSet, 'madeAt'> }
  | { readonly allowed: false; readonly retryAt: number };

/** Port. What every adapter must keep is written down in `second-factor-storage.test.ts`. */
export interface SecondFactors {
  codes(accountId: string): Promise<CodesState>;
  /** Puts a set in the place of the one before. */
  replace(accountId: string, set: CodeSet, event: AuditEvent): Promise<void>;
  /**
   * Hands out what a guess is compared with, and counts the guess as wrong before anybody looks: guesses side by side
   * are still as many guesses. Refused while locked; without codes the set is empty, and it counts all the same.
   */
  tryCode(accountId: string, rule: LockRule, now: number): Promise<TryResult>;
  /** Uses a code up, once, and forgets the wrong guesses. @returns false when it was used or replaced meanwhile. */
  spend(accountId: string, hash: Uint8Array<ArrayBuffer>, event: AuditEvent): Promise<boolean>;
}
