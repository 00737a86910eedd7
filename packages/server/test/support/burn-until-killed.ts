/**
 * A process that burns tickets until somebody kills it, and says so after each: what it said must be on the disk.
 * Arguments: database file. One line for each acknowledged burn: the index.
 */
import { writeSync } from 'node:fs';
import { sqliteStorage } from '../../src/storage/sqlite/index.ts';
import { budgets, event, givenEnrolled, probeHash, replyHash, signIn, tokenHash } from './rows.ts';

const storage = sqliteStorage(process.argv[2]!);
const enrolled = await givenEnrolled(storage, { ordinary: 3_000 });
const unlimited = { ...budgets, perDay: 10_000, perDayAndClient: 10_000 };
for (let index = 0; index < 3_000; index++) {
  const one = signIn(enrolled);
  await storage.signIns.begin(one, unlimited, event('sign-in-begun', 100));
  const result = await storage.signIns.burn(
    { id: one.id, index, budgets: unlimited, now: 200 },
    event('ticket-burned', 200),
  );
  if (!result.burned) throw new Error(result.reason);
  writeSync(1, `${index}\n`);
  await storage.signIns.replied(one.id, { probeHash, replyHash, tokenHash });
  await storage.signIns.conclude(one.id, 'accepted', unlimited, 300);
}
