/**
 * The arithmetic of the audit chain: hash_n = SHA-256(hash_(n-1) || event_n), hash_0 = SHA-256 of a name.
 * An event's bytes are its JSON with keys in a fixed order, so that every store computes the same chain.
 * @module
 */
import { createHash } from 'node:crypto';
import type { AuditEvent, AuditRow } from '../ports/audit.ts';

/** The hash before the first row, hex. */
export const chainStart = createHash('sha256').update('blindsight/audit/1').digest('hex');

/** The event as stored and hashed; a reader gets the same event back from `JSON.parse`. */
export function eventText(event: AuditEvent): string {
  const { at, kind, accountId, deviceId, ceremonyId, clientId, reason } = event;
  return JSON.stringify({ at, kind, accountId, deviceId, ceremonyId, clientId, reason });
}

/** The hash of the row that follows `previous`, hex. */
export function chainHash(previous: string, text: string): string {
  return createHash('sha256').update(Buffer.from(previous, 'hex')).update(text, 'utf8').digest('hex');
}

export interface ChainReport {
  readonly rows: number;
  /** The last hash; publish it elsewhere to notice a chain that was cut or rewritten as a whole. */
  readonly head: string;
  /** The first row that does not follow from the one before it. */
  readonly brokenAt?: number;
}

/** Follows the chain from `report` (or the start) over further rows. */
export function followChain(
  rows: readonly AuditRow[],
  report: ChainReport = { rows: 0, head: chainStart },
): ChainReport {
  let { rows: count, head } = report;
  if (report.brokenAt !== undefined) return report;
  for (const row of rows) {
    const expected = chainHash(head, eventText(row.event));
    if (row.sequence !== count + 1 || row.hash !== expected)
      return { rows: count, head, brokenAt: count + 1 };
    count = row.sequence;
    head = row.hash;
  }
  return { rows: count, head };
}
