/**
 * What routes are made of.
 * @module
 */

import type { RateLimits, ServerConfig } from '../../config.ts';
import type { AccountPage } from '../../domain/account-page.ts';
import type { AccountsUseCases } from '../../domain/accounts.ts';
import type { Challenges } from '../../domain/challenges.ts';
import type { EnrolmentsUseCases } from '../../domain/enrolments.ts';
import type { Erasures } from '../../domain/erasures.ts';
import type { PairingsUseCases } from '../../domain/pairings.ts';
import type { RenewalsUseCases } from '../../domain/renewals.ts';
import type { SecondFactorUseCases } from '../../domain/second-factors.ts';
import type { SignInsUseCases } from '../../domain/sign-ins.ts';
import type { Audit } from '../../ports/audit.ts';
import type { Interactions } from '../../ports/oidc.ts';
import type { Cookies } from '../cookies.ts';
import type { Metrics } from '../metrics.ts';

export interface RouteContext {
  readonly config: ServerConfig;
  readonly accounts: AccountsUseCases;
  readonly secondFactors: SecondFactorUseCases;
  readonly page: AccountPage;
  readonly erasures: Erasures;
  readonly enrolments: EnrolmentsUseCases;
  readonly renewals: RenewalsUseCases;
  readonly pairings: PairingsUseCases;
  readonly signIns: SignInsUseCases;
  readonly challenges: Challenges;
  readonly interactions: Interactions;
  readonly audit: Audit;
  readonly cookies: Cookies;
  readonly metrics: Metrics;
  readonly clock: () => number;
}

/** For routes that begin something: fewer per minute and address, counted for each route. */
export const beginLimit = ({ begin }: RateLimits) => ({ rateLimit: { max: begin, timeWindow: 60_000 } });

/** Body limits in bytes. */
export const bodyLimits = { json: 16 * 1024, webAuthn: 32 * 1024 } as const;
