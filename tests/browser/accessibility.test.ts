/**
 * Every page in every language under axe-core, and at the sizes where layouts break: 320 CSS pixels wide, from right to
 * left, and with text at twice its size. The dark scheme differs in colours alone, and those not by language: it is
 * looked at in English.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languageNames } from '../../packages/web/src/messages/index.ts';
import { empty, frozen, genuine } from '../support/films.ts';
import { findPeople, type Person } from '../support/people.ts';
import { problems } from './support/axe.ts';
import { type Device, openDevice } from './support/browser.ts';
import {
  by,
  continueAs,
  createAccount,
  expectOutcome,
  hinted,
  outcome,
  startSignIn,
} from './support/flows.ts';
import { type Installation, install } from './support/installation.ts';

let installation: Installation;
let ada: Person;

beforeAll(async () => {
  [ada] = (await findPeople(1)) as [Person];
  installation = await install({
    BLINDSIGHT_CHALLENGE: 'none',
    BLINDSIGHT_IMAGE_CHECK: 'ringface-mini',
    BLINDSIGHT_IMAGE_THRESHOLD: '0.5',
  });
});
afterAll(() => installation?.dispose());

describe.each(Object.keys(languageNames))('in %s', (language) => {
  let device: Device;
  let page: Page;

  beforeAll(async () => {
    device = await openDevice({ prf: false });
    page = device.page;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto(`${installation.provider}/error?code=not-found`);
    await page.evaluate((chosen) => localStorage.setItem('blindsight.language', chosen), language);
  });
  afterAll(() => device?.close());

  it('a first visit has no violation: from the application to the camera and the recovery codes', async () => {
    device.show(genuine(ada.enrol()));
    const found: string[] = [];
    const examine = async (name: string) => found.push(...(await problems(page, name)));

    await startSignIn(page, installation.demo);
    await by(page, 'create-account').waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
    await examine('nobody known');
    await by(page, 'create-account').click();
    await by(page, 'display-name').waitFor();
    await examine('account');
    await page.goBack();
    await createAccount(page, 'Ada');
    await examine('consent');
    await by(page, 'consent-accept').click();
    await by(page, 'begin').waitFor();
    await examine('tips');
    await by(page, 'begin').click();
    await by(page, 'recovery-codes').or(by(page, 'outcome')).first().waitFor({ timeout: 90_000 });
    if (await by(page, 'recovery-codes').isVisible()) {
      await examine('recovery codes');
      await by(page, 'codes-kept').click();
    }
    await expectOutcome(page, 'enrolled');
    await examine('enrolled');
    expect(found).toEqual([]);
  });

  it('a later visit has none: the account, the sign-in, the camera, a refusal', async () => {
    const found: string[] = [];
    const examine = async (name: string) => found.push(...(await problems(page, name)));

    await page.goto(`${installation.provider}/account`);
    await by(page, 'device-row').waitFor();
    await examine('account page');
    await by(page, 'erase-enrolment').click();
    await by(page, 'confirm-erasure').waitFor();
    await examine('before an erasure');

    device.show(empty());
    await startSignIn(page, installation.demo, 'required');
    await by(page, 'continue-as').waitFor();
    await examine('known account');
    await continueAs(page);
    await hinted(page, 'no-face');
    await examine('camera');
    await by(page, 'cancel').click();

    device.show(frozen(ada.probe()[0]!));
    await startSignIn(page, installation.demo, 'required');
    await continueAs(page);
    expect(await outcome(page)).toBe('still-image');
    await examine('refusal');
    expect(found).toEqual([]);
  });

  it('the encrypted-image check has none: consent, a line that is cut, set up, a picture on its way', async () => {
    const found: string[] = [];
    const examine = async (name: string) => found.push(...(await problems(page, name)));

    // One evening: the pictures of an enrolment must be alike.
    device.show(genuine([ada.enrol()[0]!, ada.enrol()[4]!]));
    await page.goto(`${installation.demo}/sign-in?acr=image`);
    await continueAs(page);
    await by(page, 'image-accept').waitFor({ timeout: 90_000 });
    await examine('image consent');

    const chunks = '**/v1/image-checks/*/keys/*';
    await page.route(chunks, (route) => route.abort('connectionreset'));
    await by(page, 'image-accept').click();
    await page.locator('[data-testid="image-check"][data-stage="sending"]').waitFor({ timeout: 90_000 });
    await examine('keys that do not get through');
    await page.unroute(chunks);
    await page.locator('[data-code="image-ready"]').waitFor({ timeout: 90_000 });
    await examine('image ready');

    const pictures = '**/v1/image-checks/*/images/*';
    await page.route(pictures, () => {});
    await by(page, 'begin').click();
    await page.locator('[data-testid="image-check"][data-stage="picture"]').waitFor({ timeout: 90_000 });
    await examine('image on its way');
    await by(page, 'cancel').click();
    await by(page, 'continue-as').waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    expect(found).toEqual([]);
  }, 240_000);

  it('the pages beside have none', async () => {
    const found: string[] = [];
    await page.context().clearCookies();
    for (const path of [
      '/account',
      '/about',
      '/self-test',
      '/error?code=internal',
      '/nothing-here',
      '/add-device#x',
    ]) {
      await page.goto(`${installation.provider}${path}`);
      await page.locator('h1').first().waitFor();
      found.push(...(await problems(page, path)));
    }
    for (const path of ['/oidc/auth?client_id=nobody', '/oidc/logout/success']) {
      await page.goto(
        `${installation.provider}${path}${path.includes('?') ? '&' : '?'}ui_locales=${language}`,
      );
      found.push(...(await problems(page, path)));
    }
    expect(found).toEqual([]);
  });
});

it('would have noticed: a picture without words, grey on grey, and a line that does not break', async () => {
  const device = await openDevice();
  await device.page.goto(`${installation.provider}/error?code=internal`);
  await device.page.locator('h1').waitFor();
  await device.page.evaluate(() => {
    const main = document.querySelector('main')!;
    main.append(document.createElement('img'));
    const line = main.appendChild(document.createElement('p'));
    line.textContent = 'x'.repeat(200);
    line.style.cssText = 'color: #999; background: #aaa; white-space: nowrap';
  });
  const found = await problems(device.page, 'planted');
  for (const problem of [
    'light: image-alt',
    'light: color-contrast',
    'dark: color-contrast',
    'wider than the screen',
  ]) {
    expect(found.join('\n')).toContain(problem);
  }
  await device.close();
});
