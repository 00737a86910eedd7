/** The passkeys of the account. */
import type { PasskeyView } from '@blindsight/protocol/wire';
import { format, formatDate, m } from '../../messages/index.ts';
import { Icon } from '../../ui/icon.tsx';

export function Passkeys({ passkeys }: { readonly passkeys: readonly PasskeyView[] }) {
  return (
    <section>
      <h2>{m.account.passkeysTitle}</h2>
      <ul class="rows">
        {passkeys.map(({ id, label, createdAt, deviceBound }) => (
          <li key={id} class="row" data-testid="passkey-row">
            <Icon name="key" />
            <div class="row-text">
              <p>
                <strong>{label}</strong>
                <span class="badge">{deviceBound ? m.account.deviceBound : m.account.synced}</span>
              </p>
              <p class="muted">{format(m.account.added, { date: formatDate(createdAt) })}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
