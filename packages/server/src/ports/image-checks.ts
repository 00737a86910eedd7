/**
 * Port: the ceremonies of the encrypted-image check. Each rests on one proof, an accepted sign-in or a finished
 * enrolment, and a proof serves one check.
 * @module
 */
import type { ImageCheckKind, ImageCheckState } from '@blindsight/protocol/wire';
import type { AuditEvent } from './audit.ts';
import type { Amr } from './oidc.ts';
import type { Budgets } from './sign-ins.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * `open` -> `evaluating` -> `open` (frames are missing, or the evaluation was broken off) | `masked` -> `accepted` |
 * `failed`. From each of the first three also -> `closed`: cancelled, replaced, out of time, or refused on the way.
 */
export interface ImageCheck {
  readonly id: string;
  readonly kind: ImageCheckKind;
  readonly state: ImageCheckState;
  readonly accountId: string;
  readonly deviceId: string;
  readonly clientId: string;
  /** Of the sign-in or the enrolment. */
  readonly proofId: string;
  /** SHA-256 of the ceremony cookie, base64url. */
  readonly ownerHash: string;
  /** 32 bytes. */
  readonly nonce: Bytes;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly origin: string;
  /** Name of the parameter set. */
  readonly set: string;
  /** Hash of the network, hex. */
  readonly network: string;
  /** Pictures that are evaluated, one after the other. */
  readonly frames: number;
  /** Evaluations that may begin, repeated ones included. */
  readonly evaluationsAllowed: number;
  /** Of a comparison: the sign-in that waits for it, and what it has proven so far. */
  readonly login?: ImageLogin;
  /** The key set: of a comparison the enrolled one, else from its announcement on. */
  readonly keysHash?: Bytes;
  /** Of the pictures that were evaluated, by index. */
  readonly imageHashes: readonly Bytes[];
  // from `masked` on
  /** SHA-256 of the masked answer. */
  readonly messageHash?: Bytes;
  /** To the seed of the evaluator's randomness, as the masked answer has it. */
  readonly commitment?: Bytes;
  readonly endedAt?: number;
}

export interface ImageLogin {
  readonly interactionUid: string;
  readonly amr: readonly Amr[];
  /** ms since the Unix epoch. */
  readonly authTime: number;
}

/** One evaluated picture. Bodies are encrypted at rest. */
export interface EvaluatedFrame {
  readonly index: number;
  readonly imageHash: Bytes;
  readonly embedding: Bytes;
  /** Of a comparison: kept for an auditor. */
  readonly image?: Bytes;
}

/** After the last picture. Bodies are encrypted at rest. */
export interface MaskedExchange {
  readonly messageHash: Bytes;
  readonly commitment: Bytes;
  readonly message: Bytes;
  readonly seed: Bytes;
  /** Of a comparison: the template as it was, for an auditor. */
  readonly template?: Bytes;
  /** Of an enrolment: the sum of the frames. */
  readonly sum?: Bytes;
}

/** What is stored of a check besides its record, encrypted at rest. */
export interface ImageCheckBodies
  extends Partial<Pick<MaskedExchange, 'message' | 'seed' | 'template' | 'sum'>> {
  readonly embeddings: readonly Bytes[];
  /** By index; of a comparison. */
  readonly images: readonly Bytes[];
}

export type StartRefusal = 'ceremony-closed' | 'ceremony-expired' | 'evaluation-running';

/** Port. What every adapter must keep is written down in `image-storage.test.ts`. */
export interface ImageChecks {
  /**
   * Puts an open check and closes those of the device that are under way.
   * @returns false when its proof has served another one.
   */
  begin(check: ImageCheck, event: AuditEvent): Promise<boolean>;
  find(id: string): Promise<ImageCheck | undefined>;
  /** Those of the device that are under way. */
  underWay(deviceId: string): Promise<readonly ImageCheck[]>;
  /** Names the key set of an enrolment. @returns false when it is not open, or has evaluated under another one. */
  useKeys(id: string, keysHash: Bytes): Promise<boolean>;
  /**
   * `open` -> `evaluating`; of however many that race, one gets `undefined`. A check that has begun as many evaluations
   * as it may is closed by this.
   */
  start(id: string, now: number): Promise<StartRefusal | undefined>;
  /** `evaluating` -> `open`: nothing came of the evaluation. */
  release(id: string): Promise<void>;
  /** `evaluating` -> `open`, or `masked` with an exchange. @returns false when the check moved on. */
  evaluated(
    id: string,
    frame: EvaluatedFrame,
    exchange: MaskedExchange | undefined,
    event: AuditEvent,
  ): Promise<boolean>;
  bodies(id: string): Promise<ImageCheckBodies>;
  /**
   * Ends a masked check, once. A comparison counts for the face factor as a sign-in does; an accepted enrolment puts
   * its template. Past the deadline, for a device that is not active, a key set that was replaced or a locked face
   * factor an acceptance becomes a failure. What only the exchange needed is deleted; of a comparison image, template
   * and seed stay for an auditor.
   * @returns the state it ended in, or `undefined` when it was not masked.
   */
  conclude(
    id: string,
    outcome: 'accepted' | 'failed',
    ending: { readonly budgets: Budgets; readonly now: number; readonly template?: Bytes },
  ): Promise<'accepted' | 'failed' | undefined>;
  /** From every state under way; all bodies are deleted. @returns false when it had ended before. */
  close(id: string, reason: string, now: number): Promise<boolean>;
  /** After a restart: what was being evaluated is open again. @returns how many there were. */
  interrupted(): Promise<number>;
  /** Closes checks past their deadline, and forgets those that ended before. @returns how many were closed. */
  sweep(now: number, endedBefore: number): Promise<number>;
}

export const underWay = ({ state }: Pick<ImageCheck, 'state'>): boolean =>
  state === 'open' || state === 'evaluating' || state === 'masked';

/** Why an evaluation may not begin, as every adapter says it; `exhausted` closes the check. */
export function startRefusal(
  check: Pick<ImageCheck, 'state' | 'expiresAt' | 'evaluationsAllowed'> | undefined,
  evaluations: number,
  now: number,
): StartRefusal | 'exhausted' | undefined {
  if (check?.state === 'evaluating') return 'evaluation-running';
  if (check?.state !== 'open') return 'ceremony-closed';
  if (check.expiresAt <= now) return 'ceremony-expired';
  return evaluations >= check.evaluationsAllowed ? 'exhausted' : undefined;
}
