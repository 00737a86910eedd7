/**
 * A process that renews one device until somebody kills it, and says so after each: what it said must be on the disk.
 * Arguments: database file. One line for each finished renewal: how many there were.
 */
import { writeSync } from 'node:fs';
import { sqliteStorage } from '../../src/storage/sqlite/index.ts';
import { beginRenewal, renewalStatement, uploadRenewal } from './renewal-rows.ts';
import { event, givenEnrolled } from './rows.ts';

const storage = sqliteStorage(process.argv[2]!);
const enrolled = await givenEnrolled(storage, { root: 1_000 });
writeSync(1, '0\n');
for (let done = 1; done <= 1_000; done++) {
  const renewal = await beginRenewal(storage, enrolled);
  await storage.enrolments.state(renewal.id, renewalStatement(renewal), event('renewal-stated', 43));
  await uploadRenewal(storage, renewal, renewal.firstOrdinary);
  await storage.enrolments.finish(renewal.id, [event('renewal-finished', 60)], 60);
  writeSync(1, `${done}\n`);
}
