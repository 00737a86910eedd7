/** The doctor: each thing that can be wrong is found, named, and comes with what to do. Nothing is changed. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buildModels } from '@blindsight/face/models/build';
import { describe, expect, it, onTestFinished } from 'vitest';
import { modelsFolder } from '../../../tests/support/people.ts';
import { checkClock, checkNode, checkOrigin } from '../src/doctor/machine.ts';
import type { Finding, Report } from '../src/doctor/report.ts';
import { cli, temporary } from './support.ts';

async function examine(
  data: string,
  ...more: string[]
): Promise<Report & { status: number; of(check: string): Finding }> {
  const argv = ['doctor', '--json', '--data', data, '--port', '0', '--demo-port', '0', ...more];
  const { status, out, err } = await cli(argv);
  expect(err).toBe('');
  const report = JSON.parse(out) as Report;
  const of = (check: string) => report.findings.find((finding) => finding.check === check)!;
  return { ...report, status, of };
}

/** A data directory as a first start leaves it, as far as the doctor looks. */
function installed(): string {
  const data = temporary();
  chmodSync(data, 0o700);
  writeFileSync(join(data, 'master.key'), 'k', { mode: 0o600 });
  const db = new DatabaseSync(join(data, 'blindsight.db'));
  db.exec('CREATE TABLE t (x TEXT) STRICT');
  db.close();
  return data;
}

describe('doctor', () => {
  it('finds nothing wrong before the first start, and makes nothing', async () => {
    const parent = temporary();
    const data = join(parent, 'not-yet');
    const report = await examine(data);
    expect(report).toMatchObject({ ok: true, status: 0 });
    expect(report.of('data').text).toContain('made at the first start');
    expect(existsSync(data)).toBe(false);
  });

  it('finds nothing wrong with what a start left, and leaves it as it was', async () => {
    const data = installed();
    const before = readdirSync(data);
    const report = await examine(data);
    for (const check of ['data', 'key', 'database', 'lock']) expect(report.of(check).verdict).toBe('ok');
    expect(readdirSync(data).sort()).toEqual(before.sort());
  });

  it('says what to do about everything it finds', async () => {
    const data = temporary();
    writeFileSync(join(data, 'master.key'), 'k', { mode: 0o644 });
    const { findings } = await examine(data);
    for (const { verdict, advice } of findings) expect(advice !== '').toBe(verdict !== 'ok');
  });

  it('notices a data directory that is a file', async () => {
    const path = join(temporary(), 'file');
    writeFileSync(path, '');
    const report = await examine(path);
    expect(report).toMatchObject({ ok: false, status: 1 });
    expect(report.of('data')).toMatchObject({ verdict: 'fail', text: expect.stringContaining('ENOTDIR') });
  });

  it('notices a data directory others may look into', async () => {
    const data = installed();
    chmodSync(data, 0o755);
    expect((await examine(data)).of('data').verdict).toBe('warn');
  });

  it.each([
    ['a key without a database', 'blindsight.db', 'database-missing'],
    ['a database without a key', 'master.key', 'data-key-missing'],
  ])('notices %s', async (_, gone, code) => {
    const data = installed();
    const kept = gone === 'master.key' ? 'blindsight.db' : 'master.key';
    const half = temporary();
    writeFileSync(join(half, kept), readFileSync(join(data, kept)), { mode: 0o600 });
    const report = await examine(half);
    expect(report.of('key')).toMatchObject({ verdict: 'fail', text: expect.stringContaining(code) });
    expect(report.status).toBe(1);
  });

  it('notices a key others may read', async () => {
    const data = installed();
    chmodSync(join(data, 'master.key'), 0o640);
    expect((await examine(data)).of('key')).toMatchObject({ verdict: 'fail' });
  });

  it('notices a database that is none', async () => {
    const data = installed();
    writeFileSync(join(data, 'blindsight.db'), 'x'.repeat(8192));
    expect((await examine(data)).of('database').text).toContain('database-corrupt');
  });

  it('notices a database another process holds', async () => {
    const data = installed();
    const holder = new DatabaseSync(join(data, 'blindsight.db'));
    holder.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN EXCLUSIVE; COMMIT;');
    onTestFinished(() => holder.close());
    const report = await examine(data);
    expect(report.of('lock')).toMatchObject({ verdict: 'warn' });
    expect(report.of('lock').text).toContain('another process');
  });

  it('notices a port that is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen({ port: 0, host: 'localhost' }, resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { port: number };
    const report = await examine(temporary(), '--port', String(port));
    expect(report.of('port')).toMatchObject({ verdict: 'fail', advice: expect.stringContaining('--port') });
  });

  it('tells models of another release from altered ones', async () => {
    const models = temporary();
    writeFileSync(join(models, 'manifest.json'), '{"schema":1}');
    const report = await examine(temporary(), '--models', models);
    expect(report.of('models')).toMatchObject({
      verdict: 'fail',
      text: expect.stringContaining('models-outdated'),
      advice: expect.stringContaining('models build'),
    });
  });

  it('says at which rates faces are accepted', async () => {
    await buildModels(modelsFolder);
    const report = await examine(temporary(), '--models', modelsFolder);
    expect(report.of('accuracy')).toMatchObject({
      verdict: 'ok',
      text: expect.stringMatching(/profile default, false match rate 1e-3 .* wolf rate at least [\d.]+ %/),
    });
  }, 120_000);

  it('notices models that were altered', async () => {
    const models = temporary();
    mkdirSync(models, { recursive: true });
    writeFileSync(join(models, 'manifest.json'), '{}');
    const report = await examine(temporary(), '--models', models);
    expect(report.of('models')).toMatchObject({
      verdict: 'fail',
      text: expect.stringContaining('models-altered'),
    });
  });

  it('prints one line per check for people, and the sum', async () => {
    const { out } = await cli(['doctor', '--data', installed(), '--port', '0', '--demo-port', '0']);
    expect(out).toMatch(/^ok +node +Node 24/m);
    expect(out).toMatch(/\d+ failed, \d+ to look at, 14 checks\n$/);
  });
});

describe('the machine', () => {
  it.each([
    ['22.12.0', 'fail'],
    ['24.0.0', 'ok'],
    ['26.1.0', 'ok'],
  ])('Node %s: %s', (version, verdict) => {
    expect(checkNode(version).verdict).toBe(verdict);
  });

  it('a clock that stands at 1970 is wrong', () => {
    expect(checkClock(0).verdict).toBe('fail');
    expect(checkClock().verdict).toBe('ok');
  });

  it.each([
    ['http://localhost:4400', 'ok'],
    ['https://id.example.org', 'ok'],
    ['http://id.example.org', 'fail'],
    ['http://127.0.0.1:4400', 'fail'],
    ['https://[::1]:4400', 'fail'],
  ])('the address %s: %s', (origin, verdict) => {
    expect(checkOrigin(origin).verdict).toBe(verdict);
  });
});
