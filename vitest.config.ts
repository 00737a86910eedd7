import { defineConfig } from 'vitest/config';

/** Unit and contract tests of all packages; the browser tests have their own runner under tests/browser. */
export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'tests/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
