/** The versioned consent text, and how the keys on this device shall open. */
import type { ConsentText, UnlockProfile } from '@blindsight/protocol/wire';
import { useState } from 'preact/hooks';
import { format, m } from '../../messages/index.ts';
import type { EnrolAccount } from '../../state/enrol.ts';
import { Button } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { Paragraphs } from '../../ui/paragraphs.tsx';

export interface ConsentStepProps {
  readonly account: EnrolAccount;
  readonly consent: ConsentText;
  readonly onAccept: (profile: UnlockProfile) => void;
  readonly onDecline: () => void;
}

const profiles = [
  { id: 'quick', name: m.enrol.profileQuick, body: m.enrol.profileQuickBody },
  { id: 'verified', name: m.enrol.profileVerified, body: m.enrol.profileVerifiedBody },
] as const;

export function ConsentStep({ account, consent, onAccept, onDecline }: ConsentStepProps) {
  const [profile, setProfile] = useState<UnlockProfile>('quick');
  return (
    <>
      <div class="title">
        <Heading>{m.enrol.consentTitle}</Heading>
        <p class="lead">{format(m.enrol.signedInAs, { name: account.displayName })}</p>
      </div>
      {/* Focusable, because a region that scrolls must be reachable by keyboard. */}
      <section
        class="consent-text"
        data-testid="consent-text"
        data-version={consent.version}
        lang={consent.language}
        aria-label={m.enrol.consentTitle}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
      >
        <Paragraphs text={consent.text} />
      </section>
      <p class="fine">{format(m.enrol.consentVersion, { version: consent.version })}</p>
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
