/**
 * The provider's routes as functions. Types are the wire's; nothing is decided here.
 * @module
 */
import type {
  AccountOptions,
  AccountResponse,
  AccountView,
  AuthenticationOptions,
  AuthenticationRequest,
  ConsentText,
  CreateAccountRequest,
  EnrolmentChallenge,
  EnrolmentProgress,
  ErasureReceipt,
  FinishedEnrolment,
  Id,
  ImageChallenge,
  ImageCheckStatus,
  ImageReady,
  InteractionView,
  JoinedPairing,
  JoinPairingRequest,
  MissingChunks,
  PairingChallenge,
  PairingGuestStatus,
  PairingStatus,
  PasskeyOptions,
  Reauthentication,
  RecoveryCodes,
  Redirect,
  RenewalChallenge,
  SignInAnswer,
  SignInChallenge,
  SignInOutcome,
  StartEnrolmentRequest,
  StartRenewalRequest,
  StartSignInRequest,
  TicketClass,
} from '@blindsight/protocol/wire';
import { limits } from '@blindsight/protocol/wire';
import type { Http } from './http.ts';

/** The largest reply to a probe. Unit: bytes. */
const replyLimit = 32 * 1024;
/** The largest masked answer: 98 KB for each of 30 values. Unit: bytes. */
const maskedLimit = 4 * 1024 * 1024;
/** For bodies that take a slow line long: half a megabyte, and four of them with their evaluation. Unit: ms. */
const [chunkMs, pictureMs] = [60_000, 120_000];

export type Api = ReturnType<typeof createApi>;

export function createApi(http: Http) {
  const post = <T>(path: string, json: unknown = {}) => http.json<T>('POST', path, { json });
  const put = (path: string, bytes: Uint8Array) => http.json<void>('PUT', path, { bytes, kind: 'ticket' });
  const at = (...parts: (string | number)[]) => `/v1/${parts.map(encodeURIComponent).join('/')}`;

  return {
    /** The manifest of the models, as the device worker reads it. */
    modelManifest: (limit: number) => http.bytes('GET', '/models/manifest.json', limit),

    accountOptions: (displayName: string) => post<AccountOptions>('/v1/accounts/options', { displayName }),
    createAccount: (request: CreateAccountRequest) => post<AccountResponse>('/v1/accounts', request),
    account: () => http.json<AccountView>('GET', '/v1/account'),

    sessionOptions: () => post<AuthenticationOptions>('/v1/sessions/options'),
    createSession: (request: AuthenticationRequest) => post<AccountResponse>('/v1/sessions', request),
    endSession: () => http.json<void>('DELETE', '/v1/sessions/current'),
    reauthenticationOptions: () => post<AuthenticationOptions>('/v1/reauthentications/options'),
    reauthenticate: (request: AuthenticationRequest) =>
      post<Reauthentication>('/v1/reauthentications', request),

    secondFactorCode: (code: string) => post<Reauthentication>('/v1/second-factors/code', { code }),
    secondFactorPasskeyOptions: () => post<AuthenticationOptions>('/v1/second-factors/passkey/options'),
    secondFactorPasskey: (request: AuthenticationRequest) =>
      post<Reauthentication>('/v1/second-factors/passkey', request),
    makeRecoveryCodes: () => post<RecoveryCodes>('/v1/account/recovery-codes'),
    passkeyOptions: () => post<PasskeyOptions>('/v1/account/passkeys/options'),
    addPasskey: (request: CreateAccountRequest) => post<AccountResponse>('/v1/account/passkeys', request),

    revokeDevice: (id: Id) => http.json<ErasureReceipt>('DELETE', at('account', 'devices', id)),
    eraseEnrolment: (id: Id) =>
      http.json<ErasureReceipt>('DELETE', at('account', 'devices', id, 'enrolment')),

    consentText: (language: string, purpose: ConsentText['purpose'] = 'enrol') =>
      http.json<ConsentText>('GET', `${at('consents', purpose)}?lang=${encodeURIComponent(language)}`),
    startEnrolment: (request: StartEnrolmentRequest) => post<EnrolmentChallenge>('/v1/enrolments', request),
    /** The device id stands in for a session: after weeks there is none. */
    enrolment: (id: Id, deviceId: Id) =>
      http.json<EnrolmentProgress>('GET', at('enrolments', id), {
        headers: { 'x-blindsight-device': deviceId },
      }),
    putStatement: (id: Id, bytes: Uint8Array) => put(at('enrolments', id, 'statement'), bytes),
    putPublicKey: (id: Id, ticketClass: TicketClass, bytes: Uint8Array) =>
      put(at('enrolments', id, 'public-keys', ticketClass), bytes),
    putTicket: (id: Id, ticketClass: TicketClass, index: number, bytes: Uint8Array) =>
      put(at('enrolments', id, 'tickets', ticketClass, index), bytes),
    putSealedTicket: (id: Id, ticketClass: TicketClass, index: number, bytes: Uint8Array) =>
      put(at('enrolments', id, 'sealed-tickets', ticketClass, index), bytes),
    finishEnrolment: (id: Id) => post<FinishedEnrolment>(at('enrolments', id, 'finish')),
    cancelEnrolment: (id: Id) => http.json<void>('DELETE', at('enrolments', id)),

    startRenewal: (request: StartRenewalRequest) => post<RenewalChallenge>('/v1/renewals', request),
    /** As `sendProbe`. */
    sendRenewalProbe: (id: Id, bytes: Uint8Array) =>
      http.bytes('POST', at('renewals', id, 'probe'), replyLimit, { bytes, kind: 'sealed' }),
    sendRenewalAnswer: (id: Id, answer: SignInAnswer) => post<void>(at('renewals', id, 'answer'), answer),
    cancelRenewal: (id: Id) => http.json<void>('DELETE', at('renewals', id)),

    startPairing: (request: StartRenewalRequest) => post<PairingChallenge>('/v1/pairings', request),
    pairing: (id: Id) => http.json<PairingStatus>('GET', at('pairings', id)),
    pairingOffer: (id: Id) => http.bytes('GET', at('pairings', id, 'offer'), limits.offer),
    confirmPairing: (id: Id, bytes: Uint8Array) =>
      http.json<void>('POST', at('pairings', id, 'confirmation'), { bytes }),
    /** As `sendProbe`, of the face in front of the other device. */
    sendPairingProbe: (id: Id, bytes: Uint8Array) =>
      http.bytes('POST', at('pairings', id, 'probe'), replyLimit, { bytes, kind: 'sealed' }),
    sendPairingAnswer: (id: Id, answer: SignInAnswer) => post<void>(at('pairings', id, 'answer'), answer),
    authorisePairing: (id: Id, bytes: Uint8Array) =>
      http.json<void>('POST', at('pairings', id, 'authorisation'), { bytes }),
    cancelPairing: (id: Id) => http.json<void>('DELETE', at('pairings', id)),
    joinPairing: (id: Id, request: JoinPairingRequest) =>
      post<JoinedPairing>(at('pairings', id, 'guest'), request),
    /** Sealed to the other device: the embedding of the capture, for a reader that is not the server. */
    sendOffer: (id: Id, bytes: Uint8Array) =>
      http.json<void>('PUT', at('pairings', id, 'guest', 'offer'), { bytes, kind: 'sealed' }),
    pairingGuest: (id: Id) => http.json<PairingGuestStatus>('GET', at('pairings', id, 'guest')),
    leavePairing: (id: Id) => http.json<void>('DELETE', at('pairings', id, 'guest')),

    interaction: (uid: string) => http.json<InteractionView>('GET', at('interactions', uid)),
    interactionPasskey: (uid: string, request: AuthenticationRequest) =>
      post<Redirect>(at('interactions', uid, 'passkey'), request),
    interactionSession: (uid: string) => post<Redirect>(at('interactions', uid, 'session')),
    interactionConsent: (uid: string, accept: boolean) =>
      post<Redirect>(at('interactions', uid, 'consent'), { accept }),
    interactionAbort: (uid: string) => post<Redirect>(at('interactions', uid, 'abort')),

    startSignIn: (request: StartSignInRequest) => post<SignInChallenge>('/v1/sign-ins', request),
    /** The one kind of message that carries something computed from a face: 512 padded sign bits. */
    sendProbe: (id: Id, bytes: Uint8Array) =>
      http.bytes('POST', at('sign-ins', id, 'probe'), replyLimit, { bytes, kind: 'sealed' }),
    sendAnswer: (id: Id, answer: SignInAnswer) => post<SignInOutcome>(at('sign-ins', id, 'answer'), answer),
    cancelSignIn: (id: Id) => http.json<void>('DELETE', at('sign-ins', id)),

    startImageCheck: (enrolmentId: Id) => post<ImageChallenge>('/v1/image-checks', { enrolmentId }),
    imageCheck: (id: Id) => http.json<ImageCheckStatus>('GET', at('image-checks', id)),
    consentToImageCheck: (id: Id, { version, hash }: Pick<ConsentText, 'version' | 'hash'>) =>
      http.json<void>('PUT', at('image-checks', id, 'consent'), { json: { version, hash } }),
    announceImageKeys: (id: Id, manifest: Uint8Array, signal: AbortSignal) =>
      http.json<MissingChunks>('PUT', at('image-checks', id, 'keys'), {
        bytes: manifest,
        kind: 'keys',
        signal,
      }),
    putImageKeys: (id: Id, chunk: number, bytes: Uint8Array, signal: AbortSignal) =>
      http.json<void>('PUT', at('image-checks', id, 'keys', chunk), {
        bytes,
        kind: 'keys',
        signal,
        timeoutMs: chunkMs,
      }),
    /** Encrypted under this device's own key. The answer tells how far the evaluation is. */
    sendImage: (
      id: Id,
      index: number,
      bytes: Uint8Array,
      onLine: (line: unknown) => void,
      signal: AbortSignal,
    ) =>
      http.lines('POST', at('image-checks', id, 'images', index), onLine, {
        bytes,
        kind: 'encrypted',
        signal,
        timeoutMs: pictureMs,
      }),
    maskedAnswer: (id: Id, signal: AbortSignal) =>
      http.bytes('GET', at('image-checks', id, 'message'), maskedLimit, { signal, timeoutMs: chunkMs }),
    answerImageCheck: (id: Id, bytes: Uint8Array) =>
      http.json<Redirect | ImageReady>('POST', at('image-checks', id, 'answer'), { bytes }),
    cancelImageCheck: (id: Id) => http.json<void>('DELETE', at('image-checks', id)),
  };
}
