/** Letting another device in, for the account page: the flow, the digits a person is asked about, and a way out. */
import { useRef } from 'preact/hooks';
import { type AdmitStep, admit } from '../../sdk/admit.ts';
import { WebError } from '../../sdk/errors.ts';
import type { Sdk } from '../../sdk/index.ts';
import { cancelPasskey } from '../../sdk/passkeys.ts';
import type { AskSecondFactor } from '../../sdk/reauthentication.ts';
import { knownAccounts } from '../../sdk/store/devices.ts';
import type { AccountEvent } from '../../state/account.ts';

export interface Admission {
  /** @returns whether it came to its end; false when a person has cancelled it. @throws {WebError} */
  run(deviceId: string): Promise<boolean>;
  compared(same: boolean): void;
  cancel(): void;
}

export function useAdmission(
  sdk: Sdk,
  secondFactor: AskSecondFactor,
  dispatch: (event: AccountEvent) => void,
): Admission {
  /** The admission on the screen, and whoever waits for the digits to be compared. */
  const attempt = useRef(new AbortController());
  const question = useRef<PromiseWithResolvers<void>>(undefined);

  const start = async (deviceId: string, signal: AbortSignal) => {
    const account = (await knownAccounts(await sdk.database())).find((one) => one.deviceId === deviceId);
    if (!account) throw new WebError('storage-lost');
    await admit(account, {
      api: sdk.api,
      worker: sdk.worker().api,
      origin: location.origin,
      secondFactor,
      onAddress: (address) => dispatch({ type: 'admission-shown', address }),
      compare: (code, label) => {
        question.current = Promise.withResolvers();
        dispatch({ type: 'digits-asked', comparison: { code, label } });
        return question.current.promise;
      },
      signal,
      onStep: (step: AdmitStep) => !signal.aborted && dispatch({ type: 'admission-stepped', step }),
    });
  };

  return {
    async run(deviceId) {
      dispatch({ type: 'admission-begun' });
      attempt.current = new AbortController();
      const { signal } = attempt.current;
      try {
        await start(deviceId, signal);
        return true;
      } catch (error) {
        if (!signal.aborted) throw error;
        return false;
      }
    },
    compared(same) {
      if (same) question.current?.resolve();
      else question.current?.reject(new WebError('pairing-refused'));
    },
    cancel() {
      attempt.current.abort();
      cancelPasskey();
      dispatch({ type: 'admission-cancelled' });
    },
  };
}
