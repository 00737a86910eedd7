/**
 * What a closed tab left behind: enrolments and renewals of which this device does not know whether the server
 * finished them.
 * @module
 */
import type { Api } from './api.ts';
import { toWebError } from './errors.ts';
import type { Database } from './store/database.ts';
import { activateDevice, devicesIn, forgetDevice } from './store/devices.ts';
import { activateRenewal, forgetRenewal, pendingRenewals } from './store/renewals.ts';

/** The first tickets were only in memory: an enrolment that is still open can no longer be finished. */
const lost = new Set(['open', 'cancelled', 'expired']);
const gone = new Set(['ceremony-not-found', 'not-found', 'ceremony-expired', 'ceremony-closed']);
/** A younger record may belong to an enrolment that is running in another tab. Unit: ms. */
const settledMs = 10 * 60_000;

/** Settles each of them with the server; those it cannot ask about stay for the next visit. */
export async function recoverPending(db: Database, api: Pick<Api, 'enrolment'>, now: number): Promise<void> {
  const settle = async (pending: Pending, activate: () => Promise<void>, forget: () => Promise<void>) => {
    try {
      const { state } = await api.enrolment(pending.ceremonyId, pending.deviceId);
      if (state === 'active' || state === 'complete') await activate();
      else if (lost.has(state) && now - pending.createdAt > settledMs) await forget();
    } catch (error) {
      if (gone.has(toWebError(error).code)) await forget();
    }
  };
  for (const device of await devicesIn(db, 'pending')) {
    const { deviceId } = device;
    await settle(
      device,
      () => activateDevice(db, deviceId),
      () => forgetDevice(db, deviceId),
    );
  }
  for (const renewal of await pendingRenewals(db)) {
    await settle(
      renewal,
      () => activateRenewal(db, renewal),
      () => forgetRenewal(db, renewal),
    );
  }
}

interface Pending {
  readonly ceremonyId: string;
  readonly deviceId: string;
  /** Unit: ms since the Unix epoch. */
  readonly createdAt: number;
}
