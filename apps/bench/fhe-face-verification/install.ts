/**
 * `node install.ts HARNESS`: makes the folder of the public benchmark's harness call these stages. Refuses where
 * another submission's scripts would be found first.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stages } from './stages.ts';

const harness = process.argv[2];
if (!harness || !existsSync(join(harness, 'harness'))) {
  console.error('usage: node install.ts HARNESS, the folder that holds harness/ and submission/');
  process.exit(2);
}
const submission = join(harness, 'submission');
const unpack = 'client_preprocess_input.py';
const others = Object.keys(stages).filter((name) => existsSync(join(submission, `${name}.py`)));
if (others.length > 0) {
  console.error(`${submission} holds another submission (${others[0]}.py): move it away first`);
  process.exit(1);
}
mkdirSync(join(submission, 'build'), { recursive: true });
copyFileSync(new URL(unpack, import.meta.url), join(submission, unpack));
const main = fileURLToPath(new URL('main.ts', import.meta.url));
for (const name of Object.keys(stages)) {
  const launcher = join(submission, 'build', name);
  writeFileSync(launcher, `#!/bin/sh\nexec '${process.execPath}' '${main}' ${name} "$@"\n`);
  chmodSync(launcher, 0o755);
}
console.log(`${Object.keys(stages).length} stages installed in ${submission}`);
