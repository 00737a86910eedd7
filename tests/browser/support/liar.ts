/** The pages with a device side that lies: what a person can make who holds the keys and writes a client of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutRuntimeFile } from '@blindsight/face/vite';
import { build, type Plugin } from 'vite';

export interface Lie {
  /** End of the path of the module that is changed. */
  readonly module: string;
  readonly from: string;
  readonly to: string;
}

/** Shows a picture that did not come from the camera. @param chip [3][112][112], planes R G B from 0 to 255 */
export const otherPicture = (chip: ArrayLike<number>): Lie => ({
  module: 'web/src/worker/image-check.ts',
  from: 'chips.best(challenge.frames)',
  to: `[Float32Array.from([${Array.from(chip, Math.round)}])]`,
});

/** Answers with other numbers than it has opened. */
export const shiftedAnswer: Lie = {
  module: 'protocol/src/image/client/open.ts',
  from: 'ckks.openConstant(secretKey, value)',
  to: '(ckks.openConstant(secretKey, value) + 2 ** 40)',
};

/** Builds them. @returns the directory for `BLINDSIGHT_WEB` */
export async function lyingPages(lie: Lie): Promise<{ directory: string; dispose(): void }> {
  const outDir = mkdtempSync(join(tmpdir(), 'blindsight-liar-'));
  let told = false;
  const liar: Plugin = {
    name: 'liar',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith(lie.module)) return undefined;
      told = code.includes(lie.from);
      return code.replace(lie.from, lie.to);
    },
  };
  // vite sets NODE_ENV for the whole process; servers started afterwards must not take themselves for production.
  const environment = process.env['NODE_ENV'];
  try {
    await build({
      configFile: fileURLToPath(new URL('../../../packages/web/vite.config.ts', import.meta.url)),
      logLevel: 'silent',
      worker: { plugins: () => [withoutRuntimeFile(), liar] },
      build: { outDir },
    });
  } finally {
    if (environment === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = environment;
  }
  if (!told) throw new Error(`nothing to change in ${lie.module}`);
  return { directory: outDir, dispose: () => rmSync(outDir, { recursive: true, force: true }) };
}
