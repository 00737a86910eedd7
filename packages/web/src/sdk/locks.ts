/**
 * One ceremony per enrolment at a time, over all tabs of this browser.
 * @module
 */
import { WebError } from './errors.ts';

/**
 * Runs `work` while holding the lock of one device record. Does not wait: a second tab is told so.
 * @throws {WebError} `other-tab`
 */
export async function withDeviceLock<T>(deviceId: string, work: () => Promise<T>): Promise<T> {
  const options = { mode: 'exclusive', ifAvailable: true } as const;
  return navigator.locks.request(`blindsight/device/${deviceId}`, options, (lock) => {
    if (!lock) throw new WebError('other-tab');
    return work();
  }) as Promise<T>;
}

/** Runs `work` in at most one tab; in the others it is skipped and resolves to `undefined`. */
export async function inOneTab<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
  const options = { mode: 'exclusive', ifAvailable: true } as const;
  return navigator.locks.request(`blindsight/${name}`, options, (lock) =>
    lock ? work() : undefined,
  ) as Promise<T | undefined>;
}
