/** Which pictures of a challenge are kept for the image check. */
import type { LivenessStep } from '@blindsight/face/liveness';
import { createPerson } from '@blindsight/face/synthetic';
import { expect, it } from 'vitest';
import { renderedSubject, runChallenge } from '../../../tests/support/liveness.ts';
import { testEngine } from '../../../tests/support/people.ts';
import { Chips } from '../src/worker/chips.ts';

/** Counts what is kept while a step is on the screen. */
class Watched extends Chips {
  kept = 0;
  override keep(...args: Parameters<Chips['keep']>) {
    this.kept++;
    super.keep(...args);
  }
}

it('three calm ones, of the light the page has, however many steps follow', {
  timeout: 400_000,
}, async () => {
  const { engine, models } = await testEngine();
  const person = createPerson('ana', { masculine: -0.9, melanin: 0.35, age: 0.2 });
  const chips = new Watched();
  const subject = renderedSubject(person, { take: 'today' });
  let begun: number | undefined;
  const screen = subject.screen!;
  const watched = {
    ...subject,
    screen: (...args: Parameters<typeof screen>) => {
      begun ??= chips.kept;
      screen(...args);
    },
  };
  const lights = (['red', 'cyan', 'white', 'blue', 'yellow'] as const).map(
    (colour) => ({ kind: 'light', colour, ms: 400 }) as const,
  );
  const steps: LivenessStep[] = [...lights, { kind: 'blink' }];
  const { outcome } = await runChallenge({
    ...{ models: { engine, manifest: models.manifest }, subject: watched, steps, framesPerSecond: 7, chips },
  });
  expect(outcome).toBe('live');
  expect(begun).toBeGreaterThanOrEqual(3);
  expect(chips.kept).toBe(begun);
  expect(chips.best(3)).toHaveLength(3);
});
