/**
 * The server's burn on a real SQLite file, as between signature check and evaluation: the transaction that ends a
 * ticket and hands out its bytes (write-ahead log, `synchronous=FULL`), with tickets of their real size.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStorage } from '@blindsight/server/sqlite';
import {
  budgets,
  enrolment,
  event,
  givenAccount,
  probeHash,
  signIn,
  statement,
} from '../../../packages/server/test/support/rows.ts';

const unlimited = { ...budgets, failuresToLock: 1e6, perDay: 1e6, perDayAndClient: 1e6 };

export interface DurableBurn {
  /** Burns the next ticket; rejects when the store did not. */
  burn(): Promise<void>;
  dispose(): Promise<void>;
}

/** @param ticketBytes size of one ticket as stored; `count` burns are possible. */
export async function durableBurn(ticketBytes: number, count: number): Promise<DurableBurn> {
  const folder = mkdtempSync(join(tmpdir(), 'blindsight-bench-'));
  const storage = sqliteStorage(join(folder, 'bench.db'));
  const account = await givenAccount(storage);
  const enrolling = enrolment(account.id, { ordinary: count, root: 1, firstOrdinary: 1 });
  const stated = statement(enrolling);
  await storage.enrolments.begin(enrolling, event('enrolment-begun'));
  await storage.enrolments.state(enrolling.id, stated, event('enrolment-stated'));
  const fill = (ticketClass: 'ordinary' | 'root', index?: number) =>
    storage.enrolments.fill(
      { enrolmentId: enrolling.id, ticketClass, ...(index === undefined ? {} : { index }) },
      crypto.getRandomValues(new Uint8Array(ticketBytes)),
      20,
    );
  for (const kind of ['ordinary', 'root'] as const) {
    await fill(kind);
    for (let index = 0; index < enrolling[kind]; index++) await fill(kind, index);
  }
  await storage.enrolments.finish(enrolling.id, [event('enrolment-finished')], 30);

  let index = 0;
  return {
    async burn() {
      const one = signIn({ account, enrolment: enrolling, statement: stated });
      await storage.signIns.begin(one, unlimited, event('sign-in-begun', 100));
      const burn = { id: one.id, index: index++, probeHash, budgets: unlimited, now: 200 };
      const result = await storage.signIns.burn(burn, event('ticket-burned', 200));
      if (!result.burned) throw new Error(`the store did not burn: ${result.reason}`);
    },
    async dispose() {
      await storage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
