/**
 * The JSON of the HTTP interface between the provider and its pages, as plain interfaces.
 * Bytes are base64url without padding, times are ms since the Unix epoch, ids are 22 characters.
 * The server validates what it receives against schemas of its own; nothing here has behaviour.
 * @module
 */
import type { ChallengePolicy } from './challenge.ts';
import type { Id } from './ids.ts';
import type { TicketClass } from './parameters.ts';

/** Options or a response of WebAuthn in their JSON form (WebAuthn Level 3), opaque here. */
export type WebAuthnJson = object;

/** How a device guards its root secret: a non-extractable key, or a passkey's PRF at each sign-in. */
export type UnlockProfile = 'quick' | 'verified';

/** Every request that changes something carries this header with the value `1`, and a matching Origin. */
export const requestHeader = 'x-blindsight';

/** Stable codes of problem documents; `type` is `urn:blindsight:error:CODE`. */
export const apiErrorCodes = [
  'malformed-message',
  'message-too-large',
  'unsupported-parameters',
  'not-found',
  'session-required',
  'reauthentication-required',
  'second-factor-required',
  'second-factor-refused',
  'second-factor-locked',
  'origin-refused',
  'ceremony-expired',
  'ceremony-not-found',
  'ceremony-closed',
  'ticket-burned',
  'sign-in-refused',
  'challenge-refused',
  'face-locked',
  'budget-exhausted',
  'too-many-requests',
  'device-revoked',
  'consent-outdated',
  'enrolment-incomplete',
  'renewal-required',
  'enrolment-too-old',
  'device-too-new',
  'body-mismatch',
  'account-closed',
  'interaction-expired',
  'unknown-client',
  'invalid-redirect-uri',
  'image-check-unavailable',
  'image-keys-refused',
  'image-refused',
  'evaluation-running',
  'evaluation-timeout',
  'server-busy',
  'internal',
] as const;
export type ApiErrorCode = (typeof apiErrorCodes)[number];

/** Problem details (RFC 9457), media type `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ApiErrorCode;
  readonly detail?: string;
  readonly retryAfterSeconds?: number;
}

// ---------------------------------------------------------------- accounts and passkeys

export interface AccountOptionsRequest {
  readonly displayName: string;
}
export interface AccountOptions {
  readonly registrationId: Id;
  /** PublicKeyCredentialCreationOptionsJSON, the PRF extension requested. */
  readonly options: WebAuthnJson;
}
export interface CreateAccountRequest {
  readonly registrationId: Id;
  /** RegistrationResponseJSON. */
  readonly response: WebAuthnJson;
}
export interface AccountResponse {
  readonly account: AccountView;
}

/** For `POST /v1/sessions/options`, `/v1/reauthentications/options` and the interaction's passkey. */
export interface AuthenticationOptions {
  readonly authenticationId: Id;
  /** PublicKeyCredentialRequestOptionsJSON. */
  readonly options: WebAuthnJson;
}
export interface AuthenticationRequest {
  readonly authenticationId: Id;
  /** AuthenticationResponseJSON. */
  readonly response: WebAuthnJson;
}
export interface Reauthentication {
  /** Until then sensitive actions are open. */
  readonly validUntil: number;
}

/** What `POST /v1/account/recovery-codes` shows once. */
export interface RecoveryCodes {
  /** Ten, `ABCD-EFGH-JKMN`; each good once. */
  readonly codes: readonly string[];
  readonly madeAt: number;
}
/** What is known of them afterwards. */
export interface RecoveryCodesView {
  readonly left: number;
  readonly madeAt: number;
}
export interface SecondFactorCode {
  readonly code: string;
}
/** For `POST /v1/account/passkeys/options`. */
export interface PasskeyOptions {
  readonly registrationId: Id;
  /** PublicKeyCredentialCreationOptionsJSON. */
  readonly options: WebAuthnJson;
}

export interface PasskeyView {
  readonly id: string;
  readonly label: string;
  readonly createdAt: number;
  /** False for a passkey that may be synced to other devices. */
  readonly deviceBound: boolean;
}

/** `pending`: enrolment not finished. `erased`: known device, no face material. `revoked`: nothing left. */
export type DeviceState = 'pending' | 'active' | 'erased' | 'revoked';

/** `too-old`: no renewal any more, a new enrolment instead. */
export type RenewalState = 'not-due' | 'due' | 'too-old';

export interface DeviceView {
  readonly id: Id;
  readonly label: string;
  readonly createdAt: number;
  readonly lastUsedAt?: number;
  readonly state: DeviceState;
  readonly ticketsLeft: number;
  readonly rootTicketsLeft: number;
  readonly renewal: RenewalState;
  readonly profile: UnlockProfile;
  /** Another device let this one in; until then it adds none, and is pointed out. */
  readonly newUntil?: number;
}

/** `image-check`: that encrypted pictures are sent, kept and compared. */
export type ConsentPurpose = 'enrol' | 'image-check';

export interface ConsentView {
  readonly purpose: ConsentPurpose;
  readonly version: string;
  /** SHA-256 of the text as shown. */
  readonly hash: string;
  readonly givenAt: number;
  readonly withdrawnAt?: number;
}

export interface AccountView {
  readonly id: Id;
  readonly displayName: string;
  readonly createdAt: number;
  readonly passkeys: readonly PasskeyView[];
  readonly devices: readonly DeviceView[];
  readonly faceLockedUntil?: number;
  /** Absent when there never were any. */
  readonly recoveryCodes?: RecoveryCodesView;
  readonly consents: readonly ConsentView[];
}

/** What is left of a device's face material after an erasure, counted in the store after deleting. */
export interface ErasureReceipt {
  readonly receiptId: Id;
  readonly erasedAt: number;
  readonly deviceId: Id;
  readonly generations: number;
  readonly ticketsErased: number;
  /** Key sets, templates and checks of the encrypted-image check. */
  readonly imagesErased: number;
  readonly verified: {
    readonly tickets: 0;
    readonly publicKeys: 0;
    readonly dataKeys: 0;
    readonly images: 0;
  };
}

/** `GET /v1/erasures/:receiptId`: the same, asked later by whoever has the receipt. */
export interface ErasureVerification {
  readonly receiptId: Id;
  readonly erasedAt: number;
  readonly deviceId: Id;
  /** True while nothing of the device's face material is in the database. */
  readonly holds: boolean;
  readonly remaining: {
    readonly tickets: number;
    readonly publicKeys: number;
    readonly dataKeys: number;
    readonly images: number;
  };
  /** The erasure's row in the deletion ledger, which fixes all rows before it; the hash in hex. */
  readonly ledger: { readonly sequence: number; readonly hash: string };
}

// ---------------------------------------------------------------- enrolment

export interface ConsentText {
  readonly purpose: ConsentPurpose;
  readonly version: string;
  readonly language: string;
  readonly text: string;
  readonly hash: string;
}

export interface StartEnrolmentRequest {
  readonly consent: { readonly version: string; readonly hash: string };
  readonly deviceLabel: string;
  readonly profile: UnlockProfile;
}

/** Who takes part in a ceremony, and until when. */
export interface CeremonyParties {
  /** 32 bytes. */
  readonly nonce: string;
  readonly expiresAt: number;
  readonly accountId: Id;
  readonly deviceId: Id;
  readonly clientId: string;
  readonly origin: string;
}

/** What both kinds of ceremony fix; `ceremonyContext` in `ceremony.ts` turns it into the transcript's part. */
export interface CeremonyChallenge extends CeremonyParties {
  readonly ceremonyId: Id;
  /** 32 bytes. */
  readonly manifestHash: string;
  readonly parameterSet: string;
  readonly tau: number;
  readonly sMax: number;
  /** The liveness challenge of this ceremony, over a WebSocket at its `/challenge`. */
  readonly liveness: ChallengePolicy;
}

/** 201 of `POST /v1/enrolments`. */
export interface EnrolmentChallenge extends CeremonyChallenge {
  /** Tickets to make of each class, and how many ordinary ones finish the ceremony. */
  readonly ordinary: number;
  readonly root: number;
  readonly firstOrdinary: number;
  /** The ceremony's key for the tickets that wait on the device: raw P-256 point, 65 bytes. */
  readonly hpkePublicKey: string;
}

/** `open`: statement or uploads missing. `active`: finished, waiting tickets may still come. */
export type EnrolmentState = 'open' | 'active' | 'complete' | 'cancelled' | 'expired';

export interface EnrolmentProgress {
  readonly state: EnrolmentState;
  /** Indexes the server holds, ascending. */
  readonly received: { readonly ordinary: readonly number[]; readonly root: readonly number[] };
  readonly publicKeys: readonly TicketClass[];
}

export interface FinishedEnrolment {
  readonly deviceId: Id;
  readonly activeTickets: number;
}

// ---------------------------------------------------------------- renewal

export interface StartRenewalRequest {
  readonly deviceId: Id;
}

/**
 * 201 of `POST /v1/renewals`. Probe and answer go to `/v1/renewals/:id`, statement, public key and tickets to
 * `/v1/enrolments/:id`, where those of an enrolment go.
 */
export interface RenewalChallenge extends CeremonyChallenge {
  /** The root generation whose next ticket is spent first. */
  readonly generationId: Id;
  readonly ticketClass: 'root';
  /** -1 when no root ticket is burned. */
  readonly lastBurnedIndex: number;
  /** Failures from now on that lock sign-in by face. */
  readonly triesLeft: number;
  /** Tickets to make, how many finish the renewal, and the key for the others, as in an enrolment. */
  readonly ordinary: number;
  readonly firstOrdinary: number;
  readonly hpkePublicKey: string;
}

// ---------------------------------------------------------------- another device

/**
 * `open`: nobody has come by the code. `joined`: a device has. `offered`: it has sent what is sealed to the enrolled
 * one. `confirmed`: that one has opened it. `authorised`: the new one may enrol. `closed`: over without a new device.
 */
export type PairingState = 'open' | 'joined' | 'offered' | 'confirmed' | 'authorised' | 'finished' | 'closed';

/** 201 of `POST /v1/pairings`, to the enrolled device. Its comparison goes to `/v1/pairings/:id`. */
export interface PairingChallenge extends CeremonyChallenge {
  readonly generationId: Id;
  readonly ticketClass: 'root';
  readonly lastBurnedIndex: number;
  /** Failures from now on that lock sign-in by face. */
  readonly triesLeft: number;
  /** The id the new device will have. */
  readonly newDeviceId: Id;
}

/** To the enrolled device. */
export interface PairingStatus {
  readonly state: PairingState;
  readonly expiresAt: number;
  /** What the new device calls itself. */
  readonly label?: string;
}

/** `POST /v1/pairings/:id/guest`, from the new device; its enrolment then goes to `/v1/enrolments/:id`. */
export interface JoinPairingRequest {
  readonly consent: { readonly version: string; readonly hash: string };
  readonly deviceLabel: string;
}

/** 200 of it: what the challenge before the capture is bound to. The enrolment has a challenge of its own later. */
export type JoinedPairing = CeremonyChallenge;

/** To the new device. */
export interface PairingGuestStatus {
  readonly state: PairingState;
  readonly expiresAt: number;
  /** 32 bytes, from `confirmed` on. */
  readonly confirmation?: string;
  /** Once it may enrol. */
  readonly challenge?: EnrolmentChallenge;
  readonly displayName?: string;
}

/** A device that was added since this one was last used. */
export interface NewDeviceNotice {
  readonly label: string;
  readonly addedAt: number;
}

// ---------------------------------------------------------------- sign-in

export interface InteractionView {
  readonly uid: string;
  readonly client: { readonly id: string; readonly name: string };
  readonly claims: readonly string[];
  readonly prompt: 'login' | 'consent';
  readonly acrRequested?: string;
  readonly loginHint?: string;
}

export interface StartSignInRequest {
  readonly interactionUid: string;
  readonly accountId: Id;
  readonly deviceId: Id;
}

/** 201 of `POST /v1/sign-ins`. */
export interface SignInChallenge extends CeremonyChallenge {
  readonly clientName: string;
  /** Failures from now on that lock sign-in by face. */
  readonly triesLeft: number;
  readonly generationId: Id;
  readonly ticketClass: TicketClass;
  /** -1 when none of this class is burned. */
  readonly lastBurnedIndex: number;
  /** Before this sign-in. */
  readonly ticketsLeft: number;
  readonly renewal: RenewalState;
  readonly newDevices: readonly NewDeviceNotice[];
  /** PublicKeyCredentialRequestOptionsJSON, in the verified profile. */
  readonly passkey?: WebAuthnJson;
  /** An image check follows: keep aligned chips of this capture for it. */
  readonly image?: true;
}

/** Sent alike on a hit and on a miss; only the content of the token differs. */
export interface SignInAnswer {
  /** 16 bytes, 22 characters. */
  readonly token: string;
  /** 64 bytes. */
  readonly signature: string;
  /** AuthenticationResponseJSON, in the verified profile. */
  readonly passkey?: WebAuthnJson;
}

export interface Redirect {
  readonly redirectTo: string;
}

export interface ConsentDecision {
  readonly accept: boolean;
}

// ---------------------------------------------------------------- encrypted-image check

/** `POST /v1/image-checks`, for a device whose enrolment was finished just now. */
export interface StartImageCheckRequest {
  readonly enrolmentId: Id;
}

/** `enrol`: keys and a template are made. `verify`: one picture is compared with that template. */
export type ImageCheckKind = 'enrol' | 'verify';

/**
 * 201 of `POST /v1/image-checks`, and in the answer of a sign-in that is not finished without it;
 * `imageCheckContext` in `image.ts` turns it into the transcript's part.
 */
export interface ImageChallenge extends CeremonyParties {
  readonly imageCheckId: Id;
  readonly kind: ImageCheckKind;
  /** Name of the parameter set. */
  readonly set: string;
  /** SHA-256 of the network's manifest, hex. */
  readonly network: string;
  /** Pictures to send, one after the other. */
  readonly frames: number;
  /** Names of the steps of one evaluation, in order. */
  readonly steps: readonly string[];
}

/** 200 of `POST /v1/sign-ins/:id/answer`: where to go, or what is still to be shown before that. */
export type SignInOutcome = Redirect | ImageRequired;
export interface ImageRequired {
  readonly image: ImageChallenge;
}

/** 200 of `PUT /v1/image-checks/:id/keys`: chunks that the server does not hold yet, ascending. */
export interface MissingChunks {
  readonly missing: readonly number[];
}

/** `masked`: there is a message to open. `closed`: cancelled, replaced or out of time. */
export type ImageCheckState = 'open' | 'evaluating' | 'masked' | 'accepted' | 'failed' | 'closed';

/** `GET /v1/image-checks/:id` */
export interface ImageCheckStatus {
  readonly state: ImageCheckState;
  /** Chunks of the keys; empty when they are complete, or are known from the enrolment. */
  readonly missing: readonly number[];
  readonly framesEvaluated: number;
  /** Evaluations that are before this one; 0 when it runs or none waits. */
  readonly queued: number;
}

/** A line of `POST /v1/image-checks/:id/images/:index`, `application/x-ndjson`; the last one is `done` or `error`. */
export type EvaluationLine =
  | { readonly queued: number }
  | { readonly step: string; readonly done: number; readonly of: number }
  | { readonly done: true; readonly state: 'open' | 'masked' }
  | { readonly error: Problem };

/** 200 of `POST /v1/image-checks/:id/answer` after an enrolment; after a comparison it is a `Redirect`. */
export interface ImageReady {
  readonly ready: true;
}
