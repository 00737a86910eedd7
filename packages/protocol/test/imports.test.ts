/** The promise as an import rule: which modules each entry reaches. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = join(dirname(fileURLToPath(import.meta.url)), '../src');
const specifier =
  /(?:^|\n)\s*(?:import|export)\b[^;]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'/g;

/** Every module and package that `entry` reaches, type imports included. `read` can be replaced to plant a fault. */
function reach(entry: string, read = (file: string) => readFileSync(file, 'utf8')): Set<string> {
  const found = new Set<string>();
  const walk = (file: string) => {
    const name = relative(source, file);
    if (found.has(name)) return;
    found.add(name);
    for (const match of read(file).matchAll(specifier)) {
      const target = match[1] ?? match[2] ?? match[3]!;
      if (target.startsWith('.')) walk(join(dirname(file), target));
      else found.add(target);
    }
  };
  walk(join(source, entry));
  return found;
}

const secret = (name: string) =>
  name === '@blindsight/fhe/client' ||
  /^(image\/)?(client|oracle)/.test(name) ||
  name === 'image/interpret.ts';
const engine = (name: string) => name.startsWith('@blindsight/fhe');

describe('the imports of', () => {
  it('./server reach no secret key, no decryption, nothing of the device', () => {
    const reached = reach('server.ts');
    expect([...reached].filter(secret)).toEqual([]);
    expect(reached).toContain('@blindsight/fhe/evaluate');
    expect(reached).toContain('server/verify.ts');
    expect(reached).toContain('image/server/evaluate.ts');
  });

  it('./wire reach no engine at all', () => {
    const reached = [...reach('wire.ts')];
    expect(reached.filter((name) => secret(name) || engine(name) || name.startsWith('server'))).toEqual([]);
    expect(reached).toContain('wire/transcript.ts');
  });

  it('./client reach nothing of the server', () => {
    const reached = reach('client.ts');
    expect(
      [...reached].filter((name) => /^(image\/)?server/.test(name) || name === '@blindsight/fhe/evaluate'),
    ).toEqual([]);
    expect(reached).toContain('image/client/open.ts');
    expect(reached).toContain('@blindsight/fhe/client');
  });

  it.each([
    "import { openReply } from '../client/open.ts';",
    "import type { SecretKey } from '@blindsight/fhe/client';",
    "export * from '../client/keys.ts';",
    "const hidden = await import('@blindsight/fhe/client');",
    "import '../oracle.ts';",
  ])('./server are found out by the same walk when this is planted: %s', (planted) => {
    const read = (file: string) =>
      (file.endsWith('verify.ts') ? `\n${planted}\n` : '') + readFileSync(file, 'utf8');
    expect([...reach('server.ts', read)].filter(secret)).not.toEqual([]);
  });
});
