import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../src/default-config.ts';
import { renewalState, requireCurrent } from '../src/domain/renewal-policy.ts';

const day = 24 * 3600_000;

describe('whether a renewal is due', () => {
  const policy = {
    renewalAtTickets: 12,
    renewalAfterMs: 30 * day,
    maxRenewals: 12,
    enrolmentLifeMs: 365 * day,
  };
  const device = { createdAt: 0, renewals: 0, ticketsLeft: 96, ticketsWaiting: 0, rootTicketsLeft: 24 };
  it.each([
    ['new', {}, 0, 'not-due'],
    ['13 tickets left', { ticketsLeft: 13 }, 0, 'not-due'],
    ['12 tickets left', { ticketsLeft: 12 }, 0, 'due'],
    ['tickets on their way', { ticketsLeft: 8, ticketsWaiting: 88 }, 0, 'not-due'],
    ['just under 30 days', {}, 30 * day - 1, 'not-due'],
    ['30 days', {}, 30 * day, 'due'],
    ['30 days, renewed meanwhile', { renewedAt: day }, 30 * day, 'not-due'],
    ['11 renewals', { renewals: 11, renewedAt: 1 }, 1, 'not-due'],
    ['12 renewals', { renewals: 12, renewedAt: 1 }, 1, 'too-old'],
    ['no root ticket', { rootTicketsLeft: 0 }, 0, 'too-old'],
    ['just under 12 months', { renewedAt: 364 * day }, 365 * day - 1, 'not-due'],
    ['12 months', { renewedAt: 364 * day }, 365 * day, 'too-old'],
  ] as const)('%s', (_when, over, now, state) => {
    expect(renewalState({ ...device, ...over }, { ...defaultPolicy, ...policy }, now)).toBe(state);
  });
});

describe('whether a sign-in may begin', () => {
  const device = { createdAt: 0, renewals: 0, ticketsLeft: 96, ticketsWaiting: 0, rootTicketsLeft: 24 };
  const late = 44 * day;
  it.each([
    ['new', {}, 0, 'yes'],
    ['renewal overdue by just under 14 days', {}, late - 1, 'yes'],
    ['renewal overdue by 14 days', {}, late, 'renewal-required'],
    ['renewed in time', { renewals: 1, renewedAt: 40 * day }, late, 'yes'],
    ['overdue without a root ticket', { rootTicketsLeft: 0 }, late, 'enrolment-too-old'],
    ['the last tickets after 12 renewals', { renewals: 12, renewedAt: day }, day + late - 1, 'yes'],
    ['those overdue', { renewals: 12, renewedAt: day }, day + late, 'enrolment-too-old'],
    ['just under 12 months', { renewedAt: 350 * day }, 365 * day - 1, 'yes'],
    ['12 months', { renewedAt: 350 * day }, 365 * day, 'enrolment-too-old'],
    [
      '12 months of the device it came from',
      { createdAt: 100 * day, rootSince: 0, renewedAt: 350 * day },
      365 * day,
      'enrolment-too-old',
    ],
  ] as const)('%s: %s', (_when, over, now, verdict) => {
    const attempt = () => {
      try {
        requireCurrent({ ...device, ...over }, defaultPolicy, now);
        return 'yes';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(attempt()).toBe(verdict);
  });
});
