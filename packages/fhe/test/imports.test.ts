import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../src');

/** Every file of this package that the entry reaches by any import or re-export, types included. */
function reached(entry: string): Set<string> {
  const found = new Set<string>();
  const visit = (file: string) => {
    if (found.has(file)) return;
    found.add(file);
    const text = readFileSync(join(source, file), 'utf8');
    // `import ... from 'x'`, `export ... from 'x'`, `import 'x'`, `import('x')`, `new URL('x', ...)`
    for (const [, target] of text.matchAll(/(?:from|import|URL\()\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
      const path = relative(source, resolve(source, dirname(file), target!));
      if (path.endsWith('.ts') && existsSync(join(source, path))) visit(path);
    }
  };
  visit(entry);
  return found;
}

/** What only a key holder may have. */
const secretFiles = [
  'rlwe/secret-key.ts',
  ...['bgv/keys.ts', 'bgv/encrypt.ts', 'bgv/decrypt.ts'],
  ...['ckks/secret.ts', 'ckks/keys.ts', 'ckks/encrypt.ts', 'ckks/decrypt.ts', 'ckks/client.ts'],
  'client.ts',
];

describe('imports', () => {
  it.each(['evaluate.ts', 'params.ts'])('%s reaches no secret key, by type or by value', (entry) => {
    const files = reached(entry);
    expect(files.size).toBeGreaterThan(5);
    expect(secretFiles.filter((file) => files.has(file))).toEqual([]);
  });

  it('client.ts does reach them, so the walker sees what it looks for', () => {
    const files = reached('client.ts');
    expect(secretFiles.filter((file) => !files.has(file))).toEqual([]);
  });

  it('no entry but its own reaches the no-op scheme', () => {
    for (const entry of ['client.ts', 'evaluate.ts', 'params.ts'])
      expect(reached(entry)).not.toContain('noop.ts');
  });

  it('layers point down: kernel and ring know no keys, rlwe and wire know no scheme', () => {
    const layers: [string, RegExp][] = [
      ['kernel/reference.ts', /^(rlwe|bgv|ckks|wire)\//],
      ['ring/poly.ts', /^(rlwe|bgv|ckks|wire)\//],
      ['rlwe/samplers.ts', /^(bgv|ckks|wire)\//],
      ['rlwe/secret-key.ts', /^(bgv|ckks|wire)\//],
      ['wire/seeded.ts', /^(bgv|ckks)\//],
      ['bgv/evaluate.ts', /^ckks\//],
      ['ckks/evaluate.ts', /^bgv\//],
    ];
    for (const [entry, above] of layers) {
      expect([...reached(entry)].filter((file) => above.test(file))).toEqual([]);
    }
  });
});
