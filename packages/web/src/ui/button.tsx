/** Buttons and links that look like them. At least 48 px high, so that a thumb finds them. */
import type { ComponentChildren } from 'preact';

export interface ButtonProps {
  readonly kind?: 'primary' | 'secondary' | 'quiet' | 'danger';
  readonly testId?: string;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly submit?: boolean;
  readonly onClick?: () => void;
  readonly children: ComponentChildren;
}

export function Button(props: ButtonProps) {
  const {
    kind = 'primary',
    testId,
    busy = false,
    disabled = false,
    submit = false,
    onClick,
    children,
  } = props;
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`button button-${kind}`}
      data-testid={testId}
      aria-busy={busy}
      disabled={disabled || busy}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

export interface LinkButtonProps {
  readonly href: string;
  readonly kind?: ButtonProps['kind'];
  readonly testId?: string;
  readonly children: ComponentChildren;
}

export function LinkButton({ href, kind = 'secondary', testId, children }: LinkButtonProps) {
  return (
    <a class={`button button-${kind}`} href={href} data-testid={testId}>
      {children}
    </a>
  );
}
