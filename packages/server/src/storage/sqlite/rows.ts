/**
 * From SQLite rows to the objects of the ports: NULL becomes an absent member, blobs become plain arrays.
 * @module
 */
import type { SQLOutputValue, StatementSync } from 'node:sqlite';

export type Row = Record<string, SQLOutputValue>;

/** @returns the row without its NULL columns, `undefined` when there is none. */
export function one<T>(statement: StatementSync, ...parameters: (string | number | null)[]): T | undefined {
  const row = statement.get(...parameters) as Row | undefined;
  return row && (withoutNull(row) as T);
}

export function all<T>(statement: StatementSync, ...parameters: (string | number | null)[]): T[] {
  return (statement.all(...parameters) as Row[]).map((row) => withoutNull(row) as T);
}

const withoutNull = (row: Row) =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
