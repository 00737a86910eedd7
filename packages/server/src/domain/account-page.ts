/**
 * What a person sees of their account, and what they can take back.
 * @module
 */
import { type AccountView, type ErasureReceipt, newId } from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import type { DeviceView } from '../ports/devices.ts';
import type { Deps } from './deps.ts';
import { renewalState } from './renewal-policy.ts';

export type AccountPage = ReturnType<typeof accountPage>;

export function accountPage({ config, storage, clock }: Pick<Deps, 'config' | 'storage' | 'clock'>) {
  const { accounts, devices, signIns } = storage;
  return {
    /** @throws {ServerError} `session-required` when the account is gone. */
    async view(accountId: string): Promise<AccountView> {
      const account = await accounts.find(accountId);
      if (!account) throw new ServerError('session-required');
      const { lockedUntil = 0 } = await signIns.faceFactor(accountId);
      const passkeys = await accounts.passkeys(accountId);
      const consents = await devices.consents(accountId);
      return {
        ...account,
        passkeys: passkeys.map(({ id, label, createdAt, deviceBound }) => ({
          id,
          label,
          createdAt,
          deviceBound,
        })),
        devices: (await devices.list(accountId)).map((device) => ({
          ...shownDevice(device),
          renewal: renewalState(device, config.policy, clock()),
        })),
        ...(lockedUntil > clock() ? { faceLockedUntil: lockedUntil } : {}),
        consents: consents.map(
          ({ accountId: _owner, deviceId: _device, language: _language, ...consent }) => ({
            ...consent,
            purpose: 'enrol',
          }),
        ),
      };
    },

    /**
     * Erases what was enrolled on a device: `erased` keeps the device in the list, `revoked` ends it.
     * @throws {ServerError} `not-found` when the account has no such device.
     */
    async erase(accountId: string, deviceId: string, to: 'erased' | 'revoked'): Promise<ErasureReceipt> {
      const now = clock();
      const kind = to === 'erased' ? 'enrolment-erased' : 'device-revoked';
      const receiptId = newId();
      const receipt = await devices.erase(
        { receiptId, accountId, deviceId, to, now },
        { at: now, kind, accountId, deviceId, reason: receiptId },
      );
      if (!receipt) throw new ServerError('not-found');
      const { tickets, publicKeys, dataKeys } = receipt.verified;
      if (tickets + publicKeys + dataKeys !== 0) throw new ServerError('internal');
      return { ...receipt, verified: { tickets: 0, publicKeys: 0, dataKeys: 0 } };
    },
  };
}

/** Without its key, its owner and the numbers behind the renewal's state. */
function shownDevice(device: DeviceView) {
  const {
    publicKey: _key,
    accountId: _owner,
    renewals: _n,
    renewedAt: _at,
    ticketsWaiting: _w,
    ...shown
  } = device;
  return shown;
}
