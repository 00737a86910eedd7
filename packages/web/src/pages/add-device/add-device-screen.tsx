/**
 * What the new device shows for each state. No effects: everything it does is a callback.
 * @module
 */
import type { ComponentChildren } from 'preact';
import { format, m } from '../../messages/index.ts';
import type { AddDeviceState } from '../../state/add-device.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { ErrorOutcome, Outcome } from '../../ui/outcome.tsx';
import { Bar, Busy } from '../../ui/progress.tsx';
import { ConsentText } from '../enrol/consent-text.tsx';
import { TipsStep } from '../enrol/tips-step.tsx';
import { ErrorActions } from '../error-actions.tsx';

export interface AddDeviceScreenProps {
  readonly state: AddDeviceState;
  readonly onConsent: () => void;
  readonly onBegin: () => void;
  readonly onLeave: () => void;
  readonly camera: () => ComponentChildren;
}

export function AddDeviceScreen({ state, onConsent, onBegin, onLeave, camera }: AddDeviceScreenProps) {
  switch (state.screen) {
    case 'loading':
      return <Busy>{m.common.loading}</Busy>;
    case 'consent':
      return (
        <>
          <div class="title">
            <Heading>{m.devices.joinTitle}</Heading>
            <p class="lead">{m.enrol.consentTitle}</p>
          </div>
          <ConsentText consent={state.consent} />
          <div class="actions">
            <Button testId="consent-accept" onClick={onConsent}>
              {m.enrol.consentAccept}
            </Button>
            <Button kind="quiet" testId="cancel" onClick={onLeave}>
              {m.enrol.consentDecline}
            </Button>
          </div>
        </>
      );
    case 'tips':
      return <TipsStep onBegin={onBegin} onCancel={onLeave} />;
    case 'running':
      return state.step === 'capturing' ? camera() : <Running state={state} onLeave={onLeave} />;
    case 'done':
      return (
        <Outcome code="device-added" good title={m.devices.joinDoneTitle}>
          <p>{format(m.devices.joinDoneBody, { name: state.displayName })}</p>
          <div class="actions">
            <LinkButton kind="primary" href="/account" testId="open-account">
              {m.enrol.doneAccount}
            </LinkButton>
          </div>
        </Outcome>
      );
    case 'failed':
      return (
        <ErrorOutcome error={state.error}>
          <ErrorActions error={state.error} onCancel={onLeave} />
        </ErrorOutcome>
      );
  }
}

interface RunningProps {
  readonly state: Extract<AddDeviceState, { screen: 'running' }>;
  readonly onLeave: () => void;
}

function Running({ state: { step, progress, code }, onLeave }: RunningProps) {
  if (step === 'capturing') return null;
  const { done, total } = progress;
  const text = format(m.devices.joinSteps[step], { count: total || 120 });
  return (
    <>
      <Busy>{text}</Busy>
      {code && (
        <p class="digits" data-testid="digits">
          {code}
        </p>
      )}
      {(step === 'making' || step === 'sending') && (
        <Bar label={text} done={done} total={total} testId="enrol-progress" />
      )}
      {step !== 'finishing' && (
        <div class="actions">
          <Button kind="quiet" testId="cancel" onClick={onLeave}>
            {m.common.cancel}
          </Button>
        </div>
      )}
    </>
  );
}
