/**
 * The master key as a file that only its owner may read. A new one is written beside its final name and moved
 * there once the database that belongs to it exists, so that a first start cut short can be repeated.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { moveDurably, writeDurably } from '../durable-files.ts';
import { ServerError } from '../errors.ts';

const masterKeyBytes = 32;
const pending = (path: string) => `${path}.new`;
const next = (path: string) => `${path}.next`;

export function keyFileExists(path: string): boolean {
  return existsSync(path);
}

export function firstStartUnderWay(path: string): boolean {
  return existsSync(pending(path));
}

/** @throws {ServerError} `data-key-missing` when it cannot be read or does not hold 32 bytes. */
export function readKeyFile(path: string): Uint8Array {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new ServerError('data-key-missing', { cause });
  }
  const key = Buffer.from(text, 'base64url');
  if (key.length !== masterKeyBytes || key.toString('base64url') !== text)
    throw new ServerError('data-key-missing');
  return key;
}

/** The key of a first start: a new one, or the one of a first start that was cut short. */
export function beginKeyFile(path: string): Uint8Array {
  if (firstStartUnderWay(path)) return readKeyFile(pending(path));
  const key = randomBytes(masterKeyBytes);
  // 'wx': two first starts at once must not each believe in a key of their own
  writeDurably(pending(path), `${key.toString('base64url')}\n`, 'wx');
  return key;
}

/** Gives the key its final name; durable when this returns. */
export function settleKeyFile(path: string): void {
  moveDurably(pending(path), path);
}

/** A second key, written beside the one in use, which it replaces once everything is wrapped under it. */
export function beginNextKey(path: string): Uint8Array {
  const key = randomBytes(masterKeyBytes);
  writeDurably(next(path), `${key.toString('base64url')}\n`, 'w');
  return key;
}

/** The one that a change of keys left behind when it was cut short. */
export function readNextKey(path: string): Uint8Array | undefined {
  return existsSync(next(path)) ? readKeyFile(next(path)) : undefined;
}

export function settleNextKey(path: string): void {
  moveDurably(next(path), path);
}

export function dropNextKey(path: string): void {
  rmSync(next(path), { force: true });
}
