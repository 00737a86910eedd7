/** Name and passkey. */
import { useId, useState } from 'preact/hooks';
import { m } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { Icon } from '../../ui/icon.tsx';

export interface AccountStepProps {
  readonly busy: boolean;
  readonly onCreate: (displayName: string) => void;
  readonly onHaveAccount: () => void;
  readonly onCancel: () => void;
}

/** Unit: characters. The server has the same limit. */
const longestName = 64;

export function AccountStep({ busy, onCreate, onHaveAccount, onCancel }: AccountStepProps) {
  const [name, setName] = useState('');
  const [missing, setMissing] = useState(false);
  const id = useId();
  const submit = (event: Event) => {
    event.preventDefault();
    const trimmed = name.trim();
    setMissing(trimmed.length === 0);
    if (trimmed) onCreate(trimmed);
  };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <div class="title">
        <Heading>{m.enrol.nameTitle}</Heading>
        <p class="lead">{m.enrol.nameBody}</p>
      </div>
      <label class="field" for={id}>
        <span>{m.enrol.nameLabel}</span>
        <input
          id={id}
          data-testid="display-name"
          name="name"
          type="text"
          autocomplete="name"
          required
          maxLength={longestName}
          placeholder={m.enrol.namePlaceholder}
          value={name}
          aria-invalid={missing}
          aria-describedby={missing ? `${id}-error` : undefined}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        {missing && (
          <span id={`${id}-error`} class="field-error" role="alert">
            {m.enrol.nameMissing}
          </span>
        )}
      </label>
      <div class="actions">
        <Button submit busy={busy} testId="passkey-continue">
          <Icon name="key" />
          {m.enrol.createPasskey}
        </Button>
        <Button kind="secondary" disabled={busy} testId="have-account" onClick={onHaveAccount}>
          {m.enrol.haveAccount}
        </Button>
        <Button kind="quiet" testId="cancel" onClick={onCancel}>
          {m.common.cancel}
        </Button>
      </div>
    </form>
  );
}
