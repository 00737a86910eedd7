/** `npm run build`: the face models into `.cache/models` and the pages into `packages/web/dist`, where stale. */
import { join } from 'node:path';
import { prepareModels, preparePages } from '../apps/cli/src/prepare.ts';

/** Where tests and benchmarks look for the built models. */
export const modelsDirectory = join(import.meta.dirname, '..', '.cache', 'models');

export async function build(tell: (line: string) => void): Promise<void> {
  await prepareModels(modelsDirectory, tell);
  await preparePages(tell);
}

if (import.meta.main) await build((line) => console.log(line));
