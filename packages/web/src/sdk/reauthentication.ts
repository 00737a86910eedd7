/**
 * Runs something sensitive; when the server wants a fresh confirmation first, asks for the passkey and tries
 * once more.
 * @module
 */
import type { Api } from './api.ts';
import { toWebError } from './errors.ts';
import { type Confirmed, confirmPasskey } from './passkeys.ts';

type Reauthentication = Pick<Api, 'reauthenticationOptions' | 'reauthenticate'>;

/** Asks a person for a second factor; resolves when it was shown. */
export type AskSecondFactor = () => Promise<void>;

/**
 * Runs something that may want the passkey afresh, a second factor, or both, and asks for what it wants. At most
 * twice each: the first may have grown stale while the second was looked for.
 */
export async function withProofs<T>(
  api: Reauthentication,
  askSecondFactor: AskSecondFactor,
  work: () => Promise<T>,
): Promise<T> {
  for (let asked = 0; asked < 4; asked++) {
    try {
      return await work();
    } catch (error) {
      const { code } = toWebError(error);
      if (code === 'reauthentication-required') await reauthenticate(api);
      else if (code === 'second-factor-required') await askSecondFactor();
      else throw error;
    }
  }
  return work();
}

export async function withReauthentication<T>(api: Reauthentication, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (toWebError(error).code !== 'reauthentication-required') throw error;
  }
  await reauthenticate(api);
  return work();
}

/**
 * @param prfSalt also ask for the passkey's pseudo-random output under this salt.
 * @param only the one passkey whose output is wanted.
 */
export async function reauthenticate(
  api: Reauthentication,
  prfSalt?: Uint8Array,
  only?: string,
): Promise<Confirmed> {
  const { authenticationId, options } = await api.reauthenticationOptions();
  const confirmed = await confirmPasskey(options, {
    ...(prfSalt ? { prfSalt } : {}),
    ...(only ? { only } : {}),
  });
  await api.reauthenticate({ authenticationId, response: confirmed.response });
  return confirmed;
}
