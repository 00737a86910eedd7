import { equalBytes } from '@blindsight/protocol/wire';
import type { SecondFactors } from '../../ports/second-factors.ts';
import { lockPeriod } from '../../ports/sign-ins.ts';
import { appendAudit, type MemoryState } from './state.ts';

export function memorySecondFactors(state: MemoryState): SecondFactors {
  const rowOf = (accountId: string) => {
    const row = state.secondFactors.get(accountId) ?? { failures: 0, hashes: [] };
    state.secondFactors.set(accountId, row);
    return row;
  };
  return {
    async codes(accountId) {
      const { madeAt, hashes } = rowOf(accountId);
      return { left: hashes.length, ...(madeAt === undefined ? {} : { madeAt }) };
    },
    async replace(accountId, { salt, hashes, madeAt }, event) {
      Object.assign(rowOf(accountId), { salt, hashes: [...hashes], madeAt });
      appendAudit(state, event);
    },
    async tryCode(accountId, rule, now) {
      const row = rowOf(accountId);
      if ((row.lockedUntil ?? 0) > now) return { allowed: false, retryAt: row.lockedUntil! };
      row.failures += 1;
      const period = lockPeriod(row.failures, rule);
      if (period > 0) row.lockedUntil = now + period;
      return { allowed: true, codes: { salt: row.salt ?? new Uint8Array(16), hashes: [...row.hashes] } };
    },
    async spend(accountId, hash, event) {
      const row = rowOf(accountId);
      const at = row.hashes.findIndex((one) => equalBytes(one, hash));
      if (at < 0) return false;
      row.hashes.splice(at, 1);
      row.failures = 0;
      delete row.lockedUntil;
      appendAudit(state, event);
      return true;
    },
  };
}
