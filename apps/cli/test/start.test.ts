/** Starting, stopping, and every way a start can fail: the code, the status, and nothing left running. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { prepareModels, preparePages, repository } from '../src/prepare.ts';
import { cli, temporary } from './support.ts';

const models = join(repository, '.cache/models-for-tests');

beforeAll(async () => {
  await prepareModels(models, () => {});
  await preparePages(() => {});
}, 120_000);

/** Ports the system says are free now. */
async function freePorts(): Promise<{ port: string; demoPort: string }> {
  const free = async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen({ port: 0, host: 'localhost' }, resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    return String(port);
  };
  return { port: await free(), demoPort: await free() };
}

async function taken(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ port: 0, host: 'localhost' }, resolve));
  onTestFinished(() => void server.close());
  return String((server.address() as { port: number }).port);
}

interface StartOptions {
  data?: string;
  port?: string;
  demoPort?: string;
  models?: string;
  whileUp?: (out: string) => Promise<void>;
}

async function start(command: 'serve' | 'demo', over: StartOptions = {}) {
  const ports = await freePorts();
  const { data = temporary(), port = ports.port, demoPort = ports.demoPort } = over;
  const argv = [command, '--data', data, '--port', port, '--demo-port', demoPort];
  argv.push('--models', over.models ?? models, '--log-level', 'error', '--workers', '1', '--json');
  const ran = await cli(argv, over.whileUp ? { whileUp: over.whileUp } : {});
  return { ...ran, code: ran.err === '' ? undefined : JSON.parse(ran.err).error.code, data, port, demoPort };
}

describe('demo', () => {
  it('brings both addresses up, leads from one to the other, and stops when asked', async () => {
    const seen: Record<string, unknown> = {};
    const ran = await start('demo', {
      whileUp: async (out) => {
        const { provider, demo } = JSON.parse(out).ready;
        const discovery = await (await fetch(`${provider}/.well-known/openid-configuration`)).json();
        seen['issuer'] = discovery.issuer === provider;
        seen['home'] = (await fetch(demo)).status;
        const away = await fetch(`${demo}/sign-in`, { redirect: 'manual' });
        const there = await fetch(away.headers.get('location') ?? '', { redirect: 'manual' });
        seen['signIn'] = there.headers.get('location');
        seen['page'] = (await fetch(new URL(seen['signIn'] as string, provider))).status;
        seen['manifest'] = (await fetch(`${provider}/models/manifest.json`)).status;
      },
    });
    expect(ran.err).toBe('');
    expect(ran.status).toBe(0);
    expect(seen).toEqual({
      issuer: true,
      home: 200,
      signIn: expect.stringMatching(/^\/sign-in\/[\w-]+$/),
      page: 200,
      manifest: 200,
    });
    for (const port of [ran.port, ran.demoPort])
      await expect(fetch(`http://localhost:${port}`)).rejects.toThrow();
  });

  it('starts again on the same data, with the same keys', async () => {
    const data = temporary();
    const keys: string[] = [];
    const look = async (out: string) => {
      keys.push(await (await fetch(`${JSON.parse(out).ready.provider}/oidc/jwks`)).text());
    };
    for (const _ of [1, 2]) expect((await start('demo', { data, whileUp: look })).status).toBe(0);
    expect(keys[1]).toBe(keys[0]);
  });

  it.each(['port', 'demoPort'] as const)(
    'says port-in-use when %s is taken, and leaves nothing running',
    async (which) => {
      const port = await taken();
      const ran = await start('demo', { [which]: port });
      expect(ran).toMatchObject({ status: 3, code: 'port-in-use' });
      expect(ran.err).toContain(port);
      const other = which === 'port' ? ran.demoPort : ran.port;
      await expect(fetch(`http://localhost:${other}`)).rejects.toThrow();
    },
  );
});

describe('serve', () => {
  it('on a data directory that is a file: data-directory-unwritable', async () => {
    const data = join(temporary(), 'file');
    writeFileSync(data, '');
    expect(await start('serve', { data })).toMatchObject({ status: 4, code: 'data-directory-unwritable' });
  });

  it('with models that were altered: models-altered', async () => {
    const altered = temporary();
    const manifest = readFileSync(join(models, 'manifest.json'), 'utf8');
    writeFileSync(join(altered, 'manifest.json'), manifest);
    for (const { name } of JSON.parse(manifest).files) writeFileSync(join(altered, name), 'x');
    expect(await start('serve', { models: altered })).toMatchObject({ status: 6, code: 'models-altered' });
  });

  it.each([
    ['blindsight.db', 'database-missing', 4],
    ['master.key', 'data-key-missing', 4],
  ])('without %s: %s', async (file, code, status) => {
    const data = temporary();
    await start('serve', { data });
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(data, file + suffix), { force: true });
    expect(await start('serve', { data })).toMatchObject({ status, code });
  });

  it('with a database that is none: database-corrupt', async () => {
    const data = temporary();
    await start('serve', { data });
    writeFileSync(join(data, 'blindsight.db'), 'x'.repeat(8192));
    expect(await start('serve', { data })).toMatchObject({ status: 4, code: 'database-corrupt' });
  });

  it('while another one runs on the same data: database-locked', async () => {
    const data = temporary();
    let second: { status: number; code: string } | undefined;
    const first = await start('serve', {
      data,
      whileUp: async () => {
        second = await start('serve', { data });
      },
    });
    expect(first.status).toBe(0);
    expect(second).toMatchObject({ status: 5, code: 'database-locked' });
  });

  it('as a process: ends well on SIGTERM', async () => {
    const { port } = await freePorts();
    const argv = [join(repository, 'apps/cli/src/main.ts'), 'serve', '--json', '--log-level', 'error'];
    argv.push('--data', temporary(), '--port', port, '--models', models, '--workers', '1');
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    const [ready] = await Promise.race([once(child.stdout, 'data'), ended]);
    expect(JSON.parse(String(ready))).toEqual({ ready: { provider: `http://localhost:${port}` } });
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});

describe('audit verify', () => {
  it('follows the log of a server that ran', async () => {
    const { data } = await start('serve');
    const { status, out } = await cli(['audit', 'verify', '--data', data, '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      rows: expect.any(Number),
      head: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(JSON.parse(out).rows).toBeGreaterThan(0);
  });

  it('notices a row that was changed, and says which', async () => {
    const { data } = await start('serve');
    const db = new DatabaseSync(join(data, 'blindsight.db'));
    const { changes } = db
      .prepare("UPDATE audit SET event = replace(event, 'server', 'Server') WHERE sequence = 1")
      .run();
    db.close();
    expect(changes).toBe(1);
    const { status, out } = await cli(['audit', 'verify', '--data', data]);
    expect(status).toBe(1);
    expect(out).toContain('BROKEN at row 1');
  });

  it('without a database says so', async () => {
    const { status, err } = await cli(['audit', 'verify', '--data', temporary()]);
    expect(status).toBe(4);
    expect(err).toMatch(/^database-missing: /);
  });
});

describe('models', () => {
  it('are built and verified by their commands', async () => {
    const target = join(temporary(), 'models');
    const built = await cli(['models', 'build', '--models', target, '--json']);
    const verified = await cli(['models', 'verify', '--models', target, '--json']);
    expect([built.status, verified.status]).toEqual([0, 0]);
    expect(JSON.parse(verified.out).manifestHash).toBe(JSON.parse(built.out).manifestHash);
  });

  it('that are missing are named', async () => {
    const { status, err } = await cli(['models', 'verify', '--models', temporary()]);
    expect(status).toBe(6);
    expect(err).toMatch(/^models-missing: /);
  });
});
