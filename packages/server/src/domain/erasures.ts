/**
 * Taking back what was enrolled: first into the deletion ledger, then out of the database, so that neither a crash
 * nor a restored backup brings it back. Anybody with a receipt can have it checked later.
 * @module
 */
import { type ErasureReceipt, type ErasureVerification, newId } from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import { type Deletion, type DeletionLedger, isDeletion } from '../ports/deletion-ledger.ts';
import type { Remains } from '../ports/devices.ts';
import type { Storage } from '../ports/storage.ts';

export interface ErasureDeps {
  readonly storage: Pick<Storage, 'devices'>;
  readonly ledger: DeletionLedger;
  readonly clock: () => number;
  /** What is kept of a device outside the database goes too. */
  readonly forget?: (deviceId: string) => void;
}

export type Erasures = ReturnType<typeof erasures>;

export function erasures({ storage: { devices }, ledger, clock, forget }: ErasureDeps) {
  const deletions = () =>
    ledger
      .rows()
      .flatMap(({ sequence, hash, entry }) => (isDeletion(entry) ? [{ sequence, hash, entry }] : []));

  return {
    /**
     * `erased` keeps the device in the list, `revoked` ends it.
     * @throws {ServerError} `not-found` when the account has no such device.
     */
    async erase(accountId: string, deviceId: string, to: 'erased' | 'revoked'): Promise<ErasureReceipt> {
      if ((await devices.find(deviceId))?.accountId !== accountId) throw new ServerError('not-found');
      const now = clock();
      const receiptId = newId();
      // from here on the next start does it, if this process does not come to it
      await ledger.append({ kind: to, at: now, accountId, deviceId, receiptId });
      const kind = to === 'erased' ? 'enrolment-erased' : 'device-revoked';
      const receipt = await devices.erase(
        { receiptId, accountId, deviceId, to, now },
        { at: now, kind, accountId, deviceId, reason: receiptId },
      );
      if (!receipt) throw new ServerError('not-found');
      forget?.(deviceId);
      if (left(receipt.verified) !== 0) throw new ServerError('internal');
      return { ...receipt, verified: { tickets: 0, publicKeys: 0, dataKeys: 0, images: 0 } };
    },

    /** Does again what the ledger says and the database does not know. @returns how many there were. */
    async reapply(): Promise<number> {
      let reapplied = 0;
      for (const { entry } of deletions()) {
        if (await undone(entry)) {
          const { kind: to, at: now, accountId, deviceId, receiptId } = entry;
          await devices.erase(
            { receiptId, accountId, deviceId, to, now },
            { at: clock(), kind: 'deletion-reapplied', accountId, deviceId, reason: receiptId },
          );
          reapplied += 1;
        }
      }
      return reapplied;
    },

    /**
     * Whether an erasure holds: its row in the ledger, and what the database has of the device now.
     * @throws {ServerError} `not-found` when no ledger row has this receipt.
     */
    async verify(receiptId: string): Promise<ErasureVerification> {
      const row = deletions().find(({ entry }) => entry.receiptId === receiptId);
      if (!row) throw new ServerError('not-found');
      const { at: erasedAt, deviceId } = row.entry;
      const remaining = await devices.remains(deviceId);
      const holds = left(remaining) === 0 && !(await undone(row.entry));
      const ledger = { sequence: row.sequence, hash: row.hash };
      return { receiptId, erasedAt, deviceId, holds, remaining, ledger };
    },
  };

  /** True when the database has the device as if the deletion had not been. */
  async function undone({ kind, deviceId }: Deletion): Promise<boolean> {
    const device = await devices.find(deviceId);
    if (!device) return false;
    const remaining = await devices.remains(deviceId);
    const past = device.state === 'revoked' || (device.state === 'erased' && kind === 'erased');
    return !past || left(remaining) > 0;
  }
}

const left = ({ tickets, publicKeys, dataKeys, images }: Remains) => tickets + publicKeys + dataKeys + images;
