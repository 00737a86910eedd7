/** The program in the README runs as pasted. */

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('the program in the README prints true', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const program = /```ts\n([\s\S]*?)```/.exec(readme)![1]!;
  // beside the package, so that the imports resolve as they do for a reader
  const file = fileURLToPath(new URL(`./.readme-${process.pid}.ts`, import.meta.url));
  writeFileSync(file, program);
  try {
    expect(execFileSync(process.execPath, [file], { encoding: 'utf8' }).trim()).toBe('true');
  } finally {
    rmSync(file);
  }
});
