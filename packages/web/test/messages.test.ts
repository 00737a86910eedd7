import { describe, expect, it } from 'vitest';
import {
  format,
  formatBytes,
  formatWait,
  languageNames,
  loadMessages,
  m,
  pickLanguage,
  plural,
} from '../src/messages/index.ts';

describe('messages', () => {
  it.each([
    [0, '0.0 KB'],
    [1, '0.1 KB'],
    [133, '0.1 KB'],
    [197, '0.2 KB'],
    [54_000, '54.0 KB'],
    [1_728_000, '1.7 MB'],
  ])('%i bytes are shown as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0.2, '1 second'],
    [20, '20 seconds'],
    [90, '90 seconds'],
    [91, '2 minutes'],
    [300, '5 minutes'],
  ])('%d seconds to wait are shown as %s, never less', (seconds, text) => {
    expect(formatWait(seconds)).toBe(text);
  });

  it('puts values in, and leaves a forgotten one visible', () => {
    expect(format('a {x} b {y}', { x: 1 })).toBe('a 1 b {y}');
  });

  it('counts in words', () => {
    expect(plural(m.privacy.pictures, 0)).toBe('0 pictures sent');
    expect(plural(m.privacy.pictures, 1)).toBe('1 picture sent');
  });

  it('falls back to English', () => {
    expect(pickLanguage(['xx-YY'])).toBe('en');
    expect(pickLanguage(['en-GB', 'de'])).toBe('en');
  });

  it('takes the first language there is', () => {
    expect(pickLanguage(['xx', 'kn-IN', 'de'])).toBe('kn');
    expect(pickLanguage(['DE-at'])).toBe('de');
  });
});

/** Every text of a language by its path, plurals as their forms. */
function texts(part: object, path = ''): [string, string][] {
  return Object.entries(part).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value]] : texts(value as object, `${path}${key}.`),
  );
}

const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

describe.each(Object.keys(languageNames).filter((language) => language !== 'en'))('%s', async (language) => {
  const [here, english] = [new Map(texts(await loadMessages(language))), new Map(texts(m))];

  it('has every text of English and no other, none of them empty', () => {
    expect([...here.keys()].sort()).toEqual([...english.keys()].sort());
    expect([...here].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('has the same values in its texts', () => {
    const different = [...english].filter(
      ([key, text]) => String(placeholders(here.get(key)!)) !== String(placeholders(text)),
    );
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it('is not English', () => {
    const same = [...english].filter(
      ([key, text]) => here.get(key) === text && /[a-z]{4} [a-z]{3}/.test(text),
    );
    expect(same).toEqual([]);
  });

  it('has no two errors with one title or one body', async () => {
    const { errors } = await loadMessages(language);
    for (const part of ['title', 'body'] as const) {
      const all = Object.values(errors).map((error) => error[part]);
      expect(all.filter((text, i) => all.indexOf(text) !== i)).toEqual([]);
    }
  });
});
