/**
 * Consent texts by purpose and language. A text is never edited once a release carried it: a new wording is a
 * new version, and people are asked again. The hash of what was shown is stored with the enrolment.
 * @module
 */
import { createHash } from 'node:crypto';
import type { ConsentPurpose, ConsentText } from '@blindsight/protocol/wire';
import { enrolGerman } from './enrol-de.ts';
import { enrolEnglish } from './enrol-en.ts';
import { enrolSpanish } from './enrol-es.ts';
import { enrolFrench } from './enrol-fr.ts';
import { enrolHindi } from './enrol-hi.ts';
import { enrolKannada } from './enrol-kn.ts';
import { imageGerman } from './image-de.ts';
import { imageEnglish } from './image-en.ts';
import { imageSpanish } from './image-es.ts';
import { imageFrench } from './image-fr.ts';
import { imageHindi } from './image-hi.ts';
import { imageKannada } from './image-kn.ts';

const texts: readonly Omit<ConsentText, 'hash'>[] = [
  { purpose: 'enrol', version: '1', language: 'en', text: enrolEnglish },
  { purpose: 'enrol', version: '1', language: 'de', text: enrolGerman },
  { purpose: 'enrol', version: '1', language: 'fr', text: enrolFrench },
  { purpose: 'enrol', version: '1', language: 'es', text: enrolSpanish },
  { purpose: 'enrol', version: '1', language: 'hi', text: enrolHindi },
  { purpose: 'enrol', version: '1', language: 'kn', text: enrolKannada },
  { purpose: 'image-check', version: '1', language: 'en', text: imageEnglish },
  { purpose: 'image-check', version: '1', language: 'de', text: imageGerman },
  { purpose: 'image-check', version: '1', language: 'fr', text: imageFrench },
  { purpose: 'image-check', version: '1', language: 'es', text: imageSpanish },
  { purpose: 'image-check', version: '1', language: 'hi', text: imageHindi },
  { purpose: 'image-check', version: '1', language: 'kn', text: imageKannada },
];

const hashed: readonly ConsentText[] = texts.map((one) => ({
  ...one,
  hash: createHash('sha256').update(one.text, 'utf8').digest('hex'),
}));

/** The newest text in this language, or in English where there is none. */
export function consentText(purpose: ConsentPurpose, language: string): ConsentText {
  const of = (wanted: string) => hashed.findLast((one) => one.purpose === purpose && one.language === wanted);
  const text = of(language.toLowerCase().split('-')[0] ?? '') ?? of('en');
  if (!text) throw new RangeError(`no consent text for ${purpose}`);
  return text;
}

/** The current text with this version and hash, in whatever language it was shown; `undefined` when outdated. */
export function currentConsent(
  purpose: ConsentPurpose,
  version: string,
  hash: string,
): ConsentText | undefined {
  const shown = hashed.find((one) => one.purpose === purpose && one.version === version && one.hash === hash);
  return shown && consentText(purpose, shown.language).hash === hash ? shown : undefined;
}
