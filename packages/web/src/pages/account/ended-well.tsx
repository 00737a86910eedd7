/** Something on the account page ended well; one tap leads back to it. */
import { m } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Outcome } from '../../ui/outcome.tsx';

export interface EndedWellProps {
  readonly code: string;
  readonly title: string;
  readonly text: string;
  readonly onClose: () => void;
}

export function EndedWell({ code, title, text, onClose }: EndedWellProps) {
  return (
    <Outcome code={code} good title={title}>
      <p>{text}</p>
      <div class="actions">
        <Button testId="close" onClick={onClose}>
          {m.common.openAccount}
        </Button>
      </div>
    </Outcome>
  );
}
