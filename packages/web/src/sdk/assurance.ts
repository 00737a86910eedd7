/** What an application asked for, and what gives it. */
import type { InteractionView } from '@blindsight/protocol/wire';

/** What only a look at the camera gives. */
const sealed = 'urn:blindsight:acr:sealed';
/** And what takes a check on an encrypted picture beside it. */
const sealedImage = 'urn:blindsight:acr:sealed+image';

type Asked = Pick<InteractionView, 'acrRequested'>;

/** An application that requires the face would only ask again after a passkey. */
export function passkeySuffices({ acrRequested }: Asked): boolean {
  return acrRequested !== sealed && acrRequested !== sealedImage;
}

export function wantsImageCheck({ acrRequested }: Asked): boolean {
  return acrRequested === sealedImage;
}
