/** The way on that belongs to an error code. A retry is the page's own; the others are addresses. */
import { m } from '../messages/index.ts';
import type { WebError } from '../sdk/errors.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { enrolPath } from './navigate.ts';

export interface ErrorActionsProps {
  readonly error: WebError;
  readonly onRetry?: (() => void) | undefined;
  readonly onPasskey?: (() => void) | undefined;
  readonly onCancel?: (() => void) | undefined;
  /** Where an enrolment should come back to. */
  readonly returnTo?: string | undefined;
}

/** The action of the code first, then the passkey where there is one, then cancel. */
export function ErrorActions({ error, onRetry, onPasskey, onCancel, returnTo }: ErrorActionsProps) {
  const { action } = m.errors[error.code];
  const passkeyFirst = action === 'passkey';
  return (
    <>
      {action === 'retry' && onRetry && (
        <Button testId="begin" onClick={onRetry}>
          {m.common.retry}
        </Button>
      )}
      {action === 'reload' && <Button onClick={() => location.reload()}>{m.common.retry}</Button>}
      {(action === 'enrol' || action === 'create') && (
        <LinkButton kind="primary" href={enrolPath(returnTo)} testId="enrol-again">
          {action === 'enrol' ? m.common.enrolAgain : m.common.createAccount}
        </LinkButton>
      )}
      {action === 'account' && (
        <LinkButton kind="primary" href="/account">
          {m.common.openAccount}
        </LinkButton>
      )}
      {onPasskey && (
        <Button kind={passkeyFirst ? 'primary' : 'secondary'} testId="use-passkey" onClick={onPasskey}>
          {m.common.usePasskey}
        </Button>
      )}
      {onCancel && (
        <Button kind="quiet" testId="cancel" onClick={onCancel}>
          {m.common.cancel}
        </Button>
      )}
    </>
  );
}
