/**
 * RNS-CKKS for whoever computes: everything that needs no secret key. Exported as `ckks` by `@blindsight/fhe/evaluate`.
 * @module
 */
export {
  add,
  addPlain,
  addProducts,
  dropTo,
  multiply,
  multiplyInteger,
  multiplyPlain,
  multiplyPlainAdd,
  multiplyPlainSum,
  negate,
  rescale,
  subtract,
} from './arithmetic.ts';
export { type Ciphertext, type Plaintext, type Product, release } from './ciphertext.ts';
export { type Context, type ContextOptions, createContext } from './context.ts';
export type { Slots } from './embedding.ts';
export { type EncodeOptions, encode } from './encode.ts';
export { galoisElement } from './galois.ts';
export {
  constantModulus,
  type MaskedConstant,
  maskConstant,
  maskedConstantLength,
  serializeMaskedConstant,
} from './masked-constant.ts';
export * as noise from './noise.ts';
export { type CkksLiteral, type CkksParameters, parameters } from './parameters.ts';
export { multiplyPeriodicSums, type PeriodicWeights, periodicWeights } from './periodic.ts';
export { type CkksPublicKey, encryptPublic, type RandomOption, rerandomise } from './public-key.ts';
export { relinearise, relineariseRescale } from './relinearise.ts';
export { conjugate, rotate, rotateHoisted } from './rotate.ts';
export { type GaloisKey, type RelinearisationKey, releaseKey } from './switching-key.ts';
export {
  ciphertextLength,
  evaluationKeyLength,
  parseCiphertext,
  parseGaloisKey,
  parsePublicKey,
  parseRelinearisationKey,
  parseSeededCiphertext,
  publicKeyLength,
  seededCiphertextLength,
  serializeCiphertext,
} from './wire.ts';
