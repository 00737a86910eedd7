/**
 * What the use cases are made of. Each takes from it what it needs.
 * @module
 */
import type { ServerConfig } from '../config.ts';
import type { ImageNetwork } from '../image-network.ts';
import type { Vault } from '../keys/vault.ts';
import type { ModelPolicy } from '../models.ts';
import type { Evaluator } from '../ports/evaluator.ts';
import type { ImageEvaluator } from '../ports/image-evaluator.ts';
import type { KeyManagement } from '../ports/key-management.ts';
import type { Logger } from '../ports/logger.ts';
import type { Budgets } from '../ports/sign-ins.ts';
import type { Storage } from '../ports/storage.ts';

export interface Deps {
  readonly config: ServerConfig;
  readonly models: ModelPolicy;
  readonly storage: Storage;
  readonly keys: KeyManagement;
  readonly vault: Vault;
  readonly evaluator: Evaluator;
  /** Absent when the encrypted-image check is off. */
  readonly image?: { readonly network: ImageNetwork; readonly evaluator: ImageEvaluator };
  readonly logger: Logger;
  /** ms since the Unix epoch. */
  readonly clock: () => number;
  /** Resolves after so many ms. */
  readonly wait: (ms: number) => Promise<void>;
}

export function budgetsOf({ policy }: Pick<ServerConfig, 'policy'>): Budgets {
  return {
    failuresToLock: policy.failuresToLock,
    firstLockMs: policy.firstLockMs,
    maxLockMs: policy.maxLockMs,
    perDay: policy.signInsPerDay,
    perDayAndClient: policy.signInsPerDayAndClient,
  };
}
