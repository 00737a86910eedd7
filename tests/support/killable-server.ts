/**
 * A server on SQLite as its own process, for tests that kill it. Arguments: directory, port. It prints one line once
 * it accepts requests.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, defaultConfig } from '@blindsight/server';
import { callback, manifest } from '../../packages/server/test/support/provider.ts';

const [directory = '', port = ''] = process.argv.slice(2);
const models = join(directory, 'models');
mkdirSync(models, { recursive: true });
writeFileSync(join(models, 'manifest.json'), JSON.stringify(manifest));
const many = 1_000_000;
const server = await createServer(
  defaultConfig({
    origin: `http://localhost:${port}`,
    port: Number(port),
    modelsDirectory: models,
    dataDirectory: join(directory, 'data'),
    workers: 1,
    logLevel: 'silent',
    clients: [{ id: 'demo', name: 'Demo', redirectUris: [callback] }],
    rateLimits: { general: many, begin: many },
    // an attempt that a kill cut short is a failure: here there are many; the challenge is in memory by design
    policy: { challenge: 'none', failuresToLock: many, signInsPerDay: many, signInsPerDayAndClient: many },
  }),
);
await server.listen();
process.stdout.write('up\n');
