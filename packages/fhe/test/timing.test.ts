import { expect, it } from 'vitest';
import { timingLeaks } from '../bench/timing.ts';

/**
 * Few samples, so that the suite stays short; tried again, because a busy machine can hide even the planted leak. A
 * leak of the code does not go away by trying again.
 * `node packages/fhe/bench/timing.ts 20000` looks closer.
 */
it('no operation on a secret takes a time that follows it, and a planted leak is seen', { retry: 2 }, () => {
  const leaks = timingLeaks(1500);
  console.table(leaks.map(({ name, t, samples }) => ({ name, t: t.toFixed(1), samples })));
  const control = leaks.at(-1)!;
  expect(control.name).toContain('POSITIVE CONTROL');
  expect(Math.abs(control.t)).toBeGreaterThan(10);
  for (const { name, t } of leaks.slice(0, -1)) expect(Math.abs(t), name).toBeLessThan(10);
});
