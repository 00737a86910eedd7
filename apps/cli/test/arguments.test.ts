/** The command line and its settings: what is understood, what is refused and how. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands, parseCommand } from '../src/arguments.ts';
import { envExample, optionSpecs } from '../src/options.ts';
import { repository } from '../src/prepare.ts';
import { readSettings } from '../src/settings.ts';
import { cli, temporary } from './support.ts';

describe('the command line', () => {
  const taking = {
    calibrate: 'FOLDER',
    'audit export': 'CHECK',
    'audit replay': 'FILE',
    backup: 'FILE',
    restore: 'FILE',
    'erasure verify': 'RECEIPT',
    conformance: 'COMMAND',
  };

  it.each(Object.keys(commands).filter((name) => !(name in taking)))('understands %s', (name) => {
    expect(parseCommand(name.split(' ')).name).toBe(name);
    expect(() => parseCommand([...name.split(' '), 'x'])).toThrow(/not understood/);
  });

  it.each(Object.entries(taking))('understands %s, with its %s and not without', (name, operand) => {
    expect(parseCommand([...name.split(' '), 'x'])).toMatchObject({ name, operand: 'x' });
    expect(() => parseCommand(name.split(' '))).toThrow(operand);
    expect(() => parseCommand([...name.split(' '), 'x', 'y'])).toThrow(/not understood/);
  });

  it.each(['-DAAAAAAAAAAAAAAAAAAAA', '--AAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAAAA'])(
    'takes %s for the number of a receipt wherever it stands',
    (id) => {
      const receipt = id.padEnd(22, 'A');
      for (const words of [
        ['erasure', 'verify', receipt, '--json'],
        ['--json', 'erasure', 'verify', receipt],
      ]) {
        expect(parseCommand(words)).toMatchObject({
          name: 'erasure verify',
          operand: receipt,
          given: { json: true },
        });
      }
    },
  );

  it('takes options before and after the command', () => {
    expect(parseCommand(['--port', '1', 'serve', '--data=/d', '--json']).given).toEqual({
      port: '1',
      data: '/d',
      json: true,
    });
  });

  it.each([
    [['fly'], 'fly'],
    [['models'], 'models'],
    [['serve', 'twice'], 'serve twice'],
    [['serve', '--prot', '1'], '--prot'],
    [['serve', '--port'], '--port'],
    [['serve', '--env'], '--env'],
  ])('refuses %j and says why', async (argv, named) => {
    const { status, err, out } = await cli(argv);
    expect(status).toBe(2);
    expect(err).toMatch(/^bad-usage: /);
    expect(err).toContain(named);
    expect(out).toBe('');
  });

  it.each([[[]], [['help']], [['--help']], [['serve', '-h']]])(
    '%j shows every command and option',
    async (argv) => {
      const { status, out } = await cli(argv);
      expect(status).toBe(0);
      for (const name of Object.keys(commands)) expect(out).toContain(`  ${name} `);
      for (const { name, env } of optionSpecs) {
        expect(out).toContain(`--${name}`);
        expect(out).toContain(env);
      }
    },
  );

  it('prints errors as JSON when asked to', async () => {
    const { err } = await cli(['serve', '--json', '--port', 'x']);
    expect(JSON.parse(err).error).toMatchObject({ code: 'bad-configuration', exit: 2 });
  });
});

describe('settings', () => {
  const read = (given = {}, env = {}, cwd = temporary()) => readSettings(given, env, cwd);

  it('have defaults that fit npm start', () => {
    const cwd = temporary();
    const { server, demoOrigin, json } = read({}, {}, cwd);
    expect(server).toMatchObject({
      origin: 'http://localhost:4400',
      host: 'localhost',
      port: 4400,
      dataDirectory: join(cwd, 'data'),
      modelsDirectory: join(cwd, 'data/models'),
      storage: 'sqlite',
      production: false,
      logLevel: 'info',
      clients: [],
    });
    expect({ demoOrigin, json }).toEqual({ demoOrigin: 'http://localhost:4401', json: false });
  });

  it('take the command line over the environment, and the environment over the default', () => {
    const env = { BLINDSIGHT_PORT: '5000', BLINDSIGHT_WORKERS: '3', BLINDSIGHT_HOST: '' };
    const { server } = read({ port: '6000' }, env);
    expect(server).toMatchObject({
      port: 6000,
      origin: 'http://localhost:6000',
      workers: 3,
      host: 'localhost',
    });
  });

  it.each([
    [{ port: '70000' }, '--port (BLINDSIGHT_PORT) is "70000"'],
    [{ port: '-1' }, '--port'],
    [{ 'demo-port': 'x' }, '--demo-port (BLINDSIGHT_DEMO_PORT) is "x"'],
    [{ port: '4401' }, 'BLINDSIGHT_DEMO_PORT'],
    [{ origin: 'id.example.org' }, '--origin'],
    [{ origin: 'http://id.example.org' }, '--origin'],
    [{ origin: 'http://127.0.0.1:4400' }, '--origin'],
    [{ storage: 'files' }, '--storage'],
    [{ workers: '0' }, '--workers'],
    [{ 'log-level': 'loud' }, '--log-level'],
    [{ clients: 'nowhere.json' }, 'cannot be read'],
  ])('refuse %j by name and value', (given, message) => {
    expect(() => read(given)).toThrow(message);
  });

  it('in production insist on https and durable storage', () => {
    const production = { production: true };
    const code = { code: 'dev-keys-in-production' };
    expect(() => read(production)).toThrow(expect.objectContaining(code));
    expect(() =>
      read({ origin: 'https://id.example.org', storage: 'memory' }, { NODE_ENV: 'production' }),
    ).toThrow(expect.objectContaining(code));
    expect(read({ ...production, origin: 'https://id.example.org/' }).server.origin).toBe(
      'https://id.example.org',
    );
  });

  describe('the applications file', () => {
    const shop = { id: 'shop', name: 'Shop', secret: 's'.repeat(32), redirectUris: ['https://shop.test/cb'] };
    const withFile = (content: string) => {
      const cwd = temporary();
      writeFileSync(join(cwd, 'clients.json'), content);
      return read({ clients: 'clients.json' }, {}, cwd);
    };

    it('is read when named, and from the data directory when there', () => {
      expect(withFile(JSON.stringify([shop])).server.clients).toEqual([shop]);
      const data = temporary();
      writeFileSync(join(data, 'clients.json'), JSON.stringify([shop]));
      expect(read({ data }).server.clients).toEqual([shop]);
    });

    it.each([
      ['not JSON', '{', 'not JSON'],
      ['a misspelt member', JSON.stringify([{ ...shop, requiredAcrs: 'x' }]), 'not the form'],
      ['a short secret', JSON.stringify([{ ...shop, secret: 'short' }]), 'not the form'],
      ['no redirect address', JSON.stringify([{ ...shop, redirectUris: [] }]), 'not the form'],
    ])('is refused with %s', (_, content, message) => {
      expect(() => withFile(content)).toThrow(message);
    });
  });

  it('are all listed in .env.example, which is made from the same table', async () => {
    expect(readFileSync(join(repository, '.env.example'), 'utf8')).toBe(envExample());
    expect((await cli(['help', '--env'])).out).toBe(envExample());
  });
});
