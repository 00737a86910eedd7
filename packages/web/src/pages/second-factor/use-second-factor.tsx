/** Lets a headless flow ask for a second factor: while the question is open, the page shows it instead of its own screen. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Api } from '../../sdk/api.ts';
import { WebError } from '../../sdk/errors.ts';
import type { AskSecondFactor } from '../../sdk/reauthentication.ts';
import { SecondFactorScreen } from './second-factor-screen.tsx';

export interface SecondFactorQuestion {
  /** For the flow. */
  readonly ask: AskSecondFactor;
  /** For the page: the question, when there is one. */
  readonly screen: ComponentChildren;
}

export function useSecondFactor(api: Api): SecondFactorQuestion {
  const [question, setQuestion] = useState<PromiseWithResolvers<void>>();
  const ask = () => {
    const next = Promise.withResolvers<void>();
    setQuestion(next);
    return next.promise.finally(() => setQuestion(undefined));
  };
  const screen = question && (
    <SecondFactorScreen
      api={api}
      onShown={() => question.resolve()}
      onCancel={() => question.reject(new WebError('second-factor-cancelled'))}
    />
  );
  return { ask, screen };
}
