/**
 * Everything durable, in one bundle: one port per aggregate.
 * @module
 */
import type { Accounts } from './accounts.ts';
import type { Artifacts } from './artifacts.ts';
import type { Audit } from './audit.ts';
import type { Devices } from './devices.ts';
import type { Enrolments } from './enrolments.ts';
import type { Secrets } from './secrets.ts';
import type { PasskeyQuestions, Sessions } from './sessions.ts';
import type { SignIns } from './sign-ins.ts';

export interface Storage {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly passkeyQuestions: PasskeyQuestions;
  readonly devices: Devices;
  readonly enrolments: Enrolments;
  readonly signIns: SignIns;
  readonly audit: Audit;
  readonly artifacts: Artifacts;
  readonly secrets: Secrets;
  /** What was deleted before this call is on no disk any more when it resolves: not in the file, not in its log. */
  settle(): Promise<void>;
  /** Resolves when a small read succeeds. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
