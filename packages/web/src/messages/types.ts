/**
 * The shape of a language: the keys of English with any texts.
 * @module
 */
import type { en } from './en.ts';

/** What the page offers beside the text of an error. */
export type Action =
  | 'retry'
  | 'reload'
  | 'passkey'
  | 'enrol'
  | 'create'
  | 'account'
  /** Nothing this page can do: the way on is outside. */
  | 'none';

export interface ErrorText {
  readonly title: string;
  /** May hold `{time}`: how long to wait. */
  readonly body: string;
  readonly action: Action;
}

/** `one` and `other` of the plural rules; languages with more forms add them. */
export interface Plural {
  readonly one: string;
  readonly other: string;
  readonly two?: string;
  readonly few?: string;
  readonly many?: string;
}

type Widen<T> = T extends string
  ? string
  : T extends { one: string; other: string }
    ? Plural
    : { readonly [K in keyof T]: Widen<T[K]> };

type Errors = (typeof en)['errors'];
type Texts = Omit<Widen<typeof en>, 'errors'>;

/** What the pages read. */
export type Messages = Texts & { readonly errors: { readonly [K in keyof Errors]: ErrorText } };

/** What a file such as `de.ts` must provide: every text; what the page offers beside an error is not its business. */
export type Translation = Texts & {
  readonly errors: { readonly [K in keyof Errors]: Omit<ErrorText, 'action'> };
};
