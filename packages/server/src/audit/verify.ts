/**
 * Walks a whole audit log and says whether every row follows from the one before it.
 * @module
 */
import type { Audit } from '../ports/audit.ts';
import { type ChainReport, followChain } from './chain.ts';

const page = 500;

/** Reads in pages, so that the length of the log does not matter. */
export async function verifyAudit(audit: Audit): Promise<ChainReport> {
  let report: ChainReport | undefined;
  for (let from = 1; ; from += page) {
    const rows = await audit.rows(from, page);
    report = followChain(rows, report);
    if (report.brokenAt !== undefined || rows.length < page) return report;
  }
}
