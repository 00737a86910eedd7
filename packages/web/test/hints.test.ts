import { describe, expect, it } from 'vitest';
import { type Hint, holdMs, mostFrequent, noHint, showHint, speakMs } from '../src/element/hints.ts';

/** Runs frames of [time, hint] and returns what was shown and spoken after each. */
const run = (...frames: readonly (readonly [number, Hint])[]) => {
  let state = noHint;
  return frames.map(([at, hint]) => {
    state = showHint(state, hint, at);
    return state;
  });
};

describe('hints', () => {
  it('shows the first at once', () => {
    expect(run([0, 'too-far'])[0]).toMatchObject({ shown: 'too-far', spoken: 'too-far' });
  });

  it.each([
    [holdMs - 1, 'too-far'],
    [holdMs, 'blurred'],
    [holdMs + 1, 'blurred'],
  ])('after %i ms of another hint shows %s', (at, shown) => {
    expect(run([0, 'too-far'], [at, 'blurred']).at(-1)?.shown).toBe(shown);
  });

  it('shows good news without waiting', () => {
    expect(run([0, 'too-far'], [10, 'ok']).at(-1)?.shown).toBe('ok');
  });

  it('does not flicker when two gates alternate in every frame', () => {
    const frames = Array.from({ length: 30 }, (_, i) => [i * 33, i % 2 ? 'blurred' : 'too-dark'] as const);
    const shown = run(...frames).map((state) => state.shown);
    const changes = shown.filter((hint, i) => i > 0 && hint !== shown[i - 1]);
    expect(changes.length).toBeLessThanOrEqual(2);
  });

  it('speaks at most every two seconds, and then what is shown', () => {
    const frames = Array.from(
      { length: 120 },
      (_, i) => [i * 50, i % 20 < 10 ? 'too-far' : 'blurred'] as const,
    );
    const states = run(...frames);
    const times = states.map((state) => state.spokenAt).filter((at, i, all) => i > 0 && at !== all[i - 1]);
    for (const [i, at] of times.entries())
      if (i > 0) expect(at - times[i - 1]!).toBeGreaterThanOrEqual(speakMs);
    expect(times.length).toBeGreaterThan(1);
    expect(
      states.every((state) => state.spokenAt === Number.NEGATIVE_INFINITY || state.spoken !== 'waiting'),
    ).toBe(true);
  });
});

describe('the reason of a capture that ran out of time', () => {
  it.each([
    [[], 'no-face'],
    [[['blurred', 3]], 'blurred'],
    [
      [
        ['no-face', 2],
        ['too-dark', 9],
      ],
      'too-dark',
    ],
    [
      [
        ['ok', 50],
        ['too-far', 2],
      ],
      'too-far',
    ],
    [[['ok', 50]], 'no-face'],
  ] as const)('%j gives %s', (counts, code) => {
    expect(mostFrequent(new Map(counts as never))).toBe(code);
  });
});
