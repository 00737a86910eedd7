/** `backup`, `restore`, `erasure verify` and `keys rotate`, beside a running server and without one. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Browser } from '../../../packages/server/test/support/browser.ts';
import { provider } from '../../../packages/server/test/support/provider.ts';
import { cli, temporary } from './support.ts';

it('serve an operator from the first backup to the restore', async () => {
  const site = await provider();
  onTestFinished(() => site.dispose());
  const data = site.config.dataDirectory;
  const file = join(temporary(), 'backup.db');
  const run = async (...argv: string[]) => {
    const { status, out, err } = await cli([...argv, '--data', data, '--json']);
    return { status, json: JSON.parse(out || err) as Record<string, unknown> };
  };
  const ada = new Browser(site);
  await ada.createAccount();
  await ada.enrol('ada');
  const { accountId, deviceId } = ada.device!;

  // the server runs: it makes the backup itself, and nobody takes its data away
  expect(await run('backup', file)).toMatchObject({ status: 0, json: { file } });
  expect(await run('backup', file)).toMatchObject({ status: 4, json: { error: { code: 'file-exists' } } });
  expect(await run('restore', file)).toMatchObject({
    status: 5,
    json: { error: { code: 'database-locked' } },
  });
  expect(await run('keys', 'rotate')).toMatchObject({ status: 5 });
  const { receiptId } = await ada.must<{ receiptId: string }>(
    'DELETE',
    `/v1/account/devices/${deviceId}/enrolment`,
  );
  const held = await run('erasure', 'verify', receiptId);
  expect(held).toEqual({ status: 0, json: expect.objectContaining({ holds: true, deviceId }) });
  const unknown = await run('erasure', 'verify', 'AAAAAAAAAAAAAAAAAAAAAA');
  expect(unknown).toMatchObject({ status: 1, json: { error: { code: 'not-found' } } });

  await site.server.close();
  expect(existsSync(join(data, 'control.sock'))).toBe(false);
  expect(await run('restore', `${file}.no`)).toMatchObject({
    status: 2,
    json: { error: { code: 'file-missing' } },
  });
  expect(await run('restore', file)).toMatchObject({ status: 0, json: { deletionsReapplied: 1 } });
  expect(await run('erasure', 'verify', receiptId)).toEqual(held);
  expect(await run('keys', 'rotate')).toMatchObject({ status: 0 });
  expect((await run('audit', 'verify')).status).toBe(0);
  expect(readdirSync(data).filter((name) => name.includes('replaced'))).toHaveLength(1);

  await site.restart();
  expect((await site.server.storage.devices.list(accountId))[0]).toMatchObject({ state: 'erased' });
});
