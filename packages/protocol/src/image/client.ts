/**
 * The device's half of the encrypted-image check. Exported as `image` by `@blindsight/protocol/client`.
 * @module
 */
export { createImageContext } from './client/context.ts';
export { encryptImage } from './client/encrypt.ts';
export {
  imageKeyCount,
  imageKeyParts,
  imageSecretKey,
  makeImageKeys,
  newImageSeed,
  wipeImageSecretKey,
} from './client/keys.ts';
export { openMaskedAnswer } from './client/open.ts';
export { type ImageParameters, imageParametersOf, ringface64, ringfaceMini } from './parameters.ts';
export { describeKeys, encodeKeyManifest } from './wire.ts';
