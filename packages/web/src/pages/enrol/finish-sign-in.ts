/**
 * From a fresh enrolment on to the application that asked for the sign-in.
 * @module
 */
import type { Api } from '../../sdk/api.ts';
import { passkeySuffices, wantsImageCheck } from '../../sdk/assurance.ts';
import { toWebError } from '../../sdk/errors.ts';
import { follow } from '../navigate.ts';

/**
 * The passkey confirmed a minute ago is enough for an application that asks for no more; one that asks for the
 * face gets it on the sign-in page. @param returnTo `/sign-in/UID`
 */
export async function finishSignIn(
  api: Pick<Api, 'interaction' | 'interactionSession'>,
  returnTo: string | undefined,
): Promise<void> {
  if (!returnTo) return;
  const uid = uidOf(returnTo);
  try {
    if (passkeySuffices(await api.interaction(uid)))
      return follow((await api.interactionSession(uid)).redirectTo);
  } catch (error) {
    // Not enough for this application, or the session ended: the sign-in page offers every way.
    if (toWebError(error).code === 'interaction-expired') throw error;
  }
  location.assign(returnTo);
}

/** Whether the application behind this enrolment asks for the image check too. One that cannot be asked does not. */
export async function imageWanted(
  api: Pick<Api, 'interaction'>,
  returnTo: string | undefined,
): Promise<boolean> {
  if (!returnTo) return false;
  return api.interaction(uidOf(returnTo)).then(wantsImageCheck, () => false);
}

const uidOf = (returnTo: string): string => returnTo.slice('/sign-in/'.length);
