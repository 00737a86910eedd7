/**
 * Everything durable, in one bundle: one port per aggregate.
 * @module
 */
import type { Accounts } from './accounts.ts';
import type { Artifacts } from './artifacts.ts';
import type { Audit, AuditEvent } from './audit.ts';
import type { Devices } from './devices.ts';
import type { Enrolments } from './enrolments.ts';
import type { ImageChecks } from './image-checks.ts';
import type { ImageKeys } from './image-keys.ts';
import type { Pairings } from './pairings.ts';
import type { SecondFactors } from './second-factors.ts';
import type { Secrets } from './secrets.ts';
import type { PasskeyQuestions, Sessions } from './sessions.ts';
import type { SignIns } from './sign-ins.ts';

/** A secret as wrapped by key management, wherever it is stored. */
export interface WrappedRow {
  readonly kind: 'data-key' | 'secret' | 'sealing-key';
  readonly id: string | number;
  /** The device, the secret's name, or the ceremony: what its purpose is made of. */
  readonly name: string;
  readonly wrapped: Uint8Array<ArrayBuffer>;
}

/** Every wrapped secret at once: for a new master key, and nothing else. */
export interface Wrapped {
  list(): Promise<readonly WrappedRow[]>;
  /** One transaction; what was there before leaves the disk. */
  replace(rows: readonly WrappedRow[], event: AuditEvent): Promise<void>;
}

/** What only a store on a disk can do. */
export interface Keeping {
  /**
   * A consistent copy in a new file, while everything goes on: without tickets, their keys, sessions and tokens.
   * @throws an `EEXIST` error when the file is there already.
   */
  backup(file: string): Promise<void>;
  readonly wrapped: Wrapped;
}

export interface Storage {
  readonly accounts: Accounts;
  readonly secondFactors: SecondFactors;
  readonly sessions: Sessions;
  readonly passkeyQuestions: PasskeyQuestions;
  readonly devices: Devices;
  readonly enrolments: Enrolments;
  readonly signIns: SignIns;
  readonly pairings: Pairings;
  readonly imageKeys: ImageKeys;
  readonly imageChecks: ImageChecks;
  readonly audit: Audit;
  readonly artifacts: Artifacts;
  readonly secrets: Secrets;
  /** What was deleted before this call is on no disk any more when it resolves: not in the file, not in its log. */
  settle(): Promise<void>;
  /** Absent where nothing is kept. */
  readonly keeping?: Keeping;
  /** Resolves when a small read succeeds. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
