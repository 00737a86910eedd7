/**
 * A process that compares encrypted pictures, all of them in vain, until somebody kills it, and says so after each: what
 * it said must be on the disk. Arguments: database file. One line for each refusal: how many there were.
 */
import { writeSync } from 'node:fs';
import { newId } from '@blindsight/protocol/wire';
import { sqliteStorage } from '../../src/storage/sqlite/index.ts';
import { budgets, bytes, event, givenEnrolled, hashOf } from './rows.ts';

const storage = sqliteStorage(process.argv[2]!);
const { account, enrolment } = await givenEnrolled(storage);
const { deviceId } = enrolment;
const keys = { deviceId, hash: hashOf(bytes('keys')), manifest: bytes('keys'), chunks: 1 };
await storage.imageKeys.announce(keys, 40);
await storage.imageKeys.put(deviceId, keys.hash, 0, bytes('chunk'), 40);
const body = new Uint8Array(20_000).fill(7);
const unlocked = { ...budgets, failuresToLock: 10_000 };
writeSync(1, '0\n');
for (let done = 1; done <= 2_000; done++) {
  const id = newId();
  await storage.imageChecks.begin(
    {
      ...{ id, kind: 'verify', state: 'open', accountId: account.id, deviceId, clientId: 'demo' },
      ...{ proofId: newId(), ownerHash: 'owner', nonce: new Uint8Array(32), createdAt: 50, expiresAt: 1_000 },
      ...{ origin: 'http://localhost:4400', set: 'ringface-mini/1', network: 'ab'.repeat(32), frames: 1 },
      ...{ evaluationsAllowed: 4, keysHash: keys.hash, imageHashes: [] },
      login: { interactionUid: 'uid', amr: ['face'], authTime: 50 },
    },
    event('image-check-begun', 50),
  );
  await storage.imageChecks.start(id, 51);
  const hash = hashOf(bytes(id));
  await storage.imageChecks.evaluated(
    id,
    { index: 0, imageHash: hash, embedding: body, image: body },
    { messageHash: hash, commitment: hash, message: body, seed: bytes('seed'), template: body },
    event('image-evaluated', 52),
  );
  await storage.imageChecks.conclude(id, 'failed', { budgets: unlocked, now: 60 });
  writeSync(1, `${done}\n`);
}
