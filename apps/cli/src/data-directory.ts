/**
 * The data directory, before anything is opened in it.
 * @module
 */
import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { CliError } from './errors.ts';

/**
 * Makes it when missing, for its owner alone.
 * @throws {CliError} `data-directory-unwritable`
 */
export function requireDataDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (!statSync(path).isDirectory()) throw new Error('not a directory');
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError('data-directory-unwritable', `${path} (${code ?? message})`, error);
  }
}
