import { describe, expect, it } from 'vitest';
import { format, formatBytes, formatWait, m, pickLanguage, plural } from '../src/messages/index.ts';

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
});
