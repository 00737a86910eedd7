/**
 * Which ticket comes next, and how many a device spends in a day. Pure.
 * @module
 */
import { WebError } from './errors.ts';

/** Sealed sign-ins per device and day that this page allows, whatever the server would. */
export const dailyLimit = 50;

/**
 * The index to spend: max(own, server's) + 1. Both sides may be behind: the device after a restored profile,
 * the server after a lost connection. Neither can make the other go back.
 * @param own first index this device has not spent
 * @param lastBurned the server's last burned index, -1 if none
 * @param count tickets of the generation
 * @throws {WebError} `no-tickets-left`; `reply-invalid` when the server's index is not one.
 */
export function ticketToSpend(own: number, lastBurned: number, count: number): number {
  if (!Number.isInteger(lastBurned) || lastBurned < -1) throw new WebError('reply-invalid');
  const index = Math.max(own, lastBurned + 1);
  if (index >= count) throw new WebError('no-tickets-left');
  return index;
}

export interface Spent {
  /** UTC date, YYYY-MM-DD. */
  readonly day: string;
  readonly count: number;
}

/**
 * The count after one more sign-in at `now` (ms). A clock that goes back does not open a fresh day.
 * @throws {WebError} `device-limit` when today's are used up.
 */
export function spendOne(spent: Spent, now: number): Spent {
  const today = new Date(now).toISOString().slice(0, 10);
  if (today > spent.day) return { day: today, count: 1 };
  if (spent.count >= dailyLimit) throw new WebError('device-limit');
  return { day: spent.day, count: spent.count + 1 };
}
