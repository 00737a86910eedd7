import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('../examples/', import.meta.url);

it.each(readdirSync(folder))('%s runs and prints what its last line says', (name) => {
  const file = new URL(name, folder);
  const [, promised] = /\n\/\/ (.+)\n$/.exec(readFileSync(file, 'utf8'))!;
  const printed = execFileSync(process.execPath, [file.pathname], { encoding: 'utf8' });
  expect(printed.trim()).toBe(promised);
});
