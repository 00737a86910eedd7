/**
 * The server's half: checks of what a device uploads and signs, and the evaluation of one probe.
 * Reaches no secret key, no decryption and no face: a test walks the imports.
 * @module
 */

export * as image from './image/server.ts';
export { allowances, type ChallengeFault, drawSteps, ServerChallenge } from './server/challenge.ts';
export { checkPublicKey, checkTicket } from './server/check.ts';
export { type EvaluateInput, type EvaluateResult, evaluateSealed } from './server/evaluate.ts';
export { decodeResult, encodeJob, runJob } from './server/job.ts';
export { createSealingKey, openSealedTicket, type SealingKey } from './server/opener.ts';
export {
  type AnswerInput,
  type AuthorisationRecord,
  type ImageRecord,
  type ProbeRecord,
  type RenewalRecord,
  verifyAnswer,
  verifyAuthorisation,
  verifyEnrolStatement,
  verifyProbe,
  verifyReady,
  verifyRenewalStatement,
  verifySignedImage,
  verifySignedImageAnswer,
} from './server/verify.ts';
