import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

it('the program in the README runs as pasted and prints what it says', () => {
  const program = /```ts\n([\s\S]*?)```/.exec(readFileSync(`${root}/README.md`, 'utf8'))?.[1] ?? '';
  const printed = execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(printed.trim()).toBe('[ 1017 ]');
  expect(program).toContain(`// ${printed.trim()}`);
  expect(
    program.split('\n').filter((line) => line.trim() && !line.startsWith('//')).length,
  ).toBeLessThanOrEqual(15);
});
