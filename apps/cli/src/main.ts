#!/usr/bin/env node
/** The command line. Needs Node 24: `npm run cli -- help`. */
import { existsSync } from 'node:fs';
import { run } from './run.ts';

if (existsSync('.env')) process.loadEnvFile('.env');

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  untilAsked,
});

/** The first signal asks to end; a second one, or ten seconds, insists. */
function untilAsked(): Promise<void> {
  const insist = () => process.exit(1);
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, insist);
        setTimeout(insist, 10_000).unref();
        resolve();
      });
    }
  });
}
