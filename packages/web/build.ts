/**
 * Builds the pages into `packages/web/dist`, for scripts that prepare a start or a test.
 * @module
 */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Where the built pages are: `index.html` (served for every page route) and `assets/`. */
export const webDirectory = fileURLToPath(new URL('./dist', import.meta.url));

/** Takes a few seconds; rejects when a file does not compile. */
export async function buildPages(): Promise<string> {
  // vite sets NODE_ENV for the whole process; what starts after the build must not take itself for production.
  const environment = process.env['NODE_ENV'];
  // Whoever builds, also a test: the same files as for everybody.
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      configFile: fileURLToPath(new URL('./vite.config.ts', import.meta.url)),
      logLevel: 'warn',
    });
  } finally {
    if (environment === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = environment;
  }
  return webDirectory;
}
