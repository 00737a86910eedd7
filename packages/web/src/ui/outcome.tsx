/** How something ended: a result or an error, with its code for tests and support, and a way on. */
import type { ComponentChildren } from 'preact';
import { format, formatWait, m, plural } from '../messages/index.ts';
import type { WebError } from '../sdk/errors.ts';
import { Icon, type IconName } from './icon.tsx';
import { useFocus } from './use-focus.ts';

export interface OutcomeProps {
  readonly code: string;
  readonly good?: boolean;
  readonly icon?: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** Takes the focus, so that a screen reader starts here and the keyboard goes on from here. */
export function Outcome({ code, good = false, icon, title, children }: OutcomeProps) {
  return (
    <section
      class="outcome"
      data-testid="outcome"
      data-code={code}
      data-good={good}
      role={good ? 'status' : 'alert'}
    >
      <span class="outcome-mark" aria-hidden="true">
        <Icon name={icon ?? (good ? 'check' : 'alert')} />
      </span>
      <h1 ref={useFocus<HTMLHeadingElement>(code)} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </section>
  );
}

export interface ErrorOutcomeProps {
  readonly error: WebError;
  /** The buttons under the text. */
  readonly children?: ComponentChildren;
}

export function ErrorOutcome({ error, children }: ErrorOutcomeProps) {
  const text = m.errors[error.code];
  // Where the server names no time, a minute is an honest guess for people.
  const time = formatWait(error.retryAfterSeconds ?? 60);
  return (
    <Outcome code={error.code} title={text.title}>
      <p>{format(text.body, { time })}</p>
      {error.triesLeft !== undefined && (
        <p data-testid="tries-left">{plural(m.error.triesLeft, error.triesLeft)}</p>
      )}
      <div class="actions">{children}</div>
      <p class="fine">{format(m.error.code, { code: error.code })}</p>
    </Outcome>
  );
}
