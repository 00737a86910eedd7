/**
 * Withdrawing: the server erases and gives a receipt, then this browser forgets its half.
 * @module
 */
import type { ErasureReceipt, Id } from '@blindsight/protocol/wire';
import type { Api } from './api.ts';
import { withReauthentication } from './reauthentication.ts';
import type { Database } from './store/database.ts';
import { forgetDevice } from './store/devices.ts';

export type Erasure = 'revoke' | 'erase';

/** `revoke` removes the device; `erase` removes its face material and keeps the entry. Asks for the passkey. */
export async function eraseDevice(
  kind: Erasure,
  deviceId: Id,
  { api, db }: { readonly api: Api; readonly db: Database | undefined },
): Promise<ErasureReceipt> {
  const receipt = await withReauthentication(api, () =>
    kind === 'revoke' ? api.revokeDevice(deviceId) : api.eraseEnrolment(deviceId),
  );
  // Another browser's device has nothing here; removing nothing is fine.
  if (db) await forgetDevice(db, deviceId);
  return receipt;
}
