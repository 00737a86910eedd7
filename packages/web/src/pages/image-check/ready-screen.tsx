/** Set up at a sign-in: one more look signs in. */
import { m } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Outcome } from '../../ui/outcome.tsx';

export interface ReadyScreenProps {
  readonly onSignIn: () => void;
  readonly onCancel: () => void;
}

export function ReadyScreen({ onSignIn, onCancel }: ReadyScreenProps) {
  return (
    <Outcome code="image-ready" good title={m.image.readyTitle}>
      <p>{m.image.readyBody}</p>
      <div class="actions">
        <Button testId="begin" onClick={onSignIn}>
          {m.image.readyGo}
        </Button>
        <Button kind="quiet" testId="cancel" onClick={onCancel}>
          {m.common.cancel}
        </Button>
      </div>
    </Outcome>
  );
}
