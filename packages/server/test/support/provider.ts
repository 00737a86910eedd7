/**
 * A whole provider without a socket: real storage, real workers, real OpenID provider; the clock is the test's.
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { ServerConfig } from '../../src/config.ts';
import { type ConfigOverrides, defaultConfig } from '../../src/default-config.ts';
import { createLogger } from '../../src/logging.ts';
import { createServer, type Replacements, type Server } from '../../src/server.ts';

export const origin = 'http://localhost:4400';
export const callback = 'http://localhost:4401/callback';

/** The members the server reads, with values a calibration could have. */
export const manifest = {
  format: 'blindsight/models',
  schema: 2,
  calibration: {
    digits: 512,
    sumOfSquares: [3008, 3136],
    sMax: 1266,
    operatingFmr: 0.001,
    tau: [
      { fmr: 0.01, tau: 500 },
      { fmr: 0.001, tau: 600 },
    ],
  },
};

export interface Provider {
  server: Server;
  readonly config: ServerConfig;
  readonly directory: string;
  /** Everything logged so far, one JSON line each. */
  log(): string;
  now(): number;
  /** Lets time pass. */
  pass(ms: number): void;
  /** Ends the server and opens another one over the same data. */
  restart(): Promise<void>;
  dispose(): Promise<void>;
}

export async function provider(over: ConfigOverrides = {}, replaced: Replacements = {}): Promise<Provider> {
  const directory = mkdtempSync(join(tmpdir(), 'blindsight-provider-'));
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify(manifest));
  const config = defaultConfig({
    origin,
    modelsDirectory: directory,
    dataDirectory: join(directory, 'data'),
    workers: 1,
    clients: [
      { id: 'demo', name: 'Demo', redirectUris: [callback] },
      { id: 'other', name: 'Other', redirectUris: [callback] },
    ],
    rateLimits: { general: 100_000, begin: 100_000 },
    ...over,
    // most tests are about something else; those of the challenge ask for it
    policy: { challenge: 'none', ...over.policy },
  });
  // the OpenID library reads the machine's clock, so time here is that plus what the test let pass
  let passed = 0;
  const now = () => Date.now() + passed;
  let log = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  const logger = createLogger('debug', sink);
  const start = () => createServer(config, { clock: now, wait: async () => {}, logger, ...replaced });
  const running: Provider = {
    server: await start(),
    config,
    directory,
    log: () => log,
    now,
    pass(ms) {
      passed += ms;
    },
    async restart() {
      await running.server.close();
      running.server = await start();
    },
    async dispose() {
      await running.server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return running;
}
