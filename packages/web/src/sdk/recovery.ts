/**
 * What a closed tab left behind: enrolments of which this device does not know whether the server finished them.
 * @module
 */
import type { Api } from './api.ts';
import { toWebError } from './errors.ts';
import type { Database } from './store/database.ts';
import { activateDevice, devicesIn, forgetDevice } from './store/devices.ts';

/** The first tickets were only in memory: an enrolment that is still open can no longer be finished. */
const lost = new Set(['open', 'cancelled', 'expired']);
const gone = new Set(['ceremony-not-found', 'not-found', 'ceremony-expired', 'ceremony-closed']);
/** A younger record may belong to an enrolment that is running in another tab. Unit: ms. */
const settledMs = 10 * 60_000;

/** Settles each pending enrolment with the server; those it cannot ask about stay for the next visit. */
export async function recoverPending(db: Database, api: Pick<Api, 'enrolment'>, now: number): Promise<void> {
  for (const device of await devicesIn(db, 'pending')) {
    try {
      const { state } = await api.enrolment(device.ceremonyId, device.deviceId);
      if (state === 'active' || state === 'complete') await activateDevice(db, device.deviceId);
      else if (lost.has(state) && now - device.createdAt > settledMs) await forgetDevice(db, device.deviceId);
    } catch (error) {
      if (gone.has(toWebError(error).code)) await forgetDevice(db, device.deviceId);
    }
  }
}
