import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

const programs = [...readFileSync(`${root}/README.md`, 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
  ([, program]) => program!,
);

it('the README has a program for each scheme', () => expect(programs).toHaveLength(2));

it.each(programs)('program %# in the README runs as pasted and prints what it says', (program) => {
  const printed = execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(printed.trim()).toMatch(/^\[ .* \]$/);
  expect(program).toContain(`// ${printed.trim()}\n`);
  expect(
    program.split('\n').filter((line) => line.trim() && !line.startsWith('//')).length,
  ).toBeLessThanOrEqual(15);
});
