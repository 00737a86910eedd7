/**
 * The kernels in a real browser: on the main thread and in a worker, under a content security policy that allows
 * WebAssembly and nothing else, and under one that does not even allow that. No fetch, no eval.
 */
import { type Browser, chromium } from 'playwright-core';
import { build, type Rollup } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examine, type Report } from './support/kernel-page.ts';

const origin = 'http://kernels.test';
let browser: Browser;
let script: string;
let here: Report;

beforeAll(async () => {
  const entry = new URL('support/kernel-page.ts', import.meta.url).pathname;
  const bundle = (await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, target: 'es2024', lib: { entry, formats: ['es'], fileName: 'kernels' } },
  })) as Rollup.RollupOutput[];
  script = bundle[0]!.output[0].code;
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  here = examine();
});
afterAll(() => browser?.close());

const files: Record<string, [string, () => string]> = {
  '/': [
    'text/html',
    () => '<!doctype html><title>kernels</title><script type="module" src="/page.js"></script>',
  ],
  '/kernels.js': ['text/javascript', () => script],
  '/page.js': ['text/javascript', () => "import { examine } from '/kernels.js'; window.report = examine();"],
  '/worker.js': ['text/javascript', () => "import { examine } from '/kernels.js'; postMessage(examine());"],
};

/** What the page, respectively a worker of it, reports under this script policy. */
async function reports(scriptPolicy: string): Promise<{ page: Report; worker: Report; refused: string[] }> {
  const page = await browser.newPage();
  const refused: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (!(pathname in files) && pathname !== '/favicon.ico') refused.push(request.url());
  });
  await page.route(`${origin}/**`, (route) => {
    const [contentType, body] = files[new URL(route.request().url()).pathname] ?? ['text/plain', () => ''];
    const policy = `default-src 'none'; script-src 'self'${scriptPolicy}; worker-src 'self'`;
    return route.fulfill({ contentType, body: body(), headers: { 'content-security-policy': policy } });
  });
  await page.goto(`${origin}/`);
  const shown = await page.waitForFunction('window.report');
  const result = {
    page: (await shown.jsonValue()) as Report,
    worker: (await page.evaluate(inWorker)) as Report,
  };
  await page.close();
  return { ...result, refused };
}

function inWorker(): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker('/worker.js', { type: 'module' });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}

describe('kernels in the browser', () => {
  it("computes what Node computes, with only 'wasm-unsafe-eval', on the page and in a worker", async () => {
    const { page, worker, refused } = await reports(" 'wasm-unsafe-eval'");
    expect(page.sums).toEqual(here.sums);
    expect(worker.sums).toEqual(here.sums);
    expect(new Set(Object.values(page.sums)).size).toBe(1);
    expect([page.chosen, worker.chosen]).toEqual(['relaxed', 'relaxed']);
    expect(refused).toEqual([]);
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
