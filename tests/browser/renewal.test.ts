/**
 * A person renews the sign-ins of this browser on the account page; somebody else in front of the same camera does
 * not, and takes nothing away by trying but one root ticket.
 */
import type { AccountView, DeviceView } from '@blindsight/protocol/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { genuine } from '../support/films.ts';
import { findPeople, type Person } from '../support/people.ts';
import type { Device } from './support/browser.ts';
import { type Enrolled, enrolAda } from './support/enrolled.ts';
import {
  by,
  continueAs,
  expectOutcome,
  outcome,
  signedInClaims,
  signOut,
  startSignIn,
} from './support/flows.ts';
import type { Installation } from './support/installation.ts';

describe.each([
  { profile: 'quick', prf: false },
  { profile: 'verified', prf: true },
])('renewal in the $profile profile', ({ profile, prf }) => {
  let enrolled: Enrolled;
  let installation: Installation;
  let device: Device;
  let ada: Person;
  let eve: Person;

  beforeAll(async () => {
    [ada, eve] = (await findPeople(2)) as [Person, Person];
    enrolled = await enrolAda({
      device: { prf },
      verified: profile === 'verified',
      prepare: ({ show }) => show(genuine(ada.enrol())),
    });
    ({ installation, device } = enrolled);
  });
  afterAll(() => enrolled?.dispose());

  /** Opens the account page and asks for a renewal; who is in front of the camera is set before. */
  async function renew(): Promise<void> {
    await openAccount();
    await by(device.page, 'renew-device').click();
  }
  async function openAccount(): Promise<void> {
    const { page } = device;
    await page.goto(`${installation.provider}/account`);
    await by(page, 'use-passkey').or(by(page, 'device-row')).first().waitFor();
    if (await by(page, 'use-passkey').isVisible()) await by(page, 'use-passkey').click();
    await by(page, 'device-row').waitFor();
  }
  /** The device as the server sees it, from the account page. */
  async function viewed(): Promise<DeviceView> {
    const view = await device.page.evaluate(
      async () => (await (await fetch('/v1/account')).json()) as AccountView,
    );
    return view.devices[0]!;
  }
  async function untilTickets(count: number): Promise<void> {
    for (let waited = 0; (await viewed()).ticketsLeft !== count; waited += 250) {
      if (waited > 60_000) throw new Error(`still ${(await viewed()).ticketsLeft} tickets, not ${count}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
  async function signIn(): Promise<void> {
    device.show(genuine(ada.probe()));
    await startSignIn(device.page, installation.demo, 'required');
    await continueAs(device.page);
    expect((await signedInClaims(device.page))['acr']).toBe('urn:blindsight:acr:sealed');
    await signOut(device.page);
  }

  it('refuses somebody else, and the tickets of the enrolment still work', async () => {
    device.show(genuine(eve.enrol()));
    await openAccount();
    await untilTickets(96);
    await by(device.page, 'renew-device').click();
    expect(await outcome(device.page)).toBe('sign-in-refused');
    expect(await viewed()).toMatchObject({ ticketsLeft: 96, rootTicketsLeft: 23 });
    await signIn();
  });

  it('gives the person 96 new sign-ins for one root ticket, the late ones in the background', async () => {
    device.show(genuine(ada.enrol()));
    await renew();
    await expectOutcome(device.page, 'renewed');
    await untilTickets(96);
    expect(await viewed()).toMatchObject({ rootTicketsLeft: 22, renewal: 'not-due' });
    await by(device.page, 'close').click();
    await by(device.page, 'device-row').waitFor();
  });

  it('signs the person in afterwards, with one of the new ones', async () => {
    await signIn();
    await openAccount();
    expect(await viewed()).toMatchObject({ ticketsLeft: 95, rootTicketsLeft: 22 });
  });
});
