/**
 * `@blindsight/face/models`: the manifest and its verification, for browsers, Node and the server
 * (no model code, no pixels). Building the files is `@blindsight/face/models/build` (Node, development).
 * @module
 */
export {
  type Calibration,
  type CalibrationFile,
  type OperatingPoint,
  operatingPointOf,
  parseCalibration,
  type VerifierChoice,
} from './calibration.ts';
export { canonicalJson } from './canonical-json.ts';
export { decodeCohort } from './cohort.ts';
export {
  encodeManifest,
  fileOf,
  type ManifestFile,
  type ModelManifest,
  manifestHash,
  maxManifestBytes,
  type NetSpec,
  operatingTau,
  parseManifest,
  type Role,
  roles,
} from './manifest.ts';
export { type ReadFile, type VerifiedModels, verifyManifest } from './verify.ts';
