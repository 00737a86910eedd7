import { type Budgets, type FaceFactor, lockPeriod } from '../../ports/sign-ins.ts';
import type { MemoryState, Mutable } from './state.ts';

/** What comparisons cost an account. */
export function memoryFaceFactors({ faces }: MemoryState) {
  const of = (accountId: string): Mutable<FaceFactor> => {
    const row = faces.get(accountId) ?? { failures: 0 };
    faces.set(accountId, row);
    return row;
  };
  return {
    of,
    /** @returns true when this failure locks. */
    failed(accountId: string, budgets: Budgets, now: number): boolean {
      const factor = of(accountId);
      factor.failures += 1;
      const period = lockPeriod(factor.failures, budgets);
      if (period > 0) factor.lockedUntil = Math.max(factor.lockedUntil ?? 0, now + period);
      return period > 0;
    },
    accepted(accountId: string): void {
      const factor = of(accountId);
      factor.failures = Math.max(0, factor.failures - 1);
    },
  };
}
