/** The heading of a step. Takes the focus when the step appears. */
import type { ComponentChildren } from 'preact';
import { useFocus } from './use-focus.ts';

export function Heading({ children }: { readonly children: ComponentChildren }) {
  return (
    <h1 ref={useFocus<HTMLHeadingElement>()} tabIndex={-1}>
      {children}
    </h1>
  );
}
