/**
 * Whether something built is still what its sources would give: a hash over the sources' contents, kept beside
 * what was built. Times of files say nothing after a checkout.
 * @module
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const stamp = '.built-from';

/** SHA-256 over names and contents of all files below `paths` (files or directories), hex. */
export function fingerprint(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesOf(root, path)) {
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(root, file)))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

function filesOf(root: string, path: string): string[] {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stats) return [];
  if (stats.isFile()) return [path];
  return readdirSync(join(root, path))
    .filter((name) => name !== 'node_modules' && name !== 'dist')
    .sort()
    .flatMap((name) => filesOf(root, `${path}/${name}`));
}

/** What `directory` was built from, if it says. */
export function builtFrom(directory: string): string | undefined {
  try {
    return readFileSync(join(directory, stamp), 'utf8').trim();
  } catch {
    return undefined;
  }
}

export function markBuilt(directory: string, from: string): void {
  writeFileSync(join(directory, stamp), `${from}\n`);
}
