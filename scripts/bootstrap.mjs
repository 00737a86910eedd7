// Entry of every npm script. Runs on the machine's own Node (20 or newer) and needs nothing installed:
// it installs the locked dependencies when they are missing or stale, then hands over to the pinned
// Node 24 that comes with them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What each npm script runs under Node 24. */
const programs = {
  start: ['apps/cli/src/main.ts', 'demo'],
  cli: ['apps/cli/src/main.ts'],
  test: ['scripts/test.ts'],
  bench: ['apps/bench/src/main.ts'],
  build: ['scripts/build.ts'],
};

const [name = '', ...rest] = process.argv.slice(2);
if (!(name in programs)) {
  console.error(`unknown program "${name}"; one of: ${Object.keys(programs).join(', ')}`);
  process.exit(2);
}
ensureInstalled();
const run = spawnSync(pinnedNode(), [...programs[name], ...rest], { cwd: root, stdio: 'inherit' });
process.exit(run.status ?? (run.signal === 'SIGINT' ? 130 : 1));

/** `npm ci` once per lockfile content: the stamp inside node_modules remembers which one is installed. */
function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.blindsight-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  console.error('Installing the locked dependencies (npm ci) ...');
  // npm tells its scripts where it lives; without it (plain `node scripts/bootstrap.mjs`) the PATH decides.
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  const install = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (install.status !== 0) {
    console.error(
      'install-failed: npm ci did not finish. Check the network connection and run the command again.',
    );
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

/** The Node 24 of the lockfile; on platforms it has no build for, the caller's own if new enough. */
function pinnedNode() {
  const pinned = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  console.error(
    `node-too-old: no bundled Node for ${process.platform}-${process.arch}; install Node 24 or newer and try again.`,
  );
  process.exit(1);
}
