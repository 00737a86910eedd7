/**
 * The encrypted-image check in the clear. Exported as `image` by `@blindsight/protocol/oracle`: tests and calibration.
 * @module
 */
export { frontEnd } from './front-end.ts';
export { checkGolden, cosine, type Interpretation, inner, interpret } from './interpret.ts';
export { type GoldenPicture, type Network, parseGolden, parseNetwork } from './network.ts';
