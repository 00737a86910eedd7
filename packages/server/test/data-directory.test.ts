/** The data directory: what opens, what is refused, what is on the disk. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { databaseFile, ledgerFile, masterKeyFile, openDataDirectory } from '../src/keys/data-directory.ts';
import { createSigningKeys } from '../src/keys/signing-keys.ts';
import { createVault } from '../src/keys/vault.ts';
import { account, budgets, bytes, event, givenEnrolled, passkey, signIn } from './support/rows.ts';
import { temporaryDirectory } from './support/storages.ts';

const open = (directory: string) => openDataDirectory(directory, 1);

async function initialised() {
  const directory = temporaryDirectory();
  const { storage } = await open(directory);
  const one = account();
  await storage.accounts.create(one, passkey(one.id), event('account-created'));
  await storage.close();
  return {
    directory,
    account: one,
    database: join(directory, databaseFile),
    key: join(directory, masterKeyFile),
  };
}

/** Every byte of every file of a directory. */
const onDisk = (directory: string) =>
  readdirSync(directory)
    .map((name) => readFileSync(join(directory, name)).toString('latin1'))
    .join('');

const codeOf = async (opening: Promise<unknown>) =>
  opening.then(
    () => 'opened',
    (error) => error.code as string,
  );

describe('a data directory', () => {
  it('is made at the first start, with a key only its owner may read, and opens again', async () => {
    const { directory, account: one, key } = await initialised();
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).sort()).toEqual([databaseFile, ledgerFile, masterKeyFile]);
    const again = await open(directory);
    expect(await again.storage.accounts.find(one.id)).toEqual(one);
    await again.storage.close();
  });

  it('with keys but no database is refused', async () => {
    const { directory, database } = await initialised();
    rmSync(database);
    expect(await codeOf(open(directory))).toBe('database-missing');
    expect(readdirSync(directory)).toEqual([ledgerFile, masterKeyFile]);
  });

  it.each([
    ['no key', (key: string) => rmSync(key)],
    [
      'another installation’s key',
      (key: string) => writeFileSync(key, `${Buffer.alloc(32, 7).toString('base64url')}\n`),
    ],
    ['a damaged key', (key: string) => writeFileSync(key, 'short\n')],
  ])('with a database but %s is refused', async (_what, damage) => {
    const { directory, key } = await initialised();
    damage(key);
    expect(await codeOf(open(directory))).toBe('data-key-missing');
  });

  it('repeats a first start that was cut short', async () => {
    const { directory, key, account: one } = await initialised();
    renameSync(key, `${key}.new`);
    const again = await open(directory);
    expect(await again.storage.accounts.find(one.id)).toEqual(one);
    await again.storage.close();
    expect(readdirSync(directory).sort()).toEqual([databaseFile, ledgerFile, masterKeyFile]);
  });

  it.each([
    ['garbage', () => Buffer.alloc(8192, 1)],
    ['a database with a damaged page', (bytes: Buffer) => bytes.fill(0xff, 4096 + 8, 4096 * 3)],
  ])('holding %s is refused', async (_what, damage) => {
    const { directory, database } = await initialised();
    writeFileSync(database, damage(readFileSync(database)));
    expect(await codeOf(open(directory))).toBe('database-corrupt');
  });

  it('is held by one process, and free again when that process is killed', async () => {
    const { directory } = await initialised();
    const program = `
      import { openDataDirectory } from ${JSON.stringify(new URL('../src/keys/data-directory.ts', import.meta.url).href)};
      const { storage } = await openDataDirectory(${JSON.stringify(directory)}, 1);
      console.log('open');
      setInterval(() => storage.ping(), 1000);`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    expect(await codeOf(open(directory))).toBe('database-locked');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const again = await open(directory);
    await again.storage.close();
  });

  it('is held against a second opening in the same process too', async () => {
    const { directory } = await initialised();
    const first = await open(directory);
    expect(await codeOf(open(directory))).toBe('database-locked');
    await first.storage.close();
  });
});

describe('keys', () => {
  it('are made once, stay, and are stored wrapped', async () => {
    const directory = temporaryDirectory();
    const { storage, keys } = await open(directory);
    const signing = () => createSigningKeys({ secrets: storage.secrets, keys, clock: () => 1 });
    const [one, two] = [signing(), signing()];
    const [first, same] = await Promise.all([one.jwks(), one.jwks()]);
    expect(same).toEqual(first);
    expect(first.map((jwk) => jwk.alg).sort()).toEqual(['ES256', 'RS256']);
    expect(await two.jwks()).toEqual(first);
    expect(await two.pairwiseSalt()).toBe(await one.pairwiseSalt());
    expect(await two.cookieKeys()).toHaveLength(1);
    await storage.close();
    const disk = readFileSync(join(directory, databaseFile)).toString('latin1');
    for (const jwk of first) expect(disk).not.toContain(jwk.d);
    expect(disk).not.toContain('"kty"');
  });

  it('open a stored body at its own place only', async () => {
    const { storage, keys } = await open(temporaryDirectory());
    const vault = createVault(keys);
    const [mine, other] = [await vault.newDataKey('d1'), await vault.newDataKey('d2')];
    const place = { deviceId: 'd1', generationId: 'g', ticketClass: 'root', index: 3 } as const;
    const body = new TextEncoder().encode('a ticket');
    const stored = await vault.seal(mine, place, body);
    expect(Buffer.from(stored).includes('a ticket')).toBe(false);
    expect(await vault.open(mine, place, stored)).toEqual(body);
    const wrong = [
      vault.open(mine, { ...place, index: 4 }, stored),
      vault.open(mine, { ...place, ticketClass: 'ordinary' }, stored),
      vault.open(mine, { ...place, generationId: 'h' }, stored),
      vault.open(other, { ...place, deviceId: 'd2' }, stored),
      vault.open(mine, { ...place, deviceId: 'd2' }, stored),
      vault.open(
        mine,
        place,
        stored.map((byte, i) => (i === 20 ? byte ^ 1 : byte)),
      ),
    ];
    for (const result of await Promise.allSettled(wrong)) expect(result.status).toBe('rejected');
    await storage.close();
  });
});

describe('a spent ticket', () => {
  it('is not found in the file or its log once storage has settled, and those after it are', async () => {
    const directory = temporaryDirectory();
    const { storage } = await open(directory);
    // as large as a real one, so that it lies on pages of its own
    const large = (ticketClass: string, index: number | 'key') =>
      bytes(`${ticketClass}/${index} `.repeat(5_000));
    const enrolled = await givenEnrolled(storage, {}, large);
    const one = signIn(enrolled);
    await storage.signIns.begin(one, budgets, event('sign-in-begun'));
    await storage.signIns.burn({ id: one.id, index: 3, budgets, now: 200 }, event('ticket-burned'));
    const left = () => [0, 1, 2, 3, 4, 5].filter((index) => onDisk(directory).includes(`ordinary/${index}`));
    expect(left()).toContain(3); // in the pages that the log will replace
    await storage.settle();
    expect(left()).toEqual([4, 5]);
    await storage.close();
  });
});

describe('an erased device', () => {
  it('is not found in the file or its log: not its tickets, not its data key', async () => {
    const directory = temporaryDirectory();
    const { storage } = await open(directory);
    const { enrolment, account: one } = await givenEnrolled(storage);
    const disk = () => onDisk(directory);
    expect(disk()).toContain('ordinary/4');
    expect(disk()).toContain(`key of ${enrolment.deviceId}`);
    await storage.devices.erase(
      { receiptId: 'r', accountId: one.id, deviceId: enrolment.deviceId, to: 'erased', now: 50 },
      event('enrolment-erased'),
    );
    expect(disk()).not.toContain('ordinary/4');
    expect(disk()).not.toContain(`key of ${enrolment.deviceId}`);
    await storage.close();
  });
});
