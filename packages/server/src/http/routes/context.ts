/**
 * What routes are made of.
 * @module
 */

import type { FastifyRequest } from 'fastify';
import type { RateLimits, ServerConfig } from '../../config.ts';
import type { AccountPage } from '../../domain/account-page.ts';
import type { AccountsUseCases } from '../../domain/accounts.ts';
import type { Challenges } from '../../domain/challenges.ts';
import type { Enrolling, EnrolmentsUseCases } from '../../domain/enrolments.ts';
import type { Erasures } from '../../domain/erasures.ts';
import type { ImageChecksUseCases } from '../../domain/image-checks.ts';
import type { PairingsUseCases } from '../../domain/pairings.ts';
import type { RenewalsUseCases } from '../../domain/renewals.ts';
import type { SecondFactorUseCases } from '../../domain/second-factors.ts';
import type { SignInsUseCases } from '../../domain/sign-ins.ts';
import type { Audit } from '../../ports/audit.ts';
import type { Logger } from '../../ports/logger.ts';
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
  readonly imageChecks: ImageChecksUseCases;
  readonly challenges: Challenges;
  readonly interactions: Interactions;
  readonly audit: Audit;
  readonly cookies: Cookies;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: () => number;
}

/** For routes that begin something: fewer per minute and address, counted for each route. */
export const beginLimit = ({ begin }: RateLimits) => ({ rateLimit: { max: begin, timeWindow: 60_000 } });

/** By its session an account, by its cookie a new device that another one let in. */
export async function enrollingAs(
  { accounts, cookies }: Pick<RouteContext, 'accounts' | 'cookies'>,
  request: FastifyRequest,
): Promise<Enrolling> {
  const current = await accounts.session(cookies.sessionSecret(request)).catch(() => undefined);
  return { accountId: current?.accountId, ownerHash: cookies.owner(request) };
}

/** Body limits in bytes. */
export const bodyLimits = { json: 16 * 1024, webAuthn: 32 * 1024 } as const;
