import { expect, it } from 'vitest';
import { timingLeaks } from '../bench/timing.ts';

/**
 * Few samples, so that the suite stays short and a busy machine does not fail it: what would fail here is gross.
 * `node packages/fhe/bench/timing.ts 20000` looks closer.
 */
it('no operation on a secret takes a time that follows it, and a planted leak is seen', () => {
  const leaks = timingLeaks(600);
  console.table(leaks.map(({ name, t, samples }) => ({ name, t: t.toFixed(1), samples })));
  const control = leaks.at(-1)!;
  expect(control.name).toContain('POSITIVE CONTROL');
  expect(Math.abs(control.t)).toBeGreaterThan(10);
  for (const { name, t } of leaks.slice(0, -1)) expect(Math.abs(t), name).toBeLessThan(10);
});
