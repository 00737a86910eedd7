/**
 * Picks the language and puts values into texts. To add a language: write `xx.ts`, list it here.
 * @module
 */
import { en } from './en.ts';
import type { Messages, Plural } from './types.ts';

export type { Action, ErrorText, Messages } from './types.ts';

const languages: Readonly<Record<string, Messages>> = { en };
const rightToLeft = new Set(['ar', 'he', 'fa', 'ur']);

/** The first of the person's languages that exists here, else English. */
export function pickLanguage(wanted: readonly string[]): string {
  const found = wanted.map((tag) => tag.toLowerCase().split('-')[0]!).find((tag) => tag in languages);
  return found ?? 'en';
}

export const language = pickLanguage(globalThis.navigator?.languages ?? []);
export const direction: 'ltr' | 'rtl' = rightToLeft.has(language) ? 'rtl' : 'ltr';
/** The texts of the language in use. */
export const m: Messages = languages[language]!;

export type Values = Readonly<Record<string, string | number>>;

/** Replaces `{name}`; a name without a value stays visible, so that a mistake is seen and not hidden. */
export function format(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function plural(forms: Plural, count: number, values: Values = {}): string {
  const form = new Intl.PluralRules(language).select(count);
  const text = (form !== 'zero' && forms[form]) || forms.other;
  return format(text, { count: new Intl.NumberFormat(language).format(count), ...values });
}

/** Decimal kilobytes, as the product speaks of them: "0.2 KB". Below 1 MB one digit, above in MB. */
export function formatBytes(bytes: number): string {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'KB'] : [bytes / 1e6, 'MB'];
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const shown = bytes > 0 ? Math.max(value, 0.1) : 0;
  return `${new Intl.NumberFormat(language, digits).format(shown)} ${unit}`;
}

export function formatDate(ms: number | string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(ms));
}

export function formatDateTime(ms: number | string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(ms));
}

/** "3 minutes", "20 seconds"; rounded up, so that waiting that long is enough. */
export function formatWait(seconds: number): string {
  return seconds > 90
    ? plural(m.common.minutes, Math.ceil(seconds / 60))
    : plural(m.common.seconds, Math.max(1, Math.ceil(seconds)));
}
