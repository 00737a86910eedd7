/** Anybody can read, without signing in, how sure a match is here and what nobody measured. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ModelManifest, operatingPointOf } from '@blindsight/face/models';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modelsDirectory } from '../../scripts/build.ts';
import { type Device, openDevice } from './support/browser.ts';
import { by } from './support/flows.ts';
import { type Installation, install } from './support/installation.ts';

let installation: Installation;
let device: Device;
beforeAll(async () => {
  installation = await install();
  device = await openDevice();
});
afterAll(async () => {
  await device?.close();
  await installation?.dispose();
});

it('shows the operating point of the models that are served, from a link on every page', async () => {
  const { page } = device;
  await page.goto(`${installation.provider}/account`);
  expect(await by(page, 'about-link').getAttribute('href')).toBe('/about');
  await page.goto(`${installation.provider}/about`);

  const manifest = JSON.parse(readFileSync(join(modelsDirectory, 'manifest.json'), 'utf8')) as ModelManifest;
  const { tau } = operatingPointOf(manifest.calibration);
  expect(await by(page, 'fact-threshold').textContent()).toContain(`${tau} of at most`);
  expect(await by(page, 'fact-wolf').textContent()).toMatch(/at least [\d.]+% at one try/);
  expect(await by(page, 'unmeasured').locator('li').count()).toBe(5);
  expect(await by(page, 'research-only').isVisible()).toBe(manifest.researchOnly);
});

it('says what is wrong when the manifest is not what it should be', async () => {
  const { page } = device;
  await page.route('**/models/manifest.json', (route) => route.fulfill({ body: '{}' }));
  await page.goto(`${installation.provider}/about`);
  expect(await by(page, 'outcome').getAttribute('data-code')).toBe('models-altered');
  expect(await by(page, 'operating-point').count()).toBe(0);
});
