/**
 * What the server's storage does in one sign-in between signature check and reply, on a real SQLite file with
 * tickets of their real size: the transaction that ends a ticket and hands it out (write-ahead log,
 * `synchronous=FULL`), opening ticket and public key at rest, and the transaction that makes the reply's hashes
 * durable. Beginning the ceremony belongs to another request and happens before.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStorage } from '@blindsight/server/sqlite';
import { localKeyManagement } from '../../../packages/server/src/keys/local.ts';
import { createVault } from '../../../packages/server/src/keys/vault.ts';
import {
  budgets,
  enrolment,
  event,
  givenAccount,
  probeHash,
  replyHash,
  signIn,
  statement,
  tokenHash,
} from '../../../packages/server/test/support/rows.ts';

const unlimited = { ...budgets, failuresToLock: 1e6, perDay: 1e6, perDayAndClient: 1e6 };

export interface DurableBurn {
  /** Spends the next ticket; rejects when the store did not. */
  burn(): Promise<void>;
  dispose(): Promise<void>;
}

/** @param ticketBytes size of a ticket, and of a public key, before the encryption at rest; `count` burns are possible. */
export async function durableBurn(ticketBytes: number, count: number): Promise<DurableBurn> {
  const folder = mkdtempSync(join(tmpdir(), 'blindsight-bench-'));
  const storage = sqliteStorage(join(folder, 'bench.db'));
  const vault = createVault(localKeyManagement(crypto.getRandomValues(new Uint8Array(32))));
  const account = await givenAccount(storage);
  const enrolling = enrolment(account.id, { ordinary: count, root: 1, firstOrdinary: 1 });
  const { id: enrolmentId, deviceId } = enrolling;
  const dataKey = await vault.newDataKey(deviceId);
  const stated = statement(enrolling, { newDevice: { publicKey: new Uint8Array(65), dataKey } });
  await storage.enrolments.begin(enrolling, event('enrolment-begun'));
  await storage.enrolments.state(enrolmentId, stated, event('enrolment-stated'));
  const placeOf = (generation: number, index?: number) => {
    const { id: generationId, ticketClass } = stated.generations[generation]!;
    return { deviceId, generationId, ticketClass, ...(index === undefined ? {} : { index }) };
  };
  const fill = async (generation: number, index?: number) => {
    const { generationId: _id, ...place } = placeOf(generation, index);
    const body = crypto.getRandomValues(new Uint8Array(ticketBytes));
    const sealed = await vault.seal(dataKey, placeOf(generation, index), body);
    await storage.enrolments.fill({ enrolmentId, ...place }, sealed, 20);
  };
  for (const [generation, { ticketHashes }] of stated.generations.entries()) {
    await fill(generation);
    for (const index of ticketHashes.keys()) await fill(generation, index);
  }
  await storage.enrolments.finish(enrolmentId, [event('enrolment-finished')], 30);
  const ceremonies = Array.from({ length: count }, () =>
    signIn({ account, enrolment: enrolling, statement: stated }),
  );
  for (const one of ceremonies) await storage.signIns.begin(one, unlimited, event('sign-in-begun', 100));

  let index = 0;
  return {
    async burn() {
      const { id } = ceremonies[index]!;
      const burn = { id, index, budgets: unlimited, now: 200 };
      const result = await storage.signIns.burn(burn, event('ticket-burned', 200));
      if (!result.burned) throw new Error(`the store did not burn: ${result.reason}`);
      await vault.open(dataKey, placeOf(0), result.publicKey);
      await vault.open(dataKey, placeOf(0, index), result.ticket);
      if (!(await storage.signIns.replied(id, { probeHash, replyHash, tokenHash })))
        throw new Error('no reply kept');
      index++;
    },
    async dispose() {
      await storage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
