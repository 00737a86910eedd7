/**
 * A person adds a second device by scanning a code from the first, loses the storage of one, and comes back with a
 * recovery code; somebody else in front of the second device does not get in by it.
 */
import type { AccountView } from '@blindsight/protocol/wire';
import type { Page } from 'playwright-core';
import { decodeQR } from 'qr/decode.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { genuine } from '../support/films.ts';
import { findPeople, type Person } from '../support/people.ts';
import { type Device, openDevice } from './support/browser.ts';
import {
  by,
  continueAs,
  createAccountAndEnrol,
  expectOutcome,
  outcome,
  showCode,
  signedInClaims,
  signOut,
  startSignIn,
} from './support/flows.ts';
import { type Installation, install } from './support/installation.ts';
import { type Traffic, watchTraffic } from './support/traffic.ts';

let installation: Installation;
let laptop: Device;
let phone: Device;
let ada: Person;
let eve: Person;
let codes: string[];
let sentByPhone: Traffic;

beforeAll(async () => {
  [ada, eve] = (await findPeople(2)) as [Person, Person];
  installation = await install({ BLINDSIGHT_CHALLENGE: 'none' });
  laptop = await openDevice({ prf: false });
  phone = await openDevice({ prf: false });
  sentByPhone = await watchTraffic(phone.page);
  laptop.show(genuine(ada.enrol()));
  await startSignIn(laptop.page, installation.demo);
  codes = await createAccountAndEnrol(laptop.page, 'Ada');
});
afterAll(async () => {
  await phone?.close();
  await laptop?.close();
  await installation?.dispose();
});

async function openAccount({ page }: Device): Promise<void> {
  await page.goto(`${installation.provider}/account`);
  await by(page, 'use-passkey').or(by(page, 'device-row')).first().waitFor();
  if (await by(page, 'use-passkey').isVisible()) await by(page, 'use-passkey').click();
  await by(page, 'device-row').first().waitFor();
}
const viewed = (page: Page) =>
  page.evaluate(async () => (await (await fetch('/v1/account')).json()) as AccountView);

/** What a camera reads on the screen: the picture of it, through a decoder. */
async function scan(page: Page): Promise<string> {
  const picture = (await by(page, 'qr').screenshot()).toString('base64');
  // a blank page turns it into pixels; the provider's own would not load a picture from here
  const blank = await page.context().newPage();
  const pixels = await blank.evaluate(async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const { width, height } = image;
    const canvas = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d')!;
    canvas.drawImage(image, 0, 0);
    return { width, height, data: [...canvas.getImageData(0, 0, width, height).data] };
  }, picture);
  await blank.close();
  return decodeQR({ ...pixels, data: Uint8ClampedArray.from(pixels.data) });
}

/** Up to the digits, on both screens. */
async function meet(code: string, who: Person): Promise<{ laptop: string; phone: string }> {
  await openAccount(laptop);
  await by(laptop.page, 'add-device').click();
  // shown once, it stands for five minutes
  await by(laptop.page, 'recovery-code').or(by(laptop.page, 'qr')).first().waitFor();
  if (await by(laptop.page, 'recovery-code').isVisible()) await showCode(laptop.page, code);
  await by(laptop.page, 'qr').waitFor();
  const address = await scan(laptop.page);
  expect(address).toContain(`${installation.provider}/add-device#`);

  phone.show(genuine(who.enrol()));
  await phone.page.goto('about:blank');
  await phone.page.goto(address);
  await by(phone.page, 'consent-accept').click();
  expect(phone.page.url()).toBe(`${installation.provider}/add-device`);
  await by(phone.page, 'begin').click();
  await by(phone.page, 'digits').waitFor({ timeout: 60_000 });
  await by(laptop.page, 'digits').waitFor();
  return {
    laptop: await by(laptop.page, 'digits').innerText(),
    phone: await by(phone.page, 'digits').innerText(),
  };
}

async function signIn(device: Device, who = ada): Promise<void> {
  device.show(genuine(who.probe()));
  await startSignIn(device.page, installation.demo, 'required');
  await continueAs(device.page);
  expect((await signedInClaims(device.page))['acr']).toBe('urn:blindsight:acr:sealed');
  await signOut(device.page);
}

describe('another device', () => {
  it('is not let in with another face: both devices say so, and it counts', async () => {
    const digits = await meet(codes[0]!, eve);
    expect(digits.phone).toBe(digits.laptop);
    await by(laptop.page, 'digits-match').click();
    expect(await outcome(laptop.page)).toBe('sign-in-refused');
    expect(await outcome(phone.page)).toBe('pairing-closed');
    expect((await viewed(laptop.page)).devices).toMatchObject([{ rootTicketsLeft: 23 }]);
  });

  it('is not let in when the person says that the digits differ', async () => {
    await meet(codes[0]!, ada);
    await by(laptop.page, 'digits-differ').click();
    expect(await outcome(laptop.page)).toBe('pairing-refused');
    expect(await outcome(phone.page)).toBe('pairing-closed');
    expect((await viewed(laptop.page)).devices).toHaveLength(1);
  });

  it('is let in by the person it belongs to, and signs in from then on', async () => {
    const digits = await meet(codes[0]!, ada);
    expect(digits.phone).toMatch(/^\d{6}$/);
    expect(digits.phone).toBe(digits.laptop);
    await by(laptop.page, 'digits-match').click();
    await expectOutcome(phone.page, 'device-added');
    await expectOutcome(laptop.page, 'device-added');
    await by(laptop.page, 'close').click();
    await by(laptop.page, 'new-device-notice').waitFor();
    expect((await viewed(laptop.page)).devices).toMatchObject([
      { state: 'active', rootTicketsLeft: 22 },
      { state: 'active', newUntil: expect.any(Number) },
    ]);
    await signIn(phone);
    await signIn(laptop);
  });

  it('sent one sealed message of 2,197 bytes, nothing that looks like a picture, and nothing elsewhere', () => {
    const sealed = sentByPhone.bodies.filter((body) => body.length === 2_197);
    expect(sealed).toHaveLength(3); // once in each meeting
    const picture = (body: Buffer) => /^(ffd8ff|89504e47|52494646)/.test(body.toString('hex', 0, 4));
    expect(sentByPhone.bodies.filter(picture)).toEqual([]);
    expect(Math.max(...sentByPhone.bodies.map((body) => body.length))).toBeLessThan(56 * 1024);
    expect([...sentByPhone.origins].sort()).toEqual([installation.provider, installation.demo].sort());
    expect(sentByPhone.violations).toEqual([]);
  });
});

describe('a browser that has lost its storage', () => {
  beforeAll(async () => {
    const session = await laptop.context.newCDPSession(laptop.page);
    await laptop.page.goto('about:blank');
    const origin = installation.provider;
    // with the session goes what it has shown; the mark that this browser was enrolled stays
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb,cookies' });
  });

  /** From the lost screen to the camera; what stands between is the second factor. */
  async function enrolAgain(): Promise<void> {
    await startSignIn(laptop.page, installation.demo);
    expect(await outcome(laptop.page)).toBe('storage-lost');
    await by(laptop.page, 'enrol-again').click();
    await by(laptop.page, 'consent-accept').or(by(laptop.page, 'have-account')).first().waitFor();
    if (await by(laptop.page, 'have-account').isVisible()) await by(laptop.page, 'have-account').click();
    await by(laptop.page, 'recovery-notice').waitFor();
    await by(laptop.page, 'consent-accept').click();
    await by(laptop.page, 'begin').click();
    await by(laptop.page, 'recovery-code').waitFor();
  }

  it('is not enrolled again by the passkey alone, nor by a code that was used', async () => {
    await enrolAgain();
    await showCode(laptop.page, codes[0]!);
    await by(laptop.page, 'second-factor-error').waitFor();
    await by(laptop.page, 'cancel').click();
    expect(await outcome(laptop.page)).toBe('second-factor-cancelled');
    expect((await viewed(laptop.page)).devices.map((device) => device.state)).toEqual(['active', 'active']);
  });

  it('is enrolled again with a recovery code, and that ends the other devices', async () => {
    laptop.show(genuine(ada.enrol()));
    await enrolAgain();
    await showCode(laptop.page, codes[1]!);
    await expectOutcome(laptop.page, 'enrolled');
    await openAccount(laptop);
    expect((await viewed(laptop.page)).devices.map((device) => device.state)).toEqual([
      'revoked',
      'revoked',
      'active',
    ]);
    await signIn(laptop);
    phone.show(genuine(ada.probe()));
    await startSignIn(phone.page, installation.demo, 'required');
    await continueAs(phone.page);
    expect(await outcome(phone.page)).toBe('device-revoked');
  });
});
