/**
 * What a person sees of their account.
 * @module
 */
import type { AccountView } from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import type { DeviceView } from '../ports/devices.ts';
import type { Deps } from './deps.ts';
import { newUntil } from './new-devices.ts';
import { renewalState } from './renewal-policy.ts';

export type AccountPage = ReturnType<typeof accountPage>;

export function accountPage({ config, storage, clock }: Pick<Deps, 'config' | 'storage' | 'clock'>) {
  const { accounts, devices, signIns, secondFactors } = storage;
  return {
    /** @throws {ServerError} `session-required` when the account is gone. */
    async view(accountId: string): Promise<AccountView> {
      const account = await accounts.find(accountId);
      if (!account) throw new ServerError('session-required');
      const { lockedUntil = 0 } = await signIns.faceFactor(accountId);
      const passkeys = await accounts.passkeys(accountId);
      const consents = await devices.consents(accountId);
      const { left, madeAt } = await secondFactors.codes(accountId);
      return {
        ...account,
        passkeys: passkeys.map(({ id, label, createdAt, deviceBound }) => ({
          id,
          label,
          createdAt,
          deviceBound,
        })),
        devices: (await devices.list(accountId)).map((device) => ({
          ...shownDevice(device, newUntil(device, config.policy)),
          renewal: renewalState(device, config.policy, clock()),
        })),
        ...(lockedUntil > clock() ? { faceLockedUntil: lockedUntil } : {}),
        ...(madeAt === undefined ? {} : { recoveryCodes: { left, madeAt } }),
        consents: consents.map(
          ({ accountId: _owner, deviceId: _device, language: _language, ...consent }) => ({
            ...consent,
            purpose: consent.purpose === 'image-check' ? 'image-check' : 'enrol',
          }),
        ),
      };
    },
  };
}

/** Without its key, its owner and the numbers behind the renewal's state. */
function shownDevice(device: DeviceView, until: number | undefined) {
  const {
    publicKey: _key,
    accountId: _owner,
    renewals: _n,
    renewedAt: _at,
    ticketsWaiting: _w,
    rootSince: _since,
    addedBy: _by,
    ...shown
  } = device;
  return until === undefined ? shown : { ...shown, newUntil: until };
}
