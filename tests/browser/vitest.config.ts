import { defineConfig } from 'vitest/config';

/** Browser tests: one at a time, because each drives a Chromium, a provider and a relying party. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['tests/browser/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
