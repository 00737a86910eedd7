/**
 * HTML with text kept apart from markup: every value put into a template is escaped.
 * @module
 */

/** Markup that is safe to send. Made by `html` alone. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** `` html`<p>${text}</p>` ``: strings are escaped, `Html` and lists of it go in as they are. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | Html | readonly Html[])[]
): Html {
  return new Html(parts.map((part, i) => part + shown(values[i] ?? '')).join(''));
}

function shown(value: string | Html | readonly Html[]): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  return value.map((item) => item.text).join('');
}
