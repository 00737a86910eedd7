/** The secret frame in a real browser: the bits that Node gives, with WebAssembly and where the policy forbids it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { frameHashes } from '../../packages/protocol/test/support/frame-vectors.ts';
import { pagePolicy } from '../../packages/server/src/http/headers.ts';
import { bundle, launchChromium, openScript } from './support/script-page.ts';

let browser: Browser;
let script: string;
beforeAll(async () => {
  const entry = new URL('../../packages/protocol/test/support/frame-vectors.ts', import.meta.url);
  [browser, script] = await Promise.all([launchChromium(), bundle(entry)]);
});
afterAll(() => browser?.close());

it('has the committed bits under the product’s policy, with WebAssembly and without', async () => {
  const { page, call, callInWorker } = await openScript(browser, script, pagePolicy);
  for (const form of ['fused', 'wasm', 'plain'])
    expect(await call('computedHashes', form)).toEqual(frameHashes);
  expect(await callInWorker('computedHashes')).toEqual(frameHashes);
  await page.close();
});

it('has them where the policy forbids WebAssembly', async () => {
  const { page, call } = await openScript(browser, script, pagePolicy.replace(" 'wasm-unsafe-eval'", ''));
  await expect(call('computedHashes', 'wasm')).rejects.toThrow('no WebAssembly here');
  expect(await call('computedHashes')).toEqual(frameHashes);
  await page.close();
});
