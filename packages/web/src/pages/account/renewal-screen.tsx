/** A renewal under way. A failure is shown on the account page it came from. */
import type { ComponentChildren } from 'preact';
import { format, m } from '../../messages/index.ts';
import type { AccountState } from '../../state/account.ts';
import { Button } from '../../ui/button.tsx';
import { Bar, Busy } from '../../ui/progress.tsx';

type Renewing = Extract<AccountState, { screen: 'renewing' }>;

export interface RenewalScreenProps {
  readonly state: Renewing;
  readonly onCancel: () => void;
  readonly camera: () => ComponentChildren;
}

export function RenewalScreen({ state: { step, progress }, onCancel, camera }: RenewalScreenProps) {
  if (step === 'capturing') return camera();
  const { done, total } = progress;
  const text = format(m.renewal.steps[step], { count: total || 96 });
  return (
    <>
      <Busy>{text}</Busy>
      {(step === 'making' || step === 'sending') && (
        <Bar label={text} done={done} total={total} testId="renewal-progress" />
      )}
      {step !== 'finishing' && (
        <div class="actions">
          <Button kind="quiet" testId="cancel" onClick={onCancel}>
            {m.common.cancel}
          </Button>
        </div>
      )}
    </>
  );
}
