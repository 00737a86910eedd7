/**
 * The language of the page, and values put into its texts.
 *
 * English comes with the page; another language is one more file, loaded before the first picture is painted. To add
 * one: write `xx.ts` of the type `Translation` and list it in `translations`.
 * @module
 */
import { storeChoice, wantedLanguages } from './choice.ts';
import { en } from './en.ts';
import type { ErrorText, Messages, Plural, Translation } from './types.ts';

export type { Action, ErrorText, Messages, Translation } from './types.ts';

/** What each language calls itself, in the order of the picker. */
export const languageNames: Readonly<Record<string, string>> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  hi: 'हिन्दी',
  kn: 'ಕನ್ನಡ',
};

const translations: Readonly<Record<string, () => Promise<Translation>>> = {
  de: async () => (await import('./de.ts')).de,
  fr: async () => (await import('./fr.ts')).fr,
  es: async () => (await import('./es.ts')).es,
  hi: async () => (await import('./hi.ts')).hi,
  kn: async () => (await import('./kn.ts')).kn,
};

const rightToLeft = new Set(['ar', 'he', 'fa', 'ur']);

/** The first of the wanted languages (BCP 47) that exists here, else English. */
export function pickLanguage(wanted: readonly string[]): string {
  const found = wanted.map((tag) => tag.toLowerCase().split('-')[0]!).find((tag) => tag in languageNames);
  return found ?? 'en';
}

/**
 * The texts of one language; what to do about an error is the same in all and comes from English.
 * A file that cannot be loaded leaves the page in English: better understood by some than blank for all.
 */
export async function loadMessages(language: string): Promise<Messages> {
  const translation = await translations[language]?.().catch(() => undefined);
  if (!translation) return en;
  const errors = Object.entries(translation.errors).map(([code, text]) => {
    return [code, { ...text, action: en.errors[code as keyof Messages['errors']].action }];
  });
  return {
    ...translation,
    errors: Object.fromEntries(errors) as Record<keyof Messages['errors'], ErrorText>,
  };
}

export const language = pickLanguage(wantedLanguages());
export const direction: 'ltr' | 'rtl' = rightToLeft.has(language) ? 'rtl' : 'ltr';
/** The texts of the language in use. */
export const m: Messages = await loadMessages(language);

/** Stays chosen in this browser; every text changes, so the page starts anew. */
export function chooseLanguage(chosen: string): void {
  storeChoice(chosen);
  location.reload();
}

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
