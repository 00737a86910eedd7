/** One enrolled device, and what can be done with it. Erasing is asked twice. */
import type { DeviceView } from '@blindsight/protocol/wire';
import { format, formatDate, m, plural } from '../../messages/index.ts';
import type { Question } from '../../state/account.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useFocus } from '../../ui/use-focus.ts';

export interface DeviceRowProps {
  readonly device: DeviceView;
  /** The keys of this enrolment are in this browser. */
  readonly here: boolean;
  readonly question: Question | undefined;
  readonly busy: boolean;
  readonly onAsk: (question: Question) => void;
  readonly onKeep: () => void;
  readonly onConfirm: () => void;
  readonly onRenew: (deviceId: string) => void;
  readonly onAdmit: (deviceId: string) => void;
}

export function DeviceRow(props: DeviceRowProps) {
  const { device, here, question, busy, onAsk, onKeep, onConfirm, onRenew, onAdmit } = props;
  const { id, label, state, lastUsedAt, ticketsLeft, renewal, profile, newUntil = 0 } = device;
  const isNew = state === 'active' && newUntil > Date.now();
  const used = lastUsedAt ? format(m.account.used, { date: formatDate(lastUsedAt) }) : m.account.neverUsed;
  const ask = (kind: Question['kind']) => () => onAsk({ kind, deviceId: id });
  return (
    <li
      class="row"
      data-testid="device-row"
      data-device-id={id}
      data-state={state}
      data-here={here}
      data-tickets-left={ticketsLeft}
    >
      <Icon name="device" />
      <div class="row-text">
        <p>
          <strong>{label}</strong>
          {here && <span class="badge badge-here">{m.account.thisDevice}</span>}
          {isNew && <span class="badge">{m.devices.newBadge}</span>}
          <span class="badge" data-state={state}>
            {m.account.state[state]}
          </span>
        </p>
        <p class="muted">
          {[m.account.profile[profile], used, plural(m.account.ticketsLeft, ticketsLeft)].join(' · ')}
        </p>
      </div>
      {question ? (
        <Confirmation question={question} label={label} busy={busy} onKeep={onKeep} onConfirm={onConfirm} />
      ) : (
        <div class="row-actions">
          {state === 'active' && here && renewal !== 'too-old' && (
            <Button
              kind={renewal === 'due' ? 'primary' : 'secondary'}
              disabled={busy}
              testId="renew-device"
              onClick={() => onRenew(id)}
            >
              {m.renewal.start}
            </Button>
          )}
          {state === 'active' && here && renewal !== 'too-old' && !isNew && (
            <Button kind="secondary" disabled={busy} testId="add-device" onClick={() => onAdmit(id)}>
              {m.devices.add}
            </Button>
          )}
          {state === 'active' && (
            <Button kind="secondary" disabled={busy} testId="erase-enrolment" onClick={ask('erase')}>
              {m.account.erase}
            </Button>
          )}
          <Button kind="quiet" disabled={busy} testId="revoke-device" onClick={ask('revoke')}>
            {m.account.revoke}
          </Button>
        </div>
      )}
    </li>
  );
}

interface ConfirmationProps extends Pick<DeviceRowProps, 'busy' | 'onKeep' | 'onConfirm'> {
  readonly question: Question;
  readonly label: string;
}

function Confirmation({ question, label, busy, onKeep, onConfirm }: ConfirmationProps) {
  const text = question.kind === 'revoke' ? m.account.confirmRevoke : m.account.confirmErase;
  return (
    <div
      ref={useFocus<HTMLDivElement>()}
      class="question"
      role="alertdialog"
      aria-label={label}
      tabIndex={-1}
    >
      <p>{format(text, { device: label })}</p>
      <p class="fine">{m.account.reauthenticate}</p>
      <div class="row-actions">
        <Button kind="danger" busy={busy} testId="confirm-erasure" onClick={onConfirm}>
          {m.account.confirmYes}
        </Button>
        <Button kind="quiet" disabled={busy} testId="keep" onClick={onKeep}>
          {m.account.confirmNo}
        </Button>
      </div>
    </div>
  );
}
