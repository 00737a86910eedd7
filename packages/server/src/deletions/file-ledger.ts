/**
 * The ledger as a file of JSON lines that only grows. A line is on the disk before anybody hears of it; a last line
 * without its end was never heard of and is cut off.
 * @module
 */
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { newId } from '@blindsight/protocol/wire';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { appendDurably, moveDurably, writeDurably } from '../durable-files.ts';
import { ServerError } from '../errors.ts';
import type { Deletion, DeletionLedger, LedgerRow } from '../ports/deletion-ledger.ts';
import { follows, nextRow } from './chain.ts';

const strict = { additionalProperties: false } as const;
const at = Type.Integer({ minimum: 0 });
const id = Type.String({ pattern: '^[\\w-]{22}$' });
const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const entry = Type.Union([
  Type.Object({ kind: Type.Literal('begun'), at, ledgerId: id }, strict),
  Type.Object(
    {
      kind: Type.Union([Type.Literal('erased'), Type.Literal('revoked')]),
      at,
      accountId: id,
      deviceId: id,
      receiptId: id,
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Union([Type.Literal('opened'), Type.Literal('closed'), Type.Literal('restored')]),
      at,
      auditRows: Type.Integer({ minimum: 0 }),
      auditHead: hash,
    },
    strict,
  ),
]);
const line = Type.Object({ sequence: Type.Integer({ minimum: 1 }), entry, hash }, strict);

export const ledgerExists = (path: string): boolean => existsSync(path);

/** Begins a ledger with the deletions that are known already; it has its name once it is whole. */
export function beginFileLedger(path: string, now: number, known: readonly Deletion[]): DeletionLedger {
  const rows: LedgerRow[] = [nextRow(undefined, { kind: 'begun', at: now, ledgerId: newId() })];
  for (const deletion of known) rows.push(nextRow(rows.at(-1), deletion));
  const part = `${path}.new`;
  writeDurably(part, rows.map(lineOf).join(''), 'w');
  moveDurably(part, path);
  return openFileLedger(path);
}

/** @throws {ServerError} `ledger-missing`, `ledger-broken` */
export function openFileLedger(path: string): DeletionLedger {
  if (!existsSync(path)) throw new ServerError('ledger-missing');
  const file = openSync(path, 'a+');
  try {
    const rows = readRows(file);
    const [first] = rows;
    if (first?.entry.kind !== 'begun') throw broken(1);
    return {
      id: first.entry.ledgerId,
      rows: () => rows,
      async append(next) {
        const row = nextRow(rows.at(-1), next);
        appendDurably(file, lineOf(row));
        rows.push(row);
        return row;
      },
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** All whole lines. */
function readRows(file: number): LedgerRow[] {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) ftruncateSync(file, end);
  const rows: LedgerRow[] = [];
  for (const text of bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1)) {
    const row = parsed(text);
    if (!row || !follows(rows.at(-1), row)) throw broken(rows.length + 1);
    rows.push(row);
  }
  return rows;
}

function parsed(text: string): LedgerRow | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(line, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const lineOf = (row: LedgerRow) => `${JSON.stringify(row)}\n`;

const broken = (row: number) => new ServerError('ledger-broken', { details: { row } });
