/**
 * What a start needs and a fresh clone has not: the face models and the built pages. Both are made from what is
 * installed, without a network, and only when missing or older than their sources.
 * @module
 */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FaceError } from '@blindsight/face';
import type { ModelManifest } from '@blindsight/face/models';
import { CliError, type CliErrorCode } from './errors.ts';
import { builtFrom, fingerprint, markBuilt } from './fingerprint.ts';
import { precompress } from './precompress.ts';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));
export const pages = join(repository, 'packages/web/dist');

type Tell = (line: string) => void;

const modelSources = [
  'package-lock.json',
  'packages/face/calibration',
  'packages/face/src/exporter',
  'packages/face/src/models',
];
const pageSources = [
  'package-lock.json',
  'packages/web/index.html',
  'packages/web/public',
  'packages/web/src',
  'packages/web/vite.config.ts',
  'packages/face/src',
  'packages/protocol/src',
  'packages/fhe/src',
];

export type State = 'missing' | 'stale' | 'present';

/** Models nobody stamped were put there on purpose and are left alone. */
export function modelsState(directory: string): State {
  if (!existsSync(join(directory, 'manifest.json'))) return 'missing';
  const from = builtFrom(directory);
  return from === undefined || from === fingerprint(repository, modelSources) ? 'present' : 'stale';
}

export function pagesState(): State {
  if (!existsSync(join(pages, 'index.html'))) return 'missing';
  // An installation without sources has nothing to be stale against.
  if (!existsSync(join(repository, 'packages/web/src'))) return 'present';
  return builtFrom(pages) === fingerprint(repository, pageSources) ? 'present' : 'stale';
}

/**
 * @param keepStale in production nothing that exists is replaced unasked: other models mean enrolling again
 * @throws {CliError} `models-missing`
 */
export async function prepareModels(
  directory: string,
  tell: Tell,
  keepStale = false,
  choice: ModelChoice = {},
): Promise<void> {
  const state = modelsState(directory);
  if (state === 'missing' || (state === 'stale' && !keepStale)) {
    tell('Preparing the face models (once, from the installed packages) ...');
    await buildModelsInto(directory, choice);
  }
  await precompress(directory);
}

/** What the operator chose instead of what the project ships. */
export interface ModelChoice {
  /** An embedder of the operator's: a committed description and a file. */
  readonly plugIn?: { readonly profile: string; readonly file: string };
  /** Path of a calibration that `calibrate` wrote. */
  readonly calibration?: string;
}

/** @throws {CliError} `models-missing`, `calibration-unusable` */
export async function buildModelsInto(
  directory: string,
  choice: ModelChoice,
): Promise<{ manifestHash: string }> {
  try {
    const { buildModels } = await import('@blindsight/face/models/build');
    const { manifestHash } = await buildModels(directory, choice);
    markBuilt(directory, fingerprint(repository, modelSources));
    return { manifestHash };
  } catch (error) {
    const { code, message, details } = error as FaceError;
    if (code?.startsWith('calibration-')) {
      throw new CliError('calibration-unusable', `${message} ${details['problem'] ?? ''}`.trim(), error);
    }
    throw new CliError('models-missing', message, error);
  }
}

/**
 * Reads every model file and checks it against the manifest.
 * @throws {CliError} `models-missing`, `models-altered`, `models-outdated`
 */
export async function verifyModels(
  directory: string,
): Promise<{ manifestHash: string; bytes: number; manifest: ModelManifest }> {
  const { verifyManifest } = await import('@blindsight/face/models');
  try {
    const { manifestHash, manifest } = await verifyManifest((name, limit) =>
      readWhole(directory, name, limit),
    );
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    return { manifestHash, bytes, manifest };
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    throw new CliError(verdicts[code] ?? 'models-altered', `${directory} (${code})`, error);
  }
}

const verdicts: Readonly<Record<string, CliErrorCode>> = {
  'manifest-unavailable': 'models-missing',
  'model-unavailable': 'models-missing',
  'manifest-version': 'models-outdated',
};

async function readWhole(directory: string, name: string, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const path = join(directory, name);
  const { size } = await stat(path);
  // One byte more than allowed is enough to be refused by length; more is not worth reading.
  if (size > limit) return new Uint8Array(limit + 1);
  return new Uint8Array(await readFile(path));
}

/**
 * @param keepStale as for the models
 * @throws {CliError} `pages-missing`
 */
export async function preparePages(tell: Tell, keepStale = false): Promise<void> {
  const state = pagesState();
  if (state === 'present' || (state === 'stale' && keepStale)) return;
  tell('Building the pages ...');
  try {
    const { buildPages } = await import('@blindsight/web/build');
    await buildPages();
    await precompress(join(pages, 'assets'));
    markBuilt(pages, fingerprint(repository, pageSources));
  } catch (error) {
    throw new CliError('pages-missing', (error as Error).message, error);
  }
}
