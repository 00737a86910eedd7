/**
 * What the enrolment page shows for each state. No effects: everything it does is a callback.
 * @module
 */
import type { UnlockProfile } from '@blindsight/protocol/wire';
import type { ComponentChildren } from 'preact';
import { m } from '../../messages/index.ts';
import type { UploadProgress } from '../../sdk/background.ts';
import type { EnrolState } from '../../state/enrol.ts';
import { ErrorOutcome } from '../../ui/outcome.tsx';
import { Busy } from '../../ui/progress.tsx';
import { ErrorActions } from '../error-actions.tsx';
import { ConsentScreen as ImageConsentScreen } from '../image-check/consent-screen.tsx';
import { ProgressScreen } from '../image-check/progress-screen.tsx';
import { CodesScreen } from '../second-factor/codes-screen.tsx';
import { AccountStep } from './account-step.tsx';
import { ConsentStep } from './consent-step.tsx';
import { DoneStep } from './done-step.tsx';
import { RunningStep } from './running-step.tsx';
import { Steps } from './steps.tsx';
import { TipsStep } from './tips-step.tsx';

export interface EnrolScreenProps {
  readonly state: EnrolState;
  readonly background: UploadProgress;
  readonly returnTo: string | undefined;
  readonly onCreate: (displayName: string) => void;
  readonly onHaveAccount: () => void;
  readonly onConsent: (profile: UnlockProfile) => void;
  readonly onImageAnswer: (agreed: boolean) => void;
  /** Out of the image check, with the enrolment as it is. */
  readonly onImageSkip: () => void;
  readonly onBegin: () => void;
  readonly onRetry: () => void;
  readonly onCancel: () => void;
  /** After the enrolment: on to the application. */
  readonly onContinue: () => void;
  readonly onCodesKept: () => void;
  readonly camera: () => ComponentChildren;
}

export function EnrolScreen(props: EnrolScreenProps) {
  const { state, returnTo } = props;
  /** Out of the enrolment: back to the sign-in it came from, else to the account. */
  const leave = () => location.assign(returnTo ?? '/account');
  switch (state.screen) {
    case 'loading':
      return <Busy>{m.common.loading}</Busy>;
    case 'account':
      return (
        <>
          <Steps at="name" />
          <AccountStep
            busy={state.busy}
            onCreate={props.onCreate}
            onHaveAccount={props.onHaveAccount}
            onCancel={leave}
          />
        </>
      );
    case 'consent':
      return (
        <>
          <Steps at="consent" />
          <ConsentStep
            account={state.account}
            consent={state.consent}
            onAccept={props.onConsent}
            onDecline={leave}
          />
        </>
      );
    case 'image-consent':
      return (
        <>
          <Steps at="consent" />
          <ImageConsentScreen
            consent={state.image}
            onAccept={() => props.onImageAnswer(true)}
            onDecline={() => props.onImageAnswer(false)}
          />
        </>
      );
    case 'tips':
      return (
        <>
          <Steps at="capture" />
          <TipsStep encrypted={state.image !== undefined} onBegin={props.onBegin} onCancel={leave} />
        </>
      );
    case 'running':
      return (
        <>
          <Steps at={isCamera(state.step) ? 'capture' : 'seal'} />
          {state.step === 'capturing' ? (
            props.camera()
          ) : (
            <RunningStep state={state} onCancel={props.onCancel} />
          )}
        </>
      );
    case 'codes':
      return <CodesScreen codes={state.codes} onKept={props.onCodesKept} />;
    case 'image':
      return <ProgressScreen kind="enrol" progress={state.progress} onCancel={props.onImageSkip} />;
    case 'done':
      return (
        <DoneStep
          fellBack={state.fellBack}
          image={state.image}
          background={props.background}
          returnTo={returnTo}
          onContinue={props.onContinue}
        />
      );
    case 'failed':
      return (
        <ErrorOutcome error={state.error}>
          <ErrorActions error={state.error} onRetry={props.onRetry} onCancel={leave} returnTo={returnTo} />
        </ErrorOutcome>
      );
  }
}

const isCamera = (step: Extract<EnrolState, { screen: 'running' }>['step']) =>
  step === 'starting' || step === 'unlocking' || step === 'capturing';
