/**
 * What both halves of the scheme share: parameters, errors, randomness, noise bounds.
 * Holds no key and no ciphertext.
 * @module
 */
export { type ReplyNoise, type ReplyShape, replyNoise } from './bgv/noise.ts';
export { FheError, type FheErrorCode } from './errors.ts';
export { type ParameterLiteral, type Parameters, parameters, sealedSignIn } from './parameters.ts';
export { type Randomness, seededRandomness, uniformBelow, webRandomness } from './rlwe/randomness.ts';
