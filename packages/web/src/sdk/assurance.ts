/** What an application asked for, and whether a passkey alone gives it. */
import type { InteractionView } from '@blindsight/protocol/wire';

/** What only a look at the camera gives. */
const sealed = 'urn:blindsight:acr:sealed';

/** An application that requires the face would only ask again after a passkey. */
export function passkeySuffices({ acrRequested }: Pick<InteractionView, 'acrRequested'>): boolean {
  return acrRequested !== sealed;
}
