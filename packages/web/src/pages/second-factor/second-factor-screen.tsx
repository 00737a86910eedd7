/** Asks for a recovery code, or for another passkey. What is wrong is said here, and can be tried again here. */
import { useId, useState } from 'preact/hooks';
import { format, formatWait, m } from '../../messages/index.ts';
import type { Api } from '../../sdk/api.ts';
import { toWebError, type WebError } from '../../sdk/errors.ts';
import { confirmPasskey } from '../../sdk/passkeys.ts';
import { Button } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { Icon } from '../../ui/icon.tsx';

export interface SecondFactorScreenProps {
  readonly api: Pick<Api, 'secondFactorCode' | 'secondFactorPasskey' | 'secondFactorPasskeyOptions'>;
  readonly onShown: () => void;
  readonly onCancel: () => void;
}

export function SecondFactorScreen({ api, onShown, onCancel }: SecondFactorScreenProps) {
  const id = useId();
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const show = async (prove: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await prove();
      onShown();
    } catch (error) {
      setProblem(textOf(toWebError(error)));
      setBusy(false);
    }
  };
  const withCode = (event: Event) => {
    event.preventDefault();
    if (code.trim() === '') setProblem(m.secondFactor.codeMissing);
    else void show(() => api.secondFactorCode(code));
  };
  const withPasskey = () =>
    show(async () => {
      const { authenticationId, options } = await api.secondFactorPasskeyOptions();
      const { response } = await confirmPasskey(options);
      await api.secondFactorPasskey({ authenticationId, response });
    });
  return (
    <form class="stack" onSubmit={withCode} noValidate>
      <div class="title">
        <Heading>{m.secondFactor.title}</Heading>
        <p class="lead">{m.secondFactor.body}</p>
      </div>
      <label class="field" for={id}>
        <span>{m.secondFactor.codeLabel}</span>
        <input
          id={id}
          data-testid="recovery-code"
          type="text"
          autocomplete="one-time-code"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={40}
          placeholder={m.secondFactor.codePlaceholder}
          value={code}
          aria-invalid={problem !== undefined}
          aria-describedby={problem ? `${id}-error` : undefined}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
        {problem && (
          <span id={`${id}-error`} class="field-error" role="alert" data-testid="second-factor-error">
            {problem}
          </span>
        )}
      </label>
      <div class="actions">
        <Button submit busy={busy} testId="second-factor-continue">
          {m.secondFactor.show}
        </Button>
        <Button
          kind="secondary"
          disabled={busy}
          testId="second-factor-passkey"
          onClick={() => void withPasskey()}
        >
          <Icon name="key" />
          {m.secondFactor.usePasskey}
        </Button>
        <Button kind="quiet" testId="cancel" onClick={onCancel}>
          {m.common.cancel}
        </Button>
      </div>
      <p class="fine">{m.secondFactor.noCodes}</p>
    </form>
  );
}

const textOf = ({ code, retryAfterSeconds = 60 }: WebError) =>
  format(m.errors[code].body, { time: formatWait(retryAfterSeconds) });
