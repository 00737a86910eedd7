/**
 * The kernels in a real browser: on the main thread and in a worker, under a content security policy that allows
 * WebAssembly and nothing else, and under one that does not even allow that. No fetch, no eval.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examine, type Report } from './support/kernel-page.ts';
import { bundle, launchChromium, openScript } from './support/script-page.ts';

let browser: Browser;
let script: string;
let here: Report;

beforeAll(async () => {
  script = await bundle(new URL('support/kernel-page.ts', import.meta.url));
  browser = await launchChromium();
  here = examine();
});
afterAll(() => browser?.close());

/** What the page, respectively a worker of it, reports under this script policy. */
async function reports(scriptPolicy: string) {
  const policy = `default-src 'none'; script-src 'self'${scriptPolicy}; worker-src 'self'`;
  const { page, call, callInWorker, strays } = await openScript(browser, script, policy);
  const result = { page: await call<Report>('examine'), worker: await callInWorker<Report>('examine') };
  await page.close();
  return { ...result, strays };
}

describe('kernels in the browser', () => {
  it("computes what Node computes, with only 'wasm-unsafe-eval', on the page and in a worker", async () => {
    const { page, worker, strays } = await reports(" 'wasm-unsafe-eval'");
    expect(page.sums).toEqual(here.sums);
    expect(worker.sums).toEqual(here.sums);
    expect(new Set(Object.values(page.sums)).size).toBe(1);
    expect([page.chosen, worker.chosen]).toEqual(['relaxed', 'relaxed']);
    expect(strays).toEqual([]);
    console.log(
      `transform of one limb, N = 8192, ms: ${JSON.stringify({ page: page.transform, worker: worker.transform })}`,
    );
  });

  it('falls back to the reference kernel where the policy forbids WebAssembly, with equal results', async () => {
    const { page, worker } = await reports('');
    for (const report of [page, worker]) {
      expect(report.chosen).toBe('reference');
      expect(report.sums).toEqual({
        relaxed: 'kernel-unavailable',
        plain: 'kernel-unavailable',
        reference: here.sums.reference,
      });
    }
  });
});
