import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const root = new URL('../..', import.meta.url).pathname;
const common = { root, testTimeout: 120_000, hookTimeout: 180_000 };
/** What must answer the light of the screen within 300 ms has the machine for itself. */
const timed = 'tests/browser/challenge.test.ts';

/**
 * Browser tests: each file drives a Chromium, a provider and a relying party of its own, two of them at a time, and then
 * those with deadlines one by one.
 */
export default defineConfig({
  test: {
    root,
    globalSetup: 'tests/browser/support/built.ts',
    projects: [
      {
        test: {
          ...common,
          name: 'browser',
          include: ['tests/browser/*.test.ts'],
          exclude: [timed],
          maxWorkers: Math.min(2, availableParallelism()),
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...common,
          name: 'browser, timed',
          include: [timed],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
