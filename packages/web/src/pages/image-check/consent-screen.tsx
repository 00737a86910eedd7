/** The text of the image check, before it is set up. */
import type { ConsentText as Text } from '@blindsight/protocol/wire';
import { m } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { ConsentText } from '../enrol/consent-text.tsx';

export interface ConsentScreenProps {
  readonly consent: Text;
  readonly onAccept: () => void;
  readonly onDecline: () => void;
}

export function ConsentScreen({ consent, onAccept, onDecline }: ConsentScreenProps) {
  return (
    <>
      <div class="title">
        <Heading>{m.image.consentTitle}</Heading>
        <p class="lead">{m.image.enrolBody}</p>
      </div>
      <ConsentText consent={consent} />
      <div class="actions">
        <Button testId="image-accept" onClick={onAccept}>
          {m.image.consentAccept}
        </Button>
        <Button kind="quiet" testId="image-decline" onClick={onDecline}>
          {m.image.consentDecline}
        </Button>
      </div>
    </>
  );
}
