/**
 * The main job, as a person sees it: create an account, enrol a face, sign in to an application by looking
 * at the camera; somebody else on the same device is refused; and all of it again after sign-out and restart.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { genuine } from '../support/films.ts';
import { findPeople, type Person } from '../support/people.ts';
import { type Device, openDevice } from './support/browser.ts';
import {
  by,
  continueAs,
  createAccountAndEnrol,
  outcome,
  signedInClaims,
  signOut,
  startSignIn,
} from './support/flows.ts';
import { type Installation, install } from './support/installation.ts';
import { type Traffic, watchTraffic } from './support/traffic.ts';

describe.each([
  { profile: 'quick', prf: false },
  { profile: 'verified', prf: true },
])('an installation, and a person with the $profile profile (PRF: $prf)', ({ profile, prf }) => {
  let installation: Installation;
  let device: Device;
  let ada: Person;
  let eve: Person;
  let traffic: Traffic;

  beforeAll(async () => {
    [ada, eve] = (await findPeople(2)) as [Person, Person];
    installation = await install();
    device = await openDevice({ prf });
    traffic = await watchTraffic(device.page);
    device.show(genuine(ada.enrol()));
  });
  afterAll(async () => {
    await device?.close();
    await installation?.dispose();
  });

  it('creates an account with a passkey, enrols a face, and arrives signed in', async () => {
    await startSignIn(device.page, installation.demo);
    await createAccountAndEnrol(device.page, 'Ada', { verified: profile === 'verified' });
    await by(device.page, 'continue').click();
    const claims = await signedInClaims(device.page);
    expect(claims).toMatchObject({ name: 'Ada' });
  });

  it('signs in by looking at the camera', async () => {
    await signOut(device.page);
    device.show(genuine(ada.probe()));
    const before = Math.floor(Date.now() / 1000);
    await startSignIn(device.page, installation.demo, 'required');
    await continueAs(device.page);
    const claims = await signedInClaims(device.page);
    expect(claims['sub']).toMatch(/^.{20,}$/);
    expect(claims['name']).toBe('Ada');
    expect(claims['acr']).toBe('urn:blindsight:acr:sealed');
    expect(claims['amr']).toEqual(
      expect.arrayContaining(['face', 'pop', 'mfa', profile === 'verified' ? 'user' : 'swk']),
    );
    expect(claims['auth_time']).toBeGreaterThanOrEqual(before);
  });

  it('refuses another person before the same device', async () => {
    await signOut(device.page);
    device.show(genuine(eve.probe()));
    await startSignIn(device.page, installation.demo, 'required');
    await continueAs(device.page);
    expect(await outcome(device.page)).toBe('sign-in-refused');
  });

  it('signs the right person in again, and under the same name for the application', async () => {
    device.show(genuine(ada.probe()));
    await startSignIn(device.page, installation.demo, 'required');
    await continueAs(device.page);
    const again = await signedInClaims(device.page);
    expect(again['name']).toBe('Ada');
  });

  it('does so after a restart of the server, with the same subject', async () => {
    const before = await signedInClaims(device.page);
    await signOut(device.page);
    await installation.stop();
    await installation.start();
    await startSignIn(device.page, installation.demo, 'required');
    await continueAs(device.page);
    expect((await signedInClaims(device.page))['sub']).toBe(before['sub']);
  });

  it('has another way in, and the token says which one it was', async () => {
    await signOut(device.page);
    await startSignIn(device.page, installation.demo);
    await by(device.page, 'use-passkey').click();
    const claims = await signedInClaims(device.page);
    expect(claims).toMatchObject({ name: 'Ada', acr: 'urn:blindsight:acr:pop' });
    expect(claims['amr']).not.toContain('face');
    await signOut(device.page);

    // Where the application requires the face, a passkey would only lead back here.
    await startSignIn(device.page, installation.demo, 'required');
    await by(device.page, 'continue-as').waitFor();
    expect(await by(device.page, 'use-passkey').count()).toBe(0);
  });

  it('has sent nothing elsewhere, no picture anywhere, and broken no content policy', () => {
    expect([...traffic.origins].sort()).toEqual([installation.provider, installation.demo].sort());
    expect(traffic.violations).toEqual([]);
    const picture = (body: Buffer) => /^(ffd8ff|89504e47|52494646)/.test(body.toString('hex', 0, 4));
    expect(traffic.bodies.filter(picture)).toEqual([]);
    // A ticket sealed to the server is the largest thing a device ever sends; a frame has 1.2 MB.
    expect(traffic.bodies.length).toBeGreaterThan(40);
    expect(Math.max(...traffic.bodies.map((body) => body.length))).toBeLessThan(56 * 1024);
  });

  it('would have noticed: a picture from elsewhere is blocked by the policy and reported', async () => {
    await device.page.goto(`${installation.provider}/account`);
    await device.page.evaluate(() => {
      document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.example/pixel.png' }));
    });
    await expect.poll(() => traffic.violations).toEqual(['img-src']);
  });
});
