/**
 * The configuration of one server, validated once where it enters (`readConfig`) and passed on as data.
 * @module
 */

import type { ChallengePolicy } from '@blindsight/protocol/wire';

/** An application that may send people here to sign in. */
export interface ClientConfig {
  readonly id: string;
  /** Shown on the sign-in page. */
  readonly name: string;
  /** Absent for a public client (code + PKCE only). */
  readonly secret?: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris?: readonly string[];
  /** Legacy implicit `id_token`; off unless set. */
  readonly implicitIdToken?: boolean;
  /** Ours: asked for without prompting for consent (the operator's own applications). */
  readonly skipConsent?: boolean;
  /** The acr this application gets at least; `urn:blindsight:acr:sealed` makes the face mandatory. */
  readonly requiredAcr?: string;
}

/** Networks of the encrypted-image check whose weights are in the repository. */
export const imageNetworks = ['ringface-64', 'ringface-mini'] as const;

export interface ImageCheckConfig {
  readonly check: 'off' | (typeof imageNetworks)[number];
  /** Threads of one evaluation; as many of them as the network can be shared among. */
  readonly threads: number;
  /** The least cosine of picture and template that is accepted; the network's own when absent. */
  readonly threshold?: number;
  /** Holds a folder with manifest and weights for each network. */
  readonly weightsDirectory: string;
}

export interface Policy {
  /** How long an enrolment ceremony may take, ms. */
  readonly enrolmentMs: number;
  /** How long one sign-in may take, ms. */
  readonly signInMs: number;
  /** How long the waiting tickets may arrive after `finish`, ms. */
  readonly lateTicketsMs: number;
  /** The liveness challenge of every sign-in, enrolment and renewal. */
  readonly challenge: ChallengePolicy;
  /** Failures that lock the face factor. */
  readonly failuresToLock: number;
  /** First lock, ms; each further lock doubles it, up to `maxLockMs`. */
  readonly firstLockMs: number;
  readonly maxLockMs: number;
  /** A refused answer is told so long after it came, whatever was wrong with it, ms. */
  readonly refusalMs: number;
  /** Sealed sign-ins per device and day, and the share one application may use. */
  readonly signInsPerDay: number;
  readonly signInsPerDayAndClient: number;
  /** Face material of a device that was not used for this long is erased, ms. */
  readonly retentionMs: number;
  /** A renewal is suggested when so many ordinary tickets are left, or so long after the last one, ms. */
  readonly renewalAtTickets: number;
  readonly renewalAfterMs: number;
  /** So long after it was suggested by time, sign-ins are refused until it was done, ms. */
  readonly renewalGraceMs: number;
  /** After so many renewals there is no other; so long after the enrolment (ms) it ends. A new one helps. */
  readonly maxRenewals: number;
  readonly enrolmentLifeMs: number;
  /** How long two devices may take to find each other, ms. */
  readonly pairingMs: number;
  /** A device that another one let in adds none for this long, and the others are told for this long, ms. */
  readonly newDeviceMs: number;
  /** A session of the account page ends after this long, ms. */
  readonly sessionMs: number;
  /** Sensitive actions need a passkey assertion younger than this, ms. */
  readonly reauthenticationMs: number;
  /** How long the evaluation of one probe may take, ms. */
  readonly evaluationMs: number;
  /** How long an image check may take, the upload of keys included when it enrols, ms. */
  readonly imageVerifyMs: number;
  readonly imageEnrolMs: number;
  /** What it rests on must have been proven so short a while ago, ms. */
  readonly imageProofMs: number;
  /** How long the evaluation of one picture may take, waiting not counted, ms. */
  readonly imageEvaluationMs: number;
  /** Keys that were uploaded and not used yet wait so long for the rest, ms. */
  readonly imageUploadMs: number;
  /** What an auditor needs to compute a comparison again is kept so long, ms. */
  readonly imageTranscriptMs: number;
}

export interface RateLimits {
  /** Requests per minute and address, over everything but files and health. */
  readonly general: number;
  /** The same for each route that begins something (accounts, sessions, sign-ins, enrolments). */
  readonly begin: number;
}

export interface ServerConfig {
  /** The public origin, which is also the issuer, e.g. `http://localhost:4400`. No trailing slash. */
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  /** Number of proxies in front whose forwarding headers are believed; 0 for none. */
  readonly trustedProxies: number;
  readonly production: boolean;
  readonly storage: 'sqlite' | 'memory';
  /** Holds the database, the local key file and the lock. */
  readonly dataDirectory: string;
  /** Built pages; absent in API-only tests. */
  readonly webDirectory?: string;
  /** `manifest.json` and the model files it names. */
  readonly modelsDirectory: string;
  /** Evaluation threads. */
  readonly workers: number;
  readonly image: ImageCheckConfig;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  readonly clients: readonly ClientConfig[];
  readonly policy: Policy;
  readonly rateLimits: RateLimits;
}
