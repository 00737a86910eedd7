/**
 * RNS-CKKS for the key holder. Exported as `ckks` by `@blindsight/fhe/client`.
 * @module
 */
export { wipeSecretKey } from '../rlwe/secret-key.ts';
export { type Ciphertext, type Plaintext, release } from './ciphertext.ts';
export { type Context, type ContextOptions, createContext } from './context.ts';
export { decrypt, openConstant } from './decrypt.ts';
export type { Slots } from './embedding.ts';
export { type EncodeOptions, encode } from './encode.ts';
export { encrypt, encryptSeeded } from './encrypt.ts';
export { galoisElement } from './galois.ts';
export {
  type CkksKeyPair,
  conjugationKey,
  generateKeys,
  type KeyOptions,
  relinearisationKey,
  rotationKey,
} from './keys.ts';
export {
  constantModulus,
  type MaskedConstant,
  maskedConstantLength,
  parseMaskedConstant,
} from './masked-constant.ts';
export * as noise from './noise.ts';
export { type CkksLiteral, type CkksParameters, parameters } from './parameters.ts';
export type { CkksPublicKey, RandomOption } from './public-key.ts';
export type { CkksSecretKey } from './secret.ts';
export { type GaloisKey, type RelinearisationKey, releaseKey } from './switching-key.ts';
export {
  parseCiphertext,
  parseSeededCiphertext,
  serializeEvaluationKey,
  serializePublicKey,
} from './wire.ts';
