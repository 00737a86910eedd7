/** Enrolled: what now, and how far the waiting tickets are. */
import { format, m } from '../../messages/index.ts';
import type { UploadProgress } from '../../sdk/background.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Outcome } from '../../ui/outcome.tsx';
import { Bar } from '../../ui/progress.tsx';

export interface DoneStepProps {
  readonly fellBack: boolean;
  /** Of the image check, where it was wanted. */
  readonly image: 'ready' | 'missing' | undefined;
  readonly background: UploadProgress;
  readonly returnTo: string | undefined;
  readonly onContinue: () => void;
}

export function DoneStep({ fellBack, image, background, returnTo, onContinue }: DoneStepProps) {
  const { done, total } = background;
  return (
    <Outcome code="enrolled" good title={m.enrol.doneTitle}>
      <p>{m.enrol.doneBody}</p>
      {fellBack && (
        <p class="notice" data-testid="profile-note" data-code="passkey-no-prf">
          {m.enrol.profileFallback}
        </p>
      )}
      {image && (
        <p class="notice" data-testid="image-note" data-state={image}>
          {image === 'ready' ? m.image.alsoReady : m.image.notReady}
        </p>
      )}
      <div class="actions">
        {returnTo && (
          <Button testId="continue" onClick={onContinue}>
            {m.enrol.doneContinue}
          </Button>
        )}
        <LinkButton kind={returnTo ? 'secondary' : 'primary'} href="/account" testId="open-account">
          {m.enrol.doneAccount}
        </LinkButton>
      </div>
      {total > 0 && (
        <div class="background">
          <Bar
            label={format(done < total ? m.enrol.background : m.enrol.backgroundDone, { done, total })}
            done={done}
            total={total}
            testId="background-progress"
          />
          {done < total && <p class="fine">{m.enrol.keepOpen}</p>}
        </div>
      )}
    </Outcome>
  );
}
