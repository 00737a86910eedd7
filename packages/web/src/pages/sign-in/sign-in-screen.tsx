/**
 * What the sign-in page shows for each state. No effects: everything it does is a callback.
 * @module
 */
import type { ComponentChildren } from 'preact';
import { format, formatDate, m, plural } from '../../messages/index.ts';
import { passkeySuffices } from '../../sdk/assurance.ts';
import type { KnownAccount } from '../../sdk/store/devices.ts';
import type { SignInState } from '../../state/sign-in.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorOutcome, Outcome } from '../../ui/outcome.tsx';
import { Busy } from '../../ui/progress.tsx';
import { ErrorActions } from '../error-actions.tsx';
import { ConsentScreen as ImageConsentScreen } from '../image-check/consent-screen.tsx';
import { ProgressScreen } from '../image-check/progress-screen.tsx';
import { ReadyScreen } from '../image-check/ready-screen.tsx';
import { ChooseScreen } from './choose-screen.tsx';
import { ConsentScreen } from './consent-screen.tsx';
import { LostScreen } from './lost-screen.tsx';

export interface SignInScreenProps {
  readonly state: SignInState;
  readonly returnTo: string;
  readonly onAccount: (account: KnownAccount) => void;
  readonly onPasskey: () => void;
  readonly onConsent: (accept: boolean) => void;
  /** The person agrees that encrypted pictures are sent. */
  readonly onImageConsent: () => void;
  readonly onAbort: () => void;
  /** Stops what runs and goes back to the first screen. */
  readonly onBack: () => void;
  readonly camera: () => ComponentChildren;
}

export function SignInScreen(props: SignInScreenProps) {
  const { state, returnTo, onAccount, onAbort } = props;
  const onPasskey =
    !('interaction' in state) || passkeySuffices(state.interaction) ? props.onPasskey : undefined;
  switch (state.screen) {
    case 'loading':
      return <Busy>{m.common.loading}</Busy>;
    case 'broken':
      return (
        <ErrorOutcome error={state.error}>
          <ErrorActions error={state.error} onRetry={() => location.reload()} returnTo={returnTo} />
        </ErrorOutcome>
      );
    case 'choose':
      return <ChooseScreen {...props} loaded={state} onPasskey={onPasskey} />;
    case 'lost':
      return <LostScreen returnTo={returnTo} onPasskey={onPasskey} onCancel={onAbort} />;
    case 'consent':
      return <ConsentScreen interaction={state.interaction} onDecide={props.onConsent} />;
    case 'face':
      return <FaceScreen {...props} state={state} />;
    case 'image-consent':
      return (
        <ImageConsentScreen
          consent={state.consent}
          onAccept={props.onImageConsent}
          onDecline={props.onBack}
        />
      );
    case 'image':
      return <ProgressScreen kind={state.kind} progress={state.progress} onCancel={props.onBack} />;
    case 'image-ready':
      return <ReadyScreen onSignIn={() => onAccount(state.account)} onCancel={props.onBack} />;
    case 'passkey':
      return (
        <>
          <Busy>{m.signIn.confirmPasskey}</Busy>
          <CancelLine onCancel={props.onBack} />
        </>
      );
    case 'failed': {
      const { error, account } = state;
      return (
        <ErrorOutcome error={error}>
          <ErrorActions
            error={error}
            returnTo={returnTo}
            onRetry={account ? () => onAccount(account) : onPasskey}
            onPasskey={onPasskey}
            onCancel={props.onBack}
          />
        </ErrorOutcome>
      );
    }
    case 'done': {
      const { account, interaction, ticketsLeft, newDevices = [] } = state;
      const application = interaction.client.name;
      const title = account
        ? format(m.signIn.successTitle, { name: account.displayName })
        : m.common.continue;
      const text = account ? m.signIn.successBody : m.signIn.passkeySuccess;
      return (
        <Outcome code="signed-in" good title={title}>
          <p>{format(text, { application })}</p>
          {newDevices.map(({ label, addedAt }) => (
            <p key={addedAt} class="notice" data-testid="new-device-notice">
              {format(m.devices.signInNotice, { label, date: formatDate(addedAt) })}{' '}
              <a href="/account" target="_blank" rel="noopener">
                {m.common.openAccount}
              </a>
            </p>
          ))}
          {ticketsLeft !== undefined && (
            <p class="notice" data-testid="renewal-due">
              {plural(m.renewal.signInDue, ticketsLeft)}{' '}
              <a href="/account" target="_blank" rel="noopener">
                {m.common.openAccount}
              </a>
            </p>
          )}
        </Outcome>
      );
    }
    case 'leaving':
      return <Busy>{format(m.signIn.leaving, { application: state.interaction.client.name })}</Busy>;
  }
}

type FaceProps = SignInScreenProps & { readonly state: Extract<SignInState, { screen: 'face' }> };

function FaceScreen({ state, camera, onBack }: FaceProps) {
  switch (state.step) {
    case 'capturing':
      return camera();
    case 'starting':
    case 'unlocking':
      return (
        <>
          <Busy>{state.step === 'starting' ? m.signIn.starting : m.signIn.confirmPasskey}</Busy>
          <CancelLine onCancel={onBack} />
        </>
      );
    // From here on the ticket is spent and the camera is off: there is nothing left to cancel.
    case 'comparing':
    case 'answering':
      return (
        <>
          <Busy>{state.step === 'comparing' ? m.signIn.comparing : m.signIn.answering}</Busy>
          <p class="fine centred">{m.signIn.cameraOff}</p>
        </>
      );
  }
}

function CancelLine({ onCancel }: { readonly onCancel: () => void }) {
  return (
    <div class="actions">
      <Button kind="quiet" testId="cancel" onClick={onCancel}>
        {m.common.cancel}
      </Button>
    </div>
  );
}
