/**
 * Devices that another device let in a short while ago: what they may not do yet, and who is told. Pure.
 * @module
 */
import type { Policy } from '../config.ts';
import type { Device } from '../ports/devices.ts';

type Added = Pick<Device, 'addedBy' | 'createdAt'>;

/** Until then the device is new; absent for one that enrolled by itself. ms since the Unix epoch. */
export function newUntil({ addedBy, createdAt }: Added, policy: Policy): number | undefined {
  return addedBy === undefined ? undefined : createdAt + policy.newDeviceMs;
}

export const isNew = (device: Added, policy: Policy, now: number): boolean =>
  (newUntil(device, policy) ?? 0) > now;

/** The devices that `device` has not been told about: added since it was last used. */
export function untold<D extends Device>(device: Device, all: readonly D[]): readonly D[] {
  const since = device.lastUsedAt ?? device.createdAt;
  return all.filter(
    (one) =>
      one.id !== device.id &&
      one.state === 'active' &&
      one.addedBy !== undefined &&
      one.addedBy !== device.id &&
      one.createdAt >= since,
  );
}
