/**
 * From a fresh enrolment on to the application that asked for the sign-in.
 * @module
 */
import type { Api } from '../../sdk/api.ts';
import { passkeySuffices } from '../../sdk/assurance.ts';
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
  const uid = returnTo.slice('/sign-in/'.length);
  try {
    if (passkeySuffices(await api.interaction(uid)))
      return follow((await api.interactionSession(uid)).redirectTo);
  } catch (error) {
    // Not enough for this application, or the session ended: the sign-in page offers every way.
    if (toWebError(error).code === 'interaction-expired') throw error;
  }
  location.assign(returnTo);
}
