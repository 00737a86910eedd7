/** Another device on its way in, as the enrolled one shows it: the code, then the digits, then how it goes. */
import { format, m } from '../../messages/index.ts';
import type { AccountState } from '../../state/account.ts';
import { Button } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { Busy } from '../../ui/progress.tsx';
import { QrCode } from '../../ui/qr-code.tsx';

type Admitting = Extract<AccountState, { screen: 'admitting' }>;

export interface AdmissionScreenProps {
  readonly state: Admitting;
  readonly onCompared: (same: boolean) => void;
  readonly onCancel: () => void;
}

export function AdmissionScreen({ state, onCompared, onCancel }: AdmissionScreenProps) {
  const { step, address, comparison } = state;
  if (comparison) return <Comparison comparison={comparison} onCompared={onCompared} />;
  const cancel = (
    <div class="actions">
      <Button kind="quiet" testId="cancel" onClick={onCancel}>
        {m.common.cancel}
      </Button>
    </div>
  );
  if (step !== 'waiting' || !address) {
    return (
      <>
        <Busy>{m.devices.steps[step]}</Busy>
        {cancel}
      </>
    );
  }
  return (
    <>
      <div class="title">
        <Heading>{m.devices.addTitle}</Heading>
        <p class="lead">{m.devices.steps.waiting}</p>
      </div>
      <QrCode text={address} label={m.devices.qrLabel} />
      <p class="fine">{m.devices.scanBody}</p>
      <details>
        <summary>{m.devices.address}</summary>
        <p class="fine hash" data-testid="pairing-address">
          {address}
        </p>
      </details>
      {cancel}
    </>
  );
}

type ComparisonProps = Pick<AdmissionScreenProps, 'onCompared'> & {
  readonly comparison: NonNullable<Admitting['comparison']>;
};

function Comparison({ comparison: { code, label }, onCompared }: ComparisonProps) {
  return (
    <>
      <div class="title">
        <Heading>{m.devices.compareTitle}</Heading>
        <p class="lead">{format(m.devices.compareBody, { label })}</p>
      </div>
      <p class="digits" data-testid="digits">
        {code}
      </p>
      <div class="actions">
        <Button testId="digits-match" onClick={() => onCompared(true)}>
          {m.devices.match}
        </Button>
        <Button kind="danger" testId="digits-differ" onClick={() => onCompared(false)}>
          {m.devices.differ}
        </Button>
      </div>
    </>
  );
}
