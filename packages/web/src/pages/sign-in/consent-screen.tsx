/** Asks, after the sign-in, whether the application may have what it asks for. */
import type { InteractionView } from '@blindsight/protocol/wire';
import { format, m } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { Claims } from './claims.tsx';

export interface ConsentScreenProps {
  readonly interaction: InteractionView;
  readonly onDecide: (accept: boolean) => void;
}

export function ConsentScreen({ interaction, onDecide }: ConsentScreenProps) {
  const application = interaction.client.name;
  return (
    <>
      <div class="title">
        <Heading>{format(m.signIn.consentTitle, { application })}</Heading>
        <p class="lead">{format(m.signIn.consentBody, { application })}</p>
      </div>
      <Claims application={application} claims={interaction.claims} />
      <div class="actions">
        <Button testId="interaction-accept" onClick={() => onDecide(true)}>
          {m.signIn.allow}
        </Button>
        <Button kind="quiet" testId="interaction-deny" onClick={() => onDecide(false)}>
          {m.signIn.deny}
        </Button>
      </div>
    </>
  );
}
