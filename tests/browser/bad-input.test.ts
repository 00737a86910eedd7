/**
 * What goes wrong in front of the camera, in the browser and on the way to the server: each has its own code on
 * the page, and nothing is lost by it: the person signs in afterwards.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { blur, dim, empty, frozen, genuine, through, together } from '../support/films.ts';
import { findPeople, type Person } from '../support/people.ts';
import { type Device, openDevice } from './support/browser.ts';
import { type Enrolled, enrolAda } from './support/enrolled.ts';
import {
  by,
  continueAs,
  createAccountAndEnrol,
  hinted,
  outcome,
  signedInClaims,
  signOut,
  startSignIn,
} from './support/flows.ts';
import type { Installation } from './support/installation.ts';

let enrolled: Enrolled;
let installation: Installation;
let device: Device;
let ada: Person;
let eve: Person;

beforeAll(async () => {
  [ada, eve] = (await findPeople(2)) as [Person, Person];
  enrolled = await enrolAda({ prepare: ({ show }) => show(genuine(ada.enrol())) });
  ({ installation, device } = enrolled);
});
afterAll(() => enrolled?.dispose());

/** Ends every test: whatever happened, the right person still gets in. */
async function stillSignsIn(): Promise<void> {
  device.show(genuine(ada.probe()));
  await startSignIn(device.page, installation.demo, 'required');
  await continueAs(device.page);
  expect((await signedInClaims(device.page))['name']).toBe('Ada');
  await signOut(device.page);
}

describe('in front of the camera', () => {
  /** Requests that carry a probe; a picture that fails the gates must cause none. */
  let probes = 0;
  beforeEach(() => {
    probes = 0;
    device.page.on('request', (request) => {
      if (request.url().endsWith('/probe')) probes++;
    });
  });

  it.each([
    ['nobody', 'no-face', () => empty()],
    ['two people', 'several-faces', () => together(ada.probe()[0]!, eve.probe()[0]!)],
    [
      'a blurred face',
      'blurred',
      () => through(genuine(ada.probe().slice(0, 2)), (frame) => blur(frame, 7, 2)),
    ],
    [
      'a face in the dark',
      'too-dark',
      () => through(genuine(ada.probe().slice(0, 2)), (frame) => dim(frame, 0.14)),
    ],
  ])('%s: the hint says "%s", and nothing is sent', async (_what, code, film) => {
    device.show(film());
    await startSignIn(device.page, installation.demo, 'required');
    await continueAs(device.page);
    await hinted(device.page, code);
    await by(device.page, 'cancel').click();
    expect(probes).toBe(0);
  });

  it('a frozen picture: refused as "still-image", and nothing is sent', async () => {
    device.show(frozen(ada.probe()[0]!));
    await startSignIn(device.page, installation.demo, 'required');
    await continueAs(device.page);
    expect(await outcome(device.page)).toBe('still-image');
    expect(probes).toBe(0);
  });

  it('nobody for the whole time: ends with the reason, and the right person still gets in', async () => {
    device.show(empty());
    await startSignIn(device.page, installation.demo, 'required');
    await continueAs(device.page);
    expect(await outcome(device.page)).toBe('no-face');
    await stillSignsIn();
  });
});

describe('the camera itself', () => {
  it('hidden by a privacy browser: "camera-blocked"', async () => {
    const page = await device.context.newPage();
    await page.addInitScript(() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined }));
    await startSignIn(page, installation.demo, 'required');
    await continueAs(page);
    expect(await outcome(page)).toBe('camera-blocked');
    await page.close();
  });

  it('taken away in the middle: "camera-lost"', async () => {
    const page = await device.context.newPage();
    await page.addInitScript(() => {
      const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (constraints) => {
        const stream = await open(constraints);
        setTimeout(() => {
          for (const track of stream.getTracks()) track.dispatchEvent(new Event('ended'));
        }, 1500);
        return stream;
      };
    });
    device.show(empty());
    await startSignIn(page, installation.demo, 'required');
    await continueAs(page);
    expect(await outcome(page)).toBe('camera-lost');
    await page.close();
  });

  it.each([
    ['denied', 'camera-denied'],
    ['missing', 'camera-missing'],
  ] as const)('%s: "%s"', async (camera, code) => {
    const other = await openDevice({ camera });
    try {
      await startSignIn(other.page, installation.demo);
      await by(other.page, 'create-account').click();
      await by(other.page, 'display-name').fill('Grace');
      await by(other.page, 'passkey-continue').click();
      await by(other.page, 'consent-accept').click();
      await by(other.page, 'begin').click();
      expect(await outcome(other.page)).toBe(code);
    } finally {
      await other.close();
    }
  });
});

describe('on the way to the server', () => {
  // Nobody is signed in anywhere; the device keeps its keys.
  beforeEach(() => device.context.clearCookies());

  it('an answer sent a second time is refused as "ceremony-closed"', async () => {
    device.show(genuine(ada.probe()));
    await startSignIn(device.page, installation.demo, 'required');
    const answered = device.page.waitForRequest(/\/answer$/);
    await continueAs(device.page);
    const request = await answered;
    await signedInClaims(device.page);
    const again = await device.context.request.post(request.url(), {
      data: request.postData() ?? '',
      headers: { 'content-type': 'application/json', 'x-blindsight': '1', origin: installation.provider },
    });
    expect(await again.json()).toMatchObject({ code: 'ceremony-closed' });
    await signOut(device.page);
  });

  it.each([
    ['between challenge and probe', /\/probe$/],
    ['between probe and answer', /\/answer$/],
  ])('a server restarted %s carries on with the ceremony', async (_when, url) => {
    device.show(genuine(ada.probe()));
    await startSignIn(device.page, installation.demo, 'required');
    let restarted = false;
    await device.page.route(url, async (route) => {
      await installation.stop('SIGKILL');
      await installation.start();
      restarted = true;
      await route.continue();
    });
    await continueAs(device.page);
    // The demo keeps its sessions in memory, so the way back to it is lost; what counts is the provider's answer.
    const answer = await device.page.waitForResponse(/\/answer$/);
    expect(answer.status()).toBe(200);
    expect(restarted).toBe(true);
    await device.page.unroute(url);
    await device.page.waitForURL((at) => at.origin === installation.demo);
  });

  it('a probe past the deadline gets a page that says so, and the next attempt works', async () => {
    device.show(genuine(ada.probe()));
    await startSignIn(device.page, installation.demo, 'required');
    // The server's own refusal of a late probe is tested at its clock; here it is what the page makes of it.
    const problem = {
      type: 'urn:blindsight:error:ceremony-expired',
      status: 410,
      code: 'ceremony-expired',
      title: '',
    };
    const contentType = 'application/problem+json';
    await device.page.route(/\/probe$/, (route) =>
      route.fulfill({ status: 410, contentType, body: JSON.stringify(problem) }),
    );
    await continueAs(device.page);
    expect(await outcome(device.page)).toBe('ceremony-expired');
    await device.page.unroute(/\/probe$/);
    await stillSignsIn();
  });

  it('a second tab does not share a ticket: it is told so, and the first one arrives', async () => {
    device.show(genuine(ada.probe()));
    const second = await device.context.newPage();
    await startSignIn(device.page, installation.demo, 'required');
    await startSignIn(second, installation.demo, 'required');
    await device.page.bringToFront();
    await continueAs(device.page);
    await by(device.page, 'hint').waitFor();
    await second.getByTestId('continue-as').first().click();
    expect(await outcome(second)).toBe('other-tab');
    await second.close();
    expect((await signedInClaims(device.page))['name']).toBe('Ada');
  });

  it.each([
    ['an unknown application', 'unknown-client', 'client_id=nobody'],
    ['a return address nobody registered', 'invalid-redirect-uri', 'client_id=demo'],
  ])('%s gets a page that says "%s"', async (_what, code, query) => {
    const url = `${installation.provider}/oidc/auth?${query}&response_type=code&scope=openid&redirect_uri=https://evil.example/`;
    await device.page.goto(url);
    expect(await device.page.locator('code').innerText()).toBe(code);
  });
});

describe('the account page', () => {
  it('a device revoked from elsewhere is told so at its next sign-in', async () => {
    const other = await openDevice();
    try {
      other.show(genuine(eve.enrol()));
      await startSignIn(other.page, installation.demo);
      await createAccountAndEnrol(other.page, 'Eve');
      const revoked = await other.page.evaluate(async () => {
        const { devices } = await (await fetch('/v1/account')).json();
        const options = { method: 'DELETE', headers: { 'x-blindsight': '1' } };
        return (await fetch(`/v1/account/devices/${devices[0].id}`, options)).status;
      });
      expect(revoked).toBe(200);
      await startSignIn(other.page, installation.demo, 'required');
      await continueAs(other.page);
      expect(await outcome(other.page)).toBe('device-revoked');
    } finally {
      await other.close();
    }
  });

  it('lists the device, erases the enrolment with a receipt, and forgets it in this browser', async () => {
    const { page } = device;
    await page.goto(`${installation.provider}/account`);
    await by(page, 'use-passkey').or(by(page, 'device-row')).first().click();
    await by(page, 'erase-enrolment').first().click();
    await by(page, 'confirm-erasure').click();
    await by(page, 'receipt').waitFor();
    await startSignIn(page, installation.demo);
    await by(page, 'create-account').waitFor();
    expect(await by(page, 'continue-as').count()).toBe(0);
  });

  it('a browser whose storage was cleared says so, and offers the way back', async () => {
    const other = await openDevice();
    try {
      other.show(genuine(eve.enrol()));
      await startSignIn(other.page, installation.demo);
      await createAccountAndEnrol(other.page, 'Eve');
      const session = await other.context.newCDPSession(other.page);
      const origin = installation.provider;
      await other.page.goto('about:blank');
      await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
      await startSignIn(other.page, installation.demo);
      expect(await outcome(other.page)).toBe('storage-lost');
      await by(other.page, 'enrol-again').waitFor();
    } finally {
      await other.close();
    }
  });
});
