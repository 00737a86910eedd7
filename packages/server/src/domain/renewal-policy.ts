/**
 * When a device should renew, and when it no longer can. Pure.
 * @module
 */
import type { RenewalState } from '@blindsight/protocol/wire';
import type { Policy } from '../config.ts';
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
