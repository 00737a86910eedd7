/**
 * The values a server runs with unless it is told otherwise.
 * @module
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ImageCheckConfig, Policy, RateLimits, ServerConfig } from './config.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export const defaultPolicy: Policy = {
  enrolmentMs: 10 * minute,
  signInMs: 2 * minute,
  lateTicketsMs: 7 * day,
  challenge: 'default',
  failuresToLock: 5,
  firstLockMs: 5 * minute,
  maxLockMs: day,
  refusalMs: 250,
  signInsPerDay: 50,
  signInsPerDayAndClient: 20,
  retentionMs: 365 * day,
  renewalAtTickets: 12,
  renewalAfterMs: 30 * day,
  renewalGraceMs: 14 * day,
  maxRenewals: 12,
  enrolmentLifeMs: 365 * day,
  pairingMs: 10 * minute,
  newDeviceMs: 7 * day,
  sessionMs: 12 * hour,
  reauthenticationMs: 5 * minute,
  evaluationMs: 5 * second,
  imageVerifyMs: 2 * minute,
  imageEnrolMs: 15 * minute,
  imageProofMs: 5 * minute,
  imageEvaluationMs: 30 * second,
  imageUploadMs: hour,
  imageTranscriptMs: day,
};

export const defaultImageCheck: ImageCheckConfig = {
  check: 'off',
  threads: Math.min(2, availableParallelism()),
  weightsDirectory: fileURLToPath(new URL('../../../training/weights', import.meta.url)),
};

/** One enrolment is about 130 requests, late tickets included; several people may share one address. */
export const defaultRateLimits: RateLimits = { general: 1_200, begin: 60 };

export type ConfigOverrides = Partial<Omit<ServerConfig, 'policy' | 'rateLimits' | 'image'>> & {
  readonly image?: Partial<ImageCheckConfig>;
  readonly policy?: Partial<Policy>;
  readonly rateLimits?: Partial<RateLimits>;
};

/** @param over what differs; `modelsDirectory` has no default. */
export function defaultConfig(over: ConfigOverrides & Pick<ServerConfig, 'modelsDirectory'>): ServerConfig {
  return {
    origin: 'http://localhost:4400',
    host: 'localhost',
    port: 4400,
    trustedProxies: 0,
    production: false,
    storage: 'sqlite',
    dataDirectory: './data',
    workers: Math.max(1, availableParallelism() - 1),
    logLevel: 'info',
    clients: [],
    ...over,
    image: { ...defaultImageCheck, ...over.image },
    policy: { ...defaultPolicy, ...over.policy },
    rateLimits: { ...defaultRateLimits, ...over.rateLimits },
  };
}
