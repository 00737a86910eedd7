/** What stands beside the passkey: recovery codes, and further passkeys. */
import type { AccountView } from '@blindsight/protocol/wire';
import { format, formatDate, m, plural } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';

export interface SecurityProps {
  readonly account: AccountView;
  readonly busy: boolean;
  readonly onMakeCodes: () => void;
  readonly onAddPasskey: () => void;
}

export function Security({ account: { recoveryCodes }, busy, onMakeCodes, onAddPasskey }: SecurityProps) {
  return (
    <section>
      <h2>{m.secondFactor.row}</h2>
      <ul class="rows">
        <li class="row" data-testid="codes-row" data-left={recoveryCodes?.left ?? 0}>
          <Icon name="lock" />
          <div class="row-text">
            {recoveryCodes ? (
              <>
                <p>
                  <strong>{plural(m.secondFactor.left, recoveryCodes.left)}</strong>
                </p>
                <p class="muted">
                  {format(m.secondFactor.madeAt, { date: formatDate(recoveryCodes.madeAt) })}
                </p>
              </>
            ) : (
              <p>{m.secondFactor.none}</p>
            )}
          </div>
          <div class="row-actions">
            <Button kind="secondary" disabled={busy} testId="make-codes" onClick={onMakeCodes}>
              {recoveryCodes ? m.secondFactor.make : m.secondFactor.makeFirst}
            </Button>
          </div>
        </li>
        <li class="row">
          <Icon name="key" />
          <p class="row-text muted">{m.secondFactor.passkeyNote}</p>
          <div class="row-actions">
            <Button kind="secondary" disabled={busy} testId="add-passkey" onClick={onAddPasskey}>
              {m.secondFactor.addPasskey}
            </Button>
          </div>
        </li>
      </ul>
    </section>
  );
}
