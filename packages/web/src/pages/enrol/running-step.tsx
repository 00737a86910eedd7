/** The steps of an enrolment during which nobody has to look anywhere. */
import { format, m } from '../../messages/index.ts';
import type { EnrolState } from '../../state/enrol.ts';
import { Button } from '../../ui/button.tsx';
import { Bar, Busy } from '../../ui/progress.tsx';

type Running = Extract<EnrolState, { screen: 'running' }>;

export interface RunningStepProps {
  readonly state: Running;
  readonly onCancel: () => void;
}

export function RunningStep({ state: { step, progress }, onCancel }: RunningStepProps) {
  const { done, total } = progress;
  return (
    <>
      <Busy>{textOf(step, total)}</Busy>
      {(step === 'making' || step === 'sending') && (
        <Bar label={textOf(step, total)} done={done} total={total} testId="enrol-progress" />
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

function textOf(step: Running['step'], total: number): string {
  switch (step) {
    case 'unlocking':
      return m.signIn.confirmPasskey;
    case 'making':
      return format(m.enrol.making, { count: total || 120 });
    case 'sending':
      return m.enrol.sending;
    case 'finishing':
      return m.enrol.finishing;
    default:
      return m.enrol.preparing;
  }
}
