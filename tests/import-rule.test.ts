/**
 * The promise as an import rule: nothing the server can reach decrypts, knows the type of a secret key, or knows
 * what a face is.
 */
import { describe, expect, it } from 'vitest';
import { type Planted, reachedFrom } from './support/import-graph.ts';

/** Whole folders and entries that hold secrets or faces. */
const forbiddenModules = [
  /^packages\/face\//,
  /^packages\/web\//,
  /^packages\/protocol\/src\/(image\/)?client(\.ts|\/)/,
  /^packages\/protocol\/src\/(image\/)?(oracle|interpret)/,
  /^packages\/fhe\/src\/client\.ts$/,
  /^packages\/fhe\/src\/noop\.ts$/,
  /^packages\/fhe\/src\/.*(secret|decrypt|encrypt|keys\b)/,
];
/** What no reachable module of the encryption may so much as name. */
const forbiddenNames = /^(decrypt\w*|\w*SecretKey\w*|secretKey|openReply)$/;
const encryption = /^packages\/(fhe|protocol|server)\//;
/** Only this folder may import the OpenID library. */
const oidcLibrary = { name: 'oidc-provider', folder: /^packages\/server\/src\/oidc\// };

function violations(planted: Planted = {}): string[] {
  return reachedFrom('packages/server/src', planted).flatMap(({ module, chain, imports, names }) => {
    const found: string[] = [];
    if (forbiddenModules.some((rule) => rule.test(module))) found.push(`reaches ${chain.join(' > ')}`);
    const named = encryption.test(module) ? [...names].filter((name) => forbiddenNames.test(name)) : [];
    if (named.length > 0) found.push(`names ${named.join(', ')} in ${chain.join(' > ')}`);
    if (imports.includes(oidcLibrary.name) && !oidcLibrary.folder.test(module))
      found.push(`imports ${module} > ${oidcLibrary.name}`);
    return found;
  });
}

const planted = 'packages/server/src/domain/planted.ts';

describe('packages/server', () => {
  it('reaches no decryption, no secret-key type and no face', () => {
    expect(violations()).toEqual([]);
  });

  it('is really walked: its worker, the evaluation and the wire formats are reached', () => {
    const modules = reachedFrom('packages/server/src').map((one) => one.module);
    expect(modules).toEqual(
      expect.arrayContaining([
        'packages/server/src/workers/evaluate-worker.ts',
        'packages/protocol/src/server/evaluate.ts',
        'packages/protocol/src/wire.ts',
        'packages/fhe/src/evaluate.ts',
        'fastify',
        'node:sqlite',
      ]),
    );
  });

  it.each([
    ['the engine’s secret half', `import { decryptCoefficients } from '@blindsight/fhe/client';`],
    ['only its types', `import type { SecretKey } from '@blindsight/fhe/client';`],
    ['an import type', `export type K = import('@blindsight/fhe/client').SecretKey;`],
    ['a re-export', `export * from '@blindsight/fhe/client';`],
    ['a dynamic import', `export const load = () => import('@blindsight/fhe/client');`],
    ['a worker', `export const address = new URL('../../../fhe/src/client.ts', import.meta.url);`],
    ['a relative path', `import '../../../fhe/src/bgv/decrypt.ts';`],
    ['the protocol’s client', `import { openReply } from '@blindsight/protocol/client';`],
    ['the plaintext oracle', `import '@blindsight/protocol/oracle';`],
    ['the face package', `import { parseManifest } from '@blindsight/face/models';`],
    ['the pages', `import '@blindsight/web/sdk';`],
    ['decryption of its own', `export function decryptTemplate() {}`],
  ])('is caught with %s planted', (_what, text) => {
    expect(violations({ [planted]: text }).join()).toContain('planted.ts');
  });

  it('is caught when a module that it may use begins to reach further', () => {
    const module = 'packages/protocol/src/server/planted.ts';
    const through = {
      [planted]: `import '../../../protocol/src/server/planted.ts';`,
      [module]: `import '../client/open.ts';`,
    };
    expect(violations(through).join()).toContain('packages/protocol/src/client/open.ts');
  });

  it('is caught with an import whose address is made at run time', () => {
    expect(() => violations({ [planted]: `export const load = (name: string) => import(name);` })).toThrow(
      'cannot be followed',
    );
  });

  it('is caught with the OpenID library outside its folder', () => {
    expect(violations({ [planted]: `import 'oidc-provider';` }).join()).toContain(
      'planted.ts > oidc-provider',
    );
  });
});
