/** The versioned consent text, and how the keys on this device shall open. */
import type { ConsentText as Text, UnlockProfile } from '@blindsight/protocol/wire';
import { useState } from 'preact/hooks';
import { format, m, plural } from '../../messages/index.ts';
import type { EnrolAccount } from '../../state/enrol.ts';
import { Button } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { ConsentText } from './consent-text.tsx';

export interface ConsentStepProps {
  readonly account: EnrolAccount;
  readonly consent: Text;
  readonly onAccept: (profile: UnlockProfile) => void;
  readonly onDecline: () => void;
}

const profiles = [
  { id: 'quick', name: m.enrol.profileQuick, body: m.enrol.profileQuickBody },
  { id: 'verified', name: m.enrol.profileVerified, body: m.enrol.profileVerifiedBody },
] as const;

export function ConsentStep({ account, consent, onAccept, onDecline }: ConsentStepProps) {
  const devices = account.devices.filter(({ state }) => state === 'active').length;
  const [profile, setProfile] = useState<UnlockProfile>('quick');
  return (
    <>
      <div class="title">
        <Heading>{m.enrol.consentTitle}</Heading>
        <p class="lead">{format(m.enrol.signedInAs, { name: account.displayName })}</p>
      </div>
      {devices > 0 && (
        <div class="notice" data-testid="recovery-notice">
          <h2>{m.devices.recoveryTitle}</h2>
          <p>{plural(m.devices.recoveryBody, devices)}</p>
        </div>
      )}
      <ConsentText consent={consent} />
      <fieldset class="choices">
        <legend>{m.enrol.profileTitle}</legend>
        {profiles.map(({ id, name, body }) => (
          <label key={id} class="choice" data-chosen={profile === id}>
            <input
              type="radio"
              name="profile"
              data-testid={`profile-${id}`}
              checked={profile === id}
              onChange={() => setProfile(id)}
            />
            <span>
              <strong>{name}</strong>
              <span class="muted">{body}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div class="actions">
        <Button testId="consent-accept" onClick={() => onAccept(profile)}>
          {m.enrol.consentAccept}
        </Button>
        <Button kind="quiet" testId="cancel" onClick={onDecline}>
          {m.enrol.consentDecline}
        </Button>
      </div>
    </>
  );
}
