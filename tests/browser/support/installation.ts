/** A real installation for the browser tests: provider and demo relying party as child processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { modelsDirectory } from '../../../scripts/build.ts';

const root = join(import.meta.dirname, '..', '..', '..');

export interface Installation {
  /** Origin of the provider, e.g. `http://localhost:41234`. */
  readonly provider: string;
  /** Origin of the demo relying party. */
  readonly demo: string;
  /** The data directory; it outlives restarts. */
  readonly data: string;
  /** Everything both processes printed so far. */
  log(): string;
  /** Ends the processes: politely, or as a crash would. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts them again on the same ports and data. */
  start(): Promise<void>;
  /** Stops and deletes the data. */
  dispose(): Promise<void>;
}

/** Starts `cli demo` on free ports with an empty data directory and waits until both sides answer. */
export async function install(environment: Record<string, string> = {}): Promise<Installation> {
  const data = mkdtempSync(join(tmpdir(), 'blindsight-data-'));
  const port = await freePort();
  const demoPort = await freePort(port);
  const provider = `http://localhost:${port}`;
  const demo = `http://localhost:${demoPort}`;
  let process_: ChildProcess | undefined;
  let output = '';

  const start = async (): Promise<void> => {
    const args = [
      'apps/cli/src/main.ts',
      'demo',
      '--data',
      data,
      '--port',
      `${port}`,
      '--demo-port',
      `${demoPort}`,
      '--models',
      modelsDirectory,
    ];
    // A process group of its own: a crash must take the children along.
    const child = spawn(process.execPath, args, {
      cwd: root,
      // a fixed film cannot do what a challenge asks; tests about the challenge say so
      env: { ...process.env, BLINDSIGHT_CHALLENGE: 'none', ...environment },
      detached: true,
    });
    process_ = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text));
    await until(
      () => answers(`${provider}/health/ready`),
      child,
      () => output,
    );
    await until(
      () => answers(demo),
      child,
      () => output,
    );
  };
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> => {
    const child = process_;
    process_ = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    process.kill(-child.pid!, signal);
    await ended;
  };

  await start();
  return {
    provider,
    demo,
    data,
    log: () => output,
    start,
    stop,
    async dispose() {
      await stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

async function until(
  condition: () => Promise<boolean>,
  child: ChildProcess,
  output: () => string,
): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (child.exitCode !== null)
      throw new Error(`the installation ended with ${child.exitCode}:\n${output()}`);
    if (await condition()) return;
    await sleep(100);
  }
  throw new Error(`the installation did not come up within 60 s:\n${output()}`);
}

/** A port nobody listens on at this moment. The system may name the same one twice in a row: @param taken not this one. */
export async function freePort(taken?: number): Promise<number> {
  const port = await new Promise<number>((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
  return port === taken ? freePort(taken) : port;
}
