/** Before the first colours: what will happen, and a way without them. */
import type { ChallengeProfile } from '@blindsight/protocol/wire';
import { m } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { Heading } from '../ui/heading.tsx';

export interface LightWarningProps {
  readonly onChoose: (profile: ChallengeProfile) => void;
  readonly onCancel: () => void;
}

export function LightWarning({ onChoose, onCancel }: LightWarningProps) {
  return (
    <>
      <div class="title" data-testid="light-warning">
        <Heading>{m.light.title}</Heading>
        <p class="lead">{m.light.body}</p>
      </div>
      <p class="notice">{m.light.warning}</p>
      <div class="actions">
        <Button testId="light-on" onClick={() => onChoose('default')}>
          {m.light.go}
        </Button>
        <Button kind="secondary" testId="light-off" onClick={() => onChoose('no-light')}>
          {m.light.without}
        </Button>
        <Button kind="quiet" testId="cancel" onClick={onCancel}>
          {m.common.cancel}
        </Button>
      </div>
      <p class="fine">{m.light.remembered}</p>
    </>
  );
}
