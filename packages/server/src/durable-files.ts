/**
 * Files that are on the disk when a function returns.
 * @module
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Appends to an open file: all of the text, or none of it and the error. */
export function appendDurably(file: number, text: string): void {
  const { size } = fstatSync(file);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } catch (error) {
    ftruncateSync(file, size);
    throw error;
  }
}

/** Writes a new file for its owner alone. @param flag `wx` refuses one that exists. */
export function writeDurably(path: string, text: string, flag: 'w' | 'wx'): void {
  const file = openSync(path, flag, 0o600);
  try {
    appendDurably(file, text);
  } finally {
    closeSync(file);
  }
}

/** Gives a file another name, in the place of what had it. */
export function moveDurably(from: string, to: string): void {
  renameSync(from, to);
  syncPath(dirname(to));
}

/** Brings what is cached of a file, or the names in a directory, to the disk. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
