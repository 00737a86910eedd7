/**
 * Withdrawing: the server erases and gives a receipt, then this browser forgets its half.
 * @module
 */
import type { ErasureReceipt, Id } from '@blindsight/protocol/wire';
import type { Api } from './api.ts';
import { type AskSecondFactor, withProofs } from './reauthentication.ts';
import type { Database } from './store/database.ts';
import { forgetDevice } from './store/devices.ts';

export type Erasure = 'revoke' | 'erase';

/**
 * `revoke` removes the device; `erase` removes its face material and keeps the entry. Asks for the passkey, and for a
 * second factor while another device is new.
 */
export async function eraseDevice(
  kind: Erasure,
  deviceId: Id,
  deps: { readonly api: Api; readonly db: Database | undefined; readonly secondFactor: AskSecondFactor },
): Promise<ErasureReceipt> {
  const { api, db, secondFactor } = deps;
  const receipt = await withProofs(api, secondFactor, () =>
    kind === 'revoke' ? api.revokeDevice(deviceId) : api.eraseEnrolment(deviceId),
  );
  // Another browser's device has nothing here; removing nothing is fine.
  if (db) await forgetDevice(db, deviceId);
  return receipt;
}
