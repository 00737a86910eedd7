/**
 * The server's half of the encrypted-image check: everything that needs no secret key. Exported as `image` by
 * `@blindsight/protocol/server`.
 * @module
 */
export { answerModulus, forgeryProbability, frames, levelTable, tolerance, unit } from './budget.ts';
export { type Network, parseNetwork } from './network.ts';
export { type ImageParameters, imageParametersOf, ringface64, ringfaceMini } from './parameters.ts';
export { type OperationCounts, operationCounts, stepNames } from './plan.ts';
export { createImageContext } from './server/context.ts';
export {
  type EncryptedEmbedding,
  type EncryptedImage,
  type EvaluateOptions,
  embed,
} from './server/evaluate.ts';
export { alone, type Exchange, sharedExchange, sharedRegion } from './server/exchange.ts';
export { type ImageKeys, parseKeys, releaseKeys } from './server/keys.ts';
export {
  createLane,
  type EvaluatorLane,
  type LaneJob,
  type LaneOptions,
  type LaneResult,
} from './server/lane.ts';
export { maskInnerProducts, unmaskInnerProducts } from './server/opening.ts';
export { type Lane, type PreparedNetwork, prepareNetwork } from './server/prepare.ts';
export { imageMessageLength, parseImage, releaseImage } from './server/receive.ts';
export {
  decodeEvaluationRecord,
  type EvaluationRecord,
  encodeEvaluationRecord,
} from './server/record.ts';
export {
  checkEnrolment,
  decodeStoredTemplate,
  type EncryptedTemplate,
  encodeStoredTemplate,
  enrolmentPairs,
  scoreOf,
  signInPairs,
  storedSquaredNorm,
  sumEmbeddings,
} from './server/template.ts';
export {
  decodeKeyManifest,
  describeKeys,
  encodeKeyManifest,
  joinKeys,
  type KeyManifest,
  maskedCommitment,
  sliceKeys,
} from './wire.ts';
