/** Finds a Chromium for the browser tests, or installs one. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const wellKnown = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * An existing browser ($CHROMIUM first), else the distribution's package, else playwright's own build.
 * @returns the path of the executable
 * @throws {Error} `browser-missing` with what to do, when none can be had
 */
export function ensureChromium(log: (line: string) => void): string {
  const existing = [process.env['CHROMIUM'], ...wellKnown].find((path) => path && existsSync(path));
  if (existing) return existing;

  log('No Chromium found; installing the distribution package ...');
  if (installPackage()) {
    const installed = wellKnown.find((path) => existsSync(path));
    if (installed) return installed;
  }
  log("No distribution package; fetching playwright's build ...");
  const cli = join(import.meta.dirname, '..', 'node_modules', 'playwright-core', 'cli.js');
  spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'inherit' });
  if (existsSync(chromium.executablePath())) return chromium.executablePath();
  throw new Error(
    'browser-missing: install Chromium (Debian: apt-get install chromium) or set CHROMIUM to its path',
  );
}

function installPackage(): boolean {
  if (!existsSync('/usr/bin/apt-get')) return false;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
      const [command = '', ...rest] = [...asRoot, 'apt-get', '-qq', ...args];
      execFileSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'], env });
    }
    return true;
  } catch {
    return false;
  }
}
