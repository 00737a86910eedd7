/**
 * The device's half: generations, frames, templates, tickets, probes, and the one opening of a reply.
 * The only entry of this package that reaches a secret key.
 * @module
 */
export { DeviceChallenge, makeTicketReady, type ReadyTicket } from './client/challenge.ts';
export { createDeviceKey, type DeviceKey, signTranscript } from './client/device-key.ts';
export {
  type Enrolment,
  type EnrolmentInput,
  type GenerationMaterial,
  makeEnrolment,
  makeTickets,
  signEnrolment,
  type TicketOptions,
} from './client/enrolment.ts';
export { type FrameMatrix, frame } from './client/frame.ts';
export {
  decodeGenerationState,
  drawGeneration,
  encodeGenerationState,
  type GenerationState,
  wipeGeneration,
} from './client/generation.ts';
export { signImage, signImageAnswer } from './client/image.ts';
export { deriveStorageKey } from './client/keys.ts';
export {
  allowRenewal,
  allowSignIn,
  type DeviceHistory,
  deviceLimits,
  emptyHistory,
} from './client/limits.ts';
export { type LogisticParameters, logisticVerifier } from './client/logistic.ts';
export { type Opened, openReply } from './client/open.ts';
export {
  type NewDeviceOffer,
  openPairing,
  type Pairing,
  type ReceivedOffer,
  sealOffer,
  signAuthorisation,
} from './client/pairing.ts';
export { makeProbe, type ProbeInput } from './client/probe.ts';
export { makeRenewal, type Renewal, type RenewalInput, signRenewal } from './client/renewal.ts';
export { sealTicket } from './client/seal.ts';
export { advance, nextTicketIndex, type SpentTicket } from './client/spend.ts';
export { meanVerifier, quantise, type Verifier } from './client/template.ts';
export * as image from './image/client.ts';
