/**
 * Checks of the machine: Node, clock, address, ports.
 * @module
 */
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { repository } from '../prepare.ts';
import { type Finding, fail, ok, warn } from './report.ts';

export function checkNode(version: string = process.versions.node): Finding {
  const major = Number(version.split('.')[0]);
  if (major >= 24) return ok('node', `Node ${version}`);
  return fail(
    'node',
    `Node ${version} is too old`,
    'Use the Node 24 of this repository: npm run cli -- doctor',
  );
}

/** Without a network only an impossible time is noticed: one before the files of this installation. */
export function checkClock(now: number = Date.now()): Finding {
  const made = statSync(join(repository, 'package.json')).mtimeMs;
  const day = 86_400_000;
  if (now + day >= made) return ok('clock', new Date(now).toISOString());
  const text = `${new Date(now).toISOString()} is before this installation was made`;
  return fail('clock', text, 'Set the clock: deadlines and tokens depend on it (timedatectl set-ntp true).');
}

/** WebAuthn and the camera need a secure context, and WebAuthn needs a name, not an address. */
export function checkOrigin(origin: string): Finding {
  const { protocol, hostname } = new URL(origin);
  if (/^[\d.]+$|^\[/.test(hostname)) {
    return fail(
      'origin',
      `${origin} is a number`,
      'Passkeys need a name: use http://localhost:PORT or an https name.',
    );
  }
  if (protocol === 'https:') return ok('origin', origin);
  if (hostname === 'localhost') return ok('origin', `${origin} (this machine only)`);
  return fail(
    'origin',
    `${origin} is not https`,
    'Browsers give camera and passkeys to https only: set --origin.',
  );
}

export async function checkPort(
  check: string,
  port: number,
  host: string,
  health?: string,
): Promise<Finding> {
  if (port === 0) return ok(check, 'any free port');
  const problem = await listens(port, host);
  if (problem === undefined) return ok(check, `${port} is free`);
  if (health !== undefined && (await answers(health))) {
    return warn(check, `${port} is in use by a running Blindsight`, 'Fine if that is the one you mean.');
  }
  if (problem === 'EADDRINUSE') {
    return fail(
      check,
      `${port} is in use by another program`,
      `Stop it, or choose another port with --${check}.`,
    );
  }
  return fail(check, `${port} on ${host} cannot be used (${problem})`, 'Choose another --port or --host.');
}

/** Tries the port for a moment; resolves to the error's code when it cannot be had. */
function listens(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen({ port, host }, () => server.close(() => resolve(undefined)));
  });
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
