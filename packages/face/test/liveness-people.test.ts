/**
 * A few whole challenges before the product's own engine, with people who do not exist. How often each outcome comes:
 * `npm run bench -- liveness`.
 */
import { describe, expect, it } from 'vitest';
import {
  type RunResult,
  renderedSubject,
  runChallenge,
  type Subject,
} from '../../../tests/support/liveness.ts';
import { testEngine } from '../../../tests/support/people.ts';
import { swapped, waved } from '../../../tests/support/presentations.ts';
import { cosine } from '../src/core/embedding.ts';
import type { LivenessStep } from '../src/liveness/index.ts';
import { createPerson } from '../src/synthetic/index.ts';

const ana = createPerson('ana', { masculine: -0.9, melanin: 0.35, age: 0.2 });
const dev = createPerson('dev', { masculine: 0.9, melanin: 0.9, age: 0.8 });

const light = (...colours: readonly ('red' | 'cyan' | 'white' | 'blue' | 'yellow')[]): LivenessStep[] =>
  colours.map((colour) => ({ kind: 'light', colour, ms: 400 }));
/** Rendering, detection and landmarks of up to a hundred frames; a busy machine takes minutes. */
const slow = 400_000;
const turnLeft = { kind: 'turn', direction: 'left' } as const;

async function run(subject: Subject, steps: readonly LivenessStep[]): Promise<RunResult> {
  const { engine, models } = await testEngine();
  return runChallenge({ models: { engine, manifest: models.manifest }, subject, steps, framesPerSecond: 7 });
}

describe('a challenge before the engine', () => {
  it(
    'is passed by a person who does every movement, with a probe of that person',
    async () => {
      const { engine } = await testEngine();
      const subject = renderedSubject(ana, { take: 'today' });
      const steps = [turnLeft, { kind: 'smile' }, { kind: 'closer' }] as const;
      const { outcome, embedding } = await run(subject, steps);
      expect(outcome).toBe('live');
      const likeness = async (person: typeof ana) => {
        const frame = renderedSubject(person, { take: 'enrolled' }).frameAt(0);
        const { face } = await engine.analyze(frame);
        return cosine(await engine.embed(frame, face!.landmarks), embedding!);
      };
      expect(await likeness(ana)).toBeGreaterThan(await likeness(dev));
    },
    slow,
  );

  it(
    'is passed by a face that answers the light',
    async () => {
      const steps = [...light('red', 'cyan', 'white', 'blue', 'yellow'), { kind: 'blink' }] as const;
      expect(await run(renderedSubject(dev, { take: 'today' }), steps)).toMatchObject({ outcome: 'live' });
    },
    slow,
  );

  it(
    'is not passed by a photograph that is turned by hand',
    async () => {
      const { outcome } = await run(waved(ana, 'first'), [turnLeft]);
      expect(['flat-image', 'late']).toContain(outcome);
    },
    slow,
  );

  it(
    'is not passed by somebody who takes over',
    async () => {
      expect(await run(swapped(ana, dev), [turnLeft])).toMatchObject({ outcome: 'face-changed' });
    },
    slow,
  );
});
