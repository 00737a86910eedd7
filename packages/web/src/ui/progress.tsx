/** Waiting: a ring when nobody knows how long, a bar when somebody does. */
import type { ComponentChildren } from 'preact';

export function Busy({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="busy" role="status">
      <span class="spinner" aria-hidden="true" />
      <p>{children}</p>
    </div>
  );
}

export interface BarProps {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly testId?: string;
}

export function Bar({ label, done, total, testId }: BarProps) {
  return (
    <label class="bar">
      <span>{label}</span>
      <progress data-testid={testId} data-done={done} data-total={total} max={total || 1} value={done} />
    </label>
  );
}
