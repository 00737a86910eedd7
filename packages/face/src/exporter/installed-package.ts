/**
 * Where an installed package lies. By walking up, because the packages we read models from do not list
 * their model files (nor all of their builds) in their export maps.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FaceError } from '../core/errors.ts';

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

/** @throws {FaceError} `source-missing` */
export function installedPackage(name: string): InstalledPackage {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    const manifest = join(candidate, 'package.json');
    if (existsSync(manifest)) {
      const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
      return { name, version, folder: candidate };
    }
    if (folder === dirname(folder)) throw new FaceError('source-missing', { details: { name } });
  }
}
