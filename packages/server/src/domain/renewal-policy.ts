/**
 * When a device should renew, when it must, and when it no longer can. Pure.
 * @module
 */
import type { RenewalState } from '@blindsight/protocol/wire';
import type { Policy } from '../config.ts';
import { ServerError } from '../errors.ts';
import type { DeviceView } from '../ports/devices.ts';

type Aged = Pick<
  DeviceView,
  'createdAt' | 'rootSince' | 'renewals' | 'renewedAt' | 'ticketsLeft' | 'ticketsWaiting' | 'rootTicketsLeft'
>;

/**
 * Tickets on their way count as there, so that nobody is sent to renew while the enrolment still uploads.
 * @param now ms since the Unix epoch.
 */
export function renewalState(device: Aged, policy: Policy, now: number): RenewalState {
  const { createdAt, renewals, renewedAt = createdAt, rootSince = createdAt } = device;
  const { ticketsLeft, ticketsWaiting, rootTicketsLeft } = device;
  const spent = renewals >= policy.maxRenewals || rootTicketsLeft === 0;
  if (spent || now - rootSince >= policy.enrolmentLifeMs) return 'too-old';
  const few = ticketsLeft + ticketsWaiting <= policy.renewalAtTickets;
  return few || now - renewedAt >= policy.renewalAfterMs ? 'due' : 'not-due';
}

/**
 * A sign-in needs an enrolment that has not ended and tickets whose renewal is not overdue. After the last renewal
 * its tickets still serve their time.
 * @throws {ServerError} `renewal-required`; `enrolment-too-old` when no renewal helps any more.
 */
export function requireCurrent(device: Aged, policy: Policy, now: number): void {
  const { createdAt, renewedAt = createdAt, rootSince = createdAt } = device;
  const ended = now - rootSince >= policy.enrolmentLifeMs;
  const overdue = now - renewedAt >= policy.renewalAfterMs + policy.renewalGraceMs;
  if (!ended && !overdue) return;
  const helpless = renewalState(device, policy, now) === 'too-old';
  throw new ServerError(helpless ? 'enrolment-too-old' : 'renewal-required');
}
