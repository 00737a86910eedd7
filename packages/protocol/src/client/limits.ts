/**
 * The limits a device keeps for itself, because a malicious server will not keep its own: 50 sealed
 * sign-ins a day and one renewal a week. Pure functions over a small history that the caller stores
 * in the same transaction as the ratchet step.
 * @module
 */
import { ProtocolError } from '../wire/errors.ts';

const dayMs = 24 * 60 * 60 * 1000;

export const deviceLimits = Object.freeze({ signInsPerDay: 50, renewalIntervalMs: 7 * dayMs });

export interface DeviceHistory {
  /** Times of the sign-ins of the last day, ms since the Unix epoch. */
  readonly signIns: readonly number[];
  /** Time of the last renewal, or 0. */
  readonly lastRenewal: number;
}

export const emptyHistory: DeviceHistory = Object.freeze({ signIns: Object.freeze([]), lastRenewal: 0 });

/**
 * The history with one more sign-in at `now`. Entries from the future count, so that turning the
 * clock back does not win budget.
 * @throws {ProtocolError} `limit-reached`.
 */
export function allowSignIn(history: DeviceHistory, now: number): DeviceHistory {
  const recent = history.signIns.filter((time) => time > now - dayMs);
  if (recent.length >= deviceLimits.signInsPerDay) {
    throw new ProtocolError('limit-reached', { details: { limit: deviceLimits.signInsPerDay } });
  }
  return { ...history, signIns: [...recent, now] };
}

/**
 * The history with a renewal at `now`.
 * @param startedInSettings a person asked for it; then the interval does not apply.
 * @throws {ProtocolError} `limit-reached`.
 */
export function allowRenewal(history: DeviceHistory, now: number, startedInSettings: boolean): DeviceHistory {
  if (!startedInSettings && now - history.lastRenewal < deviceLimits.renewalIntervalMs) {
    throw new ProtocolError('limit-reached', { details: { intervalMs: deviceLimits.renewalIntervalMs } });
  }
  return { ...history, lastRenewal: Math.max(now, history.lastRenewal) };
}
