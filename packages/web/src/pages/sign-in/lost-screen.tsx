/** The browser has forgotten its keys: what that means, and the way back. */
import { m } from '../../messages/index.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Outcome } from '../../ui/outcome.tsx';
import { enrolPath } from '../navigate.ts';

export interface LostScreenProps {
  readonly returnTo?: string;
  readonly onPasskey: (() => void) | undefined;
  readonly onCancel: () => void;
}

export function LostScreen({ returnTo, onPasskey, onCancel }: LostScreenProps) {
  return (
    <Outcome code="storage-lost" icon="key" title={m.lost.title}>
      <p>{m.lost.body}</p>
      <p>{m.lost.way}</p>
      <div class="actions">
        <LinkButton kind="primary" href={enrolPath(returnTo)} testId="enrol-again">
          {m.common.enrolAgain}
        </LinkButton>
        {onPasskey && (
          <Button kind="secondary" testId="use-passkey" onClick={onPasskey}>
            {m.common.usePasskey}
          </Button>
        )}
        <Button kind="quiet" testId="cancel" onClick={onCancel}>
          {m.common.cancel}
        </Button>
      </div>
    </Outcome>
  );
}
