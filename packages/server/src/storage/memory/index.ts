/**
 * Storage that ends with the process: for tests and for trying things out.
 * @module
 */
import { chainStart } from '../../audit/chain.ts';
import type { Storage } from '../../ports/storage.ts';
import { memoryAccounts } from './accounts.ts';
import { memoryArtifacts } from './artifacts.ts';
import { memoryDevices } from './devices.ts';
import { memoryEnrolments } from './enrolments.ts';
import { memoryImageChecks } from './image-checks.ts';
import { memoryImageKeys } from './image-keys.ts';
import { memoryPairings } from './pairings.ts';
import { memorySecondFactors } from './second-factors.ts';
import { memoryPasskeyQuestions, memorySessions } from './sessions.ts';
import { memorySignIns } from './sign-ins.ts';
import { appendAudit, emptyState } from './state.ts';

export function memoryStorage(): Storage {
  const state = emptyState();
  return {
    accounts: memoryAccounts(state),
    secondFactors: memorySecondFactors(state),
    sessions: memorySessions(state),
    passkeyQuestions: memoryPasskeyQuestions(state),
    devices: memoryDevices(state),
    enrolments: memoryEnrolments(state),
    signIns: memorySignIns(state),
    pairings: memoryPairings(state),
    imageKeys: memoryImageKeys(state),
    imageChecks: memoryImageChecks(state),
    artifacts: memoryArtifacts(state),
    audit: {
      async append(event) {
        appendAudit(state, event);
      },
      async head() {
        return { rows: state.audit.length, hash: state.audit.at(-1)?.hash ?? chainStart };
      },
      async rows(from, limit) {
        return state.audit.slice(from - 1, from - 1 + limit);
      },
    },
    secrets: {
      async list(name) {
        return state.secrets
          .filter((row) => row.name === name)
          .map((row) => row.wrapped)
          .reverse();
      },
      async add(name, wrapped) {
        state.secrets.push({ name, wrapped });
      },
    },
    async settle() {},
    async ping() {},
    async close() {},
  };
}
