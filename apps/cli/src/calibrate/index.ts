/**
 * `@blindsight/cli/calibrate`: error rates of faces in floating point and in the sealed form, and the thresholds that
 * follow. For the command `calibrate` and for the accuracy benchmark.
 * @module
 */
export { type FaceSet, meansOfPictures, singlePictures } from './comparisons.ts';
export { type Embeddings, embedPictures } from './embeddings.ts';
export { listPictures, peopleOf } from './folder.ts';
export { float, type Representation, sealed } from './representations.ts';
export {
  type Comparisons,
  type ErrorRates,
  type Estimate,
  errorRates,
  generator,
  rates,
  ratesAt,
} from './statistics.ts';
export { type CalibrateOptions, calibrate, verifierOf } from './thresholds.ts';
export { strategies, type WolfOptions, type WolfRates, wolfRates } from './wolf.ts';
