/**
 * What the account page shows. No effects: everything it does is a callback.
 * @module
 */
import type { DeviceView, RenewalState } from '@blindsight/protocol/wire';
import { format, formatDate, formatWait, m } from '../../messages/index.ts';
import type { UploadProgress } from '../../sdk/background.ts';
import type { AccountState, Question } from '../../state/account.ts';
import { LinkButton } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { ErrorOutcome } from '../../ui/outcome.tsx';
import { Bar } from '../../ui/progress.tsx';
import { enrolPath } from '../navigate.ts';
import { Consents } from './consents.tsx';
import { DeviceRow } from './device-row.tsx';
import { Passkeys } from './passkeys.tsx';
import { Receipt } from './receipt.tsx';
import { Security } from './security.tsx';

export interface AccountScreenProps {
  readonly state: Extract<AccountState, { screen: 'open' }>;
  readonly background: UploadProgress;
  readonly onAsk: (question: Question) => void;
  readonly onKeep: () => void;
  readonly onConfirm: () => void;
  readonly onRenew: (deviceId: string) => void;
  readonly onAdmit: (deviceId: string) => void;
  readonly onMakeCodes: () => void;
  readonly onAddPasskey: () => void;
}

export function AccountScreen(props: AccountScreenProps) {
  const { state, background, onAsk, onKeep, onConfirm, onRenew, onAdmit } = props;
  const { account, local, lost, question, busy, receipt, error } = state;
  const lockedFor = ((account.faceLockedUntil ?? 0) - Date.now()) / 1000;
  const devices = account.devices.filter((device) => device.state !== 'revoked');
  const here = devices.find((device) => device.state === 'active' && local.includes(device.id));
  return (
    <>
      <div class="title">
        <Heading>{account.displayName}</Heading>
        <p class="lead">{format(m.account.since, { date: formatDate(account.createdAt) })}</p>
      </div>
      {error && <ErrorOutcome error={error} />}
      {receipt && <Receipt receipt={receipt} />}
      {lockedFor > 0 && (
        <section class="notice" data-testid="face-locked">
          <h2>{m.account.lockedTitle}</h2>
          <p>{format(m.account.lockedBody, { time: formatWait(lockedFor) })}</p>
        </section>
      )}
      {lost && (
        <section class="notice" data-testid="storage-lost">
          <h2>{m.account.lostTitle}</h2>
          <p>{m.account.lostBody}</p>
        </section>
      )}
      {here && <RenewalNotice state={here.renewal} />}
      {devices.filter(isNew).map(({ id, label, createdAt }) => (
        <section key={id} class="notice" data-testid="new-device-notice">
          <h2>{m.devices.newTitle}</h2>
          <p>{format(m.devices.newBody, { label, date: formatDate(createdAt) })}</p>
        </section>
      ))}
      {background.total > 0 && background.done < background.total && (
        <section class="notice">
          <h2>{m.account.uploadTitle}</h2>
          <Bar
            label={format(m.enrol.background, { done: background.done, total: background.total })}
            done={background.done}
            total={background.total}
            testId="background-progress"
          />
        </section>
      )}
      <section>
        <h2>{m.account.devicesTitle}</h2>
        {devices.length === 0 && <p class="muted">{m.account.devicesNone}</p>}
        <ul class="rows">
          {devices.map((device) => (
            <DeviceRow
              key={device.id}
              device={device}
              here={local.includes(device.id)}
              question={question?.deviceId === device.id ? question : undefined}
              busy={busy}
              onAsk={onAsk}
              onKeep={onKeep}
              onConfirm={onConfirm}
              onRenew={onRenew}
              onAdmit={onAdmit}
            />
          ))}
        </ul>
        {(!here || here.renewal === 'too-old') && (
          <div class="actions">
            {!here && devices.length > 0 && <p class="muted">{m.devices.enrolHereNote}</p>}
            <LinkButton kind="primary" href={enrolPath()} testId="enrol-again">
              {here ? m.common.enrolAgain : m.account.enrolHere}
            </LinkButton>
          </div>
        )}
      </section>
      <Security
        account={account}
        busy={busy}
        onMakeCodes={props.onMakeCodes}
        onAddPasskey={props.onAddPasskey}
      />
      <Passkeys passkeys={account.passkeys} />
      <Consents consents={account.consents} />
    </>
  );
}

const isNew = ({ state, newUntil = 0 }: DeviceView) => state === 'active' && newUntil > Date.now();

function RenewalNotice({ state }: { readonly state: RenewalState }) {
  if (state === 'not-due') return null;
  const [title, text] =
    state === 'due' ? [m.renewal.dueTitle, m.renewal.dueBody] : [m.renewal.tooOldTitle, m.renewal.tooOldBody];
  return (
    <section class="notice" data-testid="renewal-notice" data-code={state}>
      <h2>{title}</h2>
      <p>{text}</p>
    </section>
  );
}
