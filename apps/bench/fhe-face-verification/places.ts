/**
 * Where the harness and the stages leave things, below the harness's folder.
 * @module
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const instances = [
  { name: 'single', pairs: 1 },
  { name: 'small', pairs: 128 },
  { name: 'medium', pairs: 256 },
  { name: 'large', pairs: 1024 },
] as const;

export interface Places {
  readonly pairs: number;
  readonly secretKey: string;
  readonly publicKeys: string;
  /** Pictures as the harness gave them, then chips. */
  readonly frames: string;
  readonly chips: string;
  readonly upload: string;
  readonly download: string;
  readonly serverReport: string;
  readonly scores: string;
  readonly predictions: string;
}

/** @param size what the harness passes: 0 to 3. @throws for anything else. */
export function placesOf(root: string, size: string | undefined): Places {
  const instance = instances[Number(size)];
  if (!instance || String(Number(size)) !== size) throw new Error('size must be 0, 1, 2 or 3');
  const io = join(root, 'io', instance.name);
  return {
    pairs: instance.pairs,
    secretKey: join(io, 'secret_key'),
    publicKeys: join(io, 'public_keys'),
    frames: join(io, 'intermediate', 'frames'),
    chips: join(io, 'intermediate', 'chips'),
    upload: join(io, 'ciphertexts_upload'),
    download: join(io, 'ciphertexts_download'),
    serverReport: join(io, 'server_reported.json'),
    scores: join(io, 'intermediate', 'scores.json'),
    predictions: join(io, 'encrypted_model_predictions.txt'),
  };
}

/** The model as the server has it. */
export function serverData(root: string): string {
  return join(root, 'io', 'server_data');
}

/** File of one picture of a pair. */
export function pictureName(pair: number, which: 0 | 1): string {
  return `${String(pair).padStart(4, '0')}-${which}`;
}

export function pairName(pair: number): string {
  return String(pair).padStart(4, '0');
}

export function freshFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

/** @throws unless the folder holds so many files. */
export function requireCount(folder: string, count: number): void {
  const found = readdirSync(folder).length;
  if (found !== count) throw new Error(`${folder} holds ${found} files, not ${count}`);
}
