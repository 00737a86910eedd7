/**
 * Checks of what is served: face models, pages, registered applications.
 * @module
 */
import type { ClientConfig } from '@blindsight/server';
import { failureOf } from '../errors.ts';
import { operatingLine } from '../operating-point.ts';
import { modelsState, pagesState, verifyModels } from '../prepare.ts';
import { type Finding, fail, ok, warn } from './report.ts';

export async function checkModels(models: string): Promise<Finding> {
  const state = modelsState(models);
  if (state === 'missing')
    return warn('models', `not in ${models}`, 'Built at the next start, or now: models build');
  try {
    const { manifestHash, bytes } = await verifyModels(models);
    const text = `${(bytes / 1e6).toFixed(1)} MB, manifest ${manifestHash.slice(0, 16)}`;
    if (state === 'stale') {
      return warn(
        'models',
        `${text}, but built from other sources`,
        'Built again at the next start; devices must then enrol again if the embedder changed.',
      );
    }
    return ok('models', `${text}, hashes as the manifest says`);
  } catch (error) {
    const { code, text, advice } = failureOf(error);
    return fail('models', `${code}: ${text}`, advice);
  }
}

/** At which score a face is accepted, and what is known about that. */
export async function checkOperatingPoint(models: string): Promise<Finding> {
  try {
    const { manifest } = await verifyModels(models);
    return ok('accuracy', `${operatingLine(manifest)}; what is unmeasured: docs/ACCURACY.md, /about`);
  } catch {
    return ok('accuracy', 'known once the models are built');
  }
}

export function checkPages(): Finding {
  const state = pagesState();
  if (state === 'present') return ok('pages', 'built');
  const text = state === 'missing' ? 'not built yet' : 'older than their sources';
  return warn('pages', text, 'Built at the next start, or now: npm run build');
}

/** A file that cannot be used stops the doctor itself, as it stops a start. */
export function checkClients(clients: readonly ClientConfig[]): Finding {
  if (clients.length > 0) return ok('clients', clients.map(({ id }) => id).join(', '));
  return ok('clients', 'none registered (the command demo brings its own)');
}
