/**
 * What the doctor says: one line per check, each with what to do.
 * @module
 */
export type Verdict = 'ok' | 'warn' | 'fail';

export interface Finding {
  /** Stable name of the check. */
  readonly check: string;
  readonly verdict: Verdict;
  readonly text: string;
  /** What to do; empty when there is nothing to do. */
  readonly advice: string;
}

export const ok = (check: string, text: string): Finding => ({ check, verdict: 'ok', text, advice: '' });
export const warn = (check: string, text: string, advice: string): Finding => ({
  check,
  verdict: 'warn',
  text,
  advice,
});
export const fail = (check: string, text: string, advice: string): Finding => ({
  check,
  verdict: 'fail',
  text,
  advice,
});

export interface Report {
  /** Whether nothing failed; warnings leave it true. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

export function printReport({ findings }: Report): string {
  const width = Math.max(...findings.map(({ check }) => check.length)) + 2;
  const lines = findings.map(({ check, verdict, text, advice }) => {
    const line = `${verdict.padEnd(6)}${check.padEnd(width)}${text}`;
    return advice === '' ? line : `${line}\n${' '.repeat(6 + width)}${advice}`;
  });
  const failed = findings.filter(({ verdict }) => verdict === 'fail').length;
  const warned = findings.filter(({ verdict }) => verdict === 'warn').length;
  return `${lines.join('\n')}\n\n${failed} failed, ${warned} to look at, ${findings.length} checks\n`;
}
