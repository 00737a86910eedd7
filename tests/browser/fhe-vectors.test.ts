/**
 * The engine's committed known answers in a real browser, under the product's content policy: keys, encryption,
 * evaluation and decryption of both schemes give the bytes that Node gives, with every kernel, on a page and in a
 * worker.
 */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pagePolicy } from '../../packages/server/src/http/headers.ts';
import { bundle, launchChromium, openScript } from './support/script-page.ts';
import type { Answers } from './support/vectors-page.ts';

const committed = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../packages/fhe/test/vectors/${name}.json`, import.meta.url), 'utf8'));
const known = { ckks: committed('ckks'), sealedSignIn: committed('sealed-sign-in') };

let browser: Browser;
let script: string;
beforeAll(async () => {
  [browser, script] = await Promise.all([
    launchChromium(),
    bundle(new URL('support/vectors-page.ts', import.meta.url)),
  ]);
});
afterAll(() => browser?.close());

it.each(['relaxed', 'plain', 'reference'])('gives the known answers, byte for byte: %s', async (kernel) => {
  const { page, call, callInWorker, strays } = await openScript(browser, script, pagePolicy);
  expect(await call<Answers>('answers', kernel)).toEqual({ kernel, ...known });
  expect(await callInWorker<Answers>('answers', kernel)).toEqual({ kernel, ...known });
  expect(strays).toEqual([]);
  await page.close();
});

it('gives them where the policy forbids WebAssembly too', async () => {
  const policy = pagePolicy.replace(" 'wasm-unsafe-eval'", '');
  const { page, call } = await openScript(browser, script, policy);
  expect(await call<Answers>('answers')).toEqual({ kernel: 'reference', ...known });
  await page.close();
});
