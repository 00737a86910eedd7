/** Errors that have no page of their own: the provider sends the browser here with a code. */
import { m } from '../../messages/index.ts';
import { isErrorCode, WebError } from '../../sdk/errors.ts';
import type { Sdk } from '../../sdk/index.ts';
import { ErrorOutcome } from '../../ui/outcome.tsx';
import { Shell } from '../../ui/shell.tsx';
import { ErrorActions } from '../error-actions.tsx';

/** @param code from the address: anything that is not one of ours is shown as `internal`, never as text. */
export function ErrorPage({ sdk, code }: { readonly sdk: Sdk; readonly code: string | null }) {
  const error = new WebError(isErrorCode(code) ? code : 'internal');
  return (
    <Shell counter={sdk.counter} title={m.errors[error.code].title}>
      <ErrorOutcome error={error}>
        <ErrorActions error={error} onRetry={() => history.back()} />
      </ErrorOutcome>
    </Shell>
  );
}
