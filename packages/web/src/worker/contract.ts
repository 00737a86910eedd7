/**
 * What may be said between the page and its device worker. This list is the boundary: pixels go in, and what
 * comes out is a hint, how good a picture is, a ciphertext, a signature or a count. No message has a field for an
 * embedding, a score, a seed or a key.
 * @module
 */
import type { Quality } from '@blindsight/face';
import type {
  ChallengeProfile,
  EnrolmentChallenge,
  Id,
  ImageChallenge,
  JoinedPairing,
  PairingChallenge,
  RenewalChallenge,
  SignInChallenge,
  StepMessage,
  TicketClass,
  UnlockProfile,
} from '@blindsight/protocol/wire';
import type { ErrorCode } from '../sdk/errors.ts';
import type { Gate } from '../sdk/gates.ts';
import type { LivenessHint } from '../sdk/liveness.ts';

export type CapturePurpose = 'enrol' | 'sign-in';

export type CaptureStatus =
  | { readonly status: 'collecting'; readonly hint: Gate; readonly taken: number; readonly wanted: number }
  | { readonly status: 'done'; readonly taken: number; readonly wanted: number }
  /** In a challenge: of the step that is shown, before the first one of getting into place. `progress`: 0..1. */
  | {
      readonly status: 'live';
      readonly done: boolean;
      readonly hint: LivenessHint;
      readonly progress: number;
    }
  | { readonly status: 'failed'; readonly code: ErrorCode };

export interface EnrolInput {
  readonly challenge: EnrolmentChallenge;
  readonly displayName: string;
  readonly profile: UnlockProfile;
  /** Output of the passkey, 32 bytes; exactly for `verified`. */
  readonly prf?: Uint8Array;
  /** The passkey that gave it. */
  readonly credentialId?: string;
  readonly consent: { readonly version: string; readonly hash: string };
}

/** What an enrolment sends right away. The other tickets wait in the device store, sealed to the server. */
export interface EnrolOutput {
  readonly statement: Uint8Array;
  readonly publicKeys: Readonly<Record<TicketClass, Uint8Array>>;
  /** In the order of sending. */
  readonly tickets: readonly FirstTicket[];
}

export interface FirstTicket {
  readonly ticketClass: TicketClass;
  readonly index: number;
  readonly body: Uint8Array;
}

export interface ProbeInput {
  readonly challenge: SignInChallenge;
  readonly deviceId: Id;
  readonly prf?: Uint8Array;
}

export interface RenewalInput {
  readonly challenge: RenewalChallenge;
  readonly deviceId: Id;
  /** A person asked for it on the account page: the device's limit of one a week does not apply. */
  readonly startedInSettings: boolean;
  readonly prf?: Uint8Array;
}

/** What a renewal sends right away; the other tickets wait as those of an enrolment. */
export interface RenewalOutput {
  readonly statement: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly tickets: readonly FirstTicket[];
}

export interface AdmissionInput {
  readonly challenge: PairingChallenge;
  readonly deviceId: Id;
  readonly prf?: Uint8Array;
}

/** What the page of the enrolled device learns of an offer. */
export interface OpenedOffer {
  /** Six digits. */
  readonly code: string;
  /** For the new device; 32 bytes. */
  readonly confirmation: Uint8Array;
}

/** Sized and made alike on a hit and on a miss; the page cannot tell which it holds. */
export interface AnswerOutput {
  /** 22 characters. */
  readonly token: string;
  /** base64url of 64 bytes. */
  readonly signature: string;
}

/** One look at the camera without a capture: how good a picture it would be, and nothing of whose. */
export interface Look {
  readonly gate: Gate;
  readonly faces: number;
  /** Of the most prominent face. Angles in degrees; the others as in `Quality`. */
  readonly face?: Quality & { readonly yaw: number; readonly pitch: number };
}

export interface Prepared {
  /** A part of the models is licensed for research only: say so. */
  readonly researchOnly: boolean;
}

/** A ceremony whose challenge is about to begin. */
export type ChallengedInput =
  | { readonly purpose: 'enrol'; readonly challenge: EnrolmentChallenge }
  | ({ readonly purpose: 'sign-in' } & ProbeInput)
  | ({ readonly purpose: 'renewal' } & RenewalInput)
  | { readonly purpose: 'add-device'; readonly challenge: JoinedPairing };

/** A step to show. */
export type ShownStep = Pick<StepMessage, 'k' | 'n' | 'allowed' | 'step'>;

/** What a server needs before it can compute with this device's pictures. Public. */
export interface ImageKeys {
  /** The message that announces them. */
  readonly manifest: Uint8Array;
  /** Of all chunks together. */
  readonly bytes: number;
  readonly chunks: number;
}

/** Calls of the page. One of `enrol`, `probe`, `renewalProbe`, `offer` uses up a finished capture. */
export interface DeviceWorkerApi {
  /** Loads and verifies the models; returns at once when they are loaded. */
  prepare(): Promise<Prepared>;
  /** Measures one frame for the self-test and closes it; makes no embedding. */
  look(picture: ImageBitmap): Promise<Look>;
  /** @param live with a challenge: `ready`, `revealed`, `shown` and `commit` follow. */
  startCapture(purpose: CapturePurpose, live: boolean): Promise<void>;
  /** Looks at one frame and closes it. @param at when it was captured, ms on the page's clock. */
  frame(picture: ImageBitmap, at: number): Promise<CaptureStatus>;
  /** The first message of the challenge. Of a comparison: spends a ticket durably, before it returns. */
  ready(input: ChallengedInput, profile: ChallengeProfile): Promise<Uint8Array>;
  /** Takes the server's next message: the step to show, or nothing when that was the last word. */
  revealed(message: Uint8Array): Promise<ShownStep | undefined>;
  /** The step is on the screen since `at`. */
  shown(at: number): Promise<void>;
  /** Ends the step that is done, and returns the commitment to send. */
  commit(at: number): Promise<Uint8Array>;
  /** Forgets what was captured. */
  stopCapture(): Promise<void>;
  enrol(input: EnrolInput): Promise<EnrolOutput>;
  /** Spends a ticket durably, then returns the message to send. */
  probe(input: ProbeInput): Promise<Uint8Array>;
  /** Opens the reply to the last probe, once. */
  answer(reply: Uint8Array): Promise<AnswerOutput>;
  /** Spends a root ticket durably, then returns the message to send. Keeps the capture for `renew`. */
  renewalProbe(input: RenewalInput): Promise<Uint8Array>;
  renewalAnswer(reply: Uint8Array): Promise<AnswerOutput>;
  /** After the server has accepted that answer: new tickets from the same capture. */
  renew(): Promise<RenewalOutput>;
  /** On the enrolled device: a key for one pairing. Returns the fragment for the QR code. */
  openAdmission(place: { readonly pairingId: Id; readonly accountId: Id }): Promise<string>;
  /** Unseals the embedding of the new device; it stays in the worker. */
  openOffer(sealed: Uint8Array): Promise<OpenedOffer>;
  /** Spends a root ticket durably, then returns the message to send. */
  admissionProbe(input: AdmissionInput): Promise<Uint8Array>;
  admissionAnswer(reply: Uint8Array): Promise<AnswerOutput>;
  /** After the server has accepted that answer: the signature that lets the new device in. */
  authorise(): Promise<Uint8Array>;
  /** On the new device: seals the capture to the device behind the link. Keeps it for `enrolOffered`. */
  offer(link: string, joined: JoinedPairing): Promise<Uint8Array>;
  /** The digits to show, when it was this offer that was opened. */
  comparisonCode(confirmation: Uint8Array): Promise<string>;
  enrolOffered(input: EnrolInput): Promise<EnrolOutput>;
  /** Before a capture that an image check may follow: keeps its calm pictures until that begins or is given up. */
  keepPictures(): Promise<void>;
  /**
   * After a sign-in or an enrolment from such a capture: encrypts the pictures and forgets them. The calls below
   * belong to this check, in this order.
   */
  openImageCheck(challenge: ImageChallenge): Promise<void>;
  /** When enrolling. Tells how far it is by `image-keys`. */
  imageKeys(): Promise<ImageKeys>;
  imageKeyChunk(index: number): Promise<Uint8Array>;
  /** A picture, encrypted and signed; the same each time. */
  encryptedPicture(index: number): Promise<Uint8Array>;
  /** Opens the masked answer, once, and returns the message to send. */
  imageAnswer(masked: Uint8Array): Promise<Uint8Array>;
  /** The server has accepted: keeps what the next check needs. */
  imageAccepted(): Promise<void>;
  /** Forgets pictures, keys and what was under way. */
  closeImageCheck(): Promise<void>;
  /** Gives up the ticket in use. */
  abandon(): Promise<void>;
}

/** Messages the worker sends by itself. */
export interface DeviceWorkerEvent {
  /** `models`: bytes verified. `tickets`: tickets made. `image-keys`: keys made. */
  readonly event: 'models' | 'tickets' | 'image-keys';
  readonly done: number;
  readonly total: number;
}
