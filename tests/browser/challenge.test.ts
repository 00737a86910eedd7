/**
 * The liveness challenge in a real browser: a person who does what is asked gets in, with light and without, by keyboard,
 * on a slow machine; what only looks like one, comes late or does not fit together gets a code of its own. The rows of
 * the test matrix that play a fixed film are in `bad-input.test.ts`.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ActorFrames, ada as adaFrames, eve as eveFrames } from '../support/actor-frames.ts';
import { type ActorOptions, installActorCamera, playActor, sawStep } from './support/actor-camera.ts';
import type { Device } from './support/browser.ts';
import { type Enrolled, enrolAda } from './support/enrolled.ts';
import {
  agreeToLight,
  by,
  continueAs,
  hinted,
  outcome,
  signedInClaims,
  signOut,
  startSignIn,
} from './support/flows.ts';
import type { Installation } from './support/installation.ts';
import { type Traffic, watchTraffic } from './support/traffic.ts';

let enrolled: Enrolled;
let installation: Installation;
let device: Device;
let ada: ActorFrames;
let eve: ActorFrames;
let traffic: Traffic;
/** Messages of challenges that left the page. */
const messages: Buffer[] = [];

/** Kinds of the steps that came on the screen. */
const kinds: string[] = [];

const show = (frames: ActorFrames, options?: ActorOptions) => playActor(device.context, frames, options);

beforeAll(async () => {
  ada = adaFrames();
  eve = eveFrames();
  enrolled = await enrolAda({
    environment: {
      BLINDSIGHT_CHALLENGE: 'default',
      BLINDSIGHT_FAILURES_TO_LOCK: '50',
      BLINDSIGHT_SIGN_INS_PER_DAY: '90',
      BLINDSIGHT_SIGN_INS_PER_DAY_AND_CLIENT: '90',
    },
    device: { prf: false },
    async prepare({ page, context }) {
      traffic = await watchTraffic(page);
      page.on('websocket', (socket) =>
        socket.on('framesent', ({ payload }) => messages.push(Buffer.from(payload))),
      );
      await page.exposeFunction(sawStep, (kind: string) => kinds.push(kind));
      await installActorCamera(context);
      await playActor(context, ada);
      // without light, which a busy machine may not answer in time: the one thing all tests need must work
      await page.emulateMedia({ reducedMotion: 'reduce' });
    },
  });
  ({ installation, device } = enrolled);
});
afterAll(() => enrolled?.dispose());

// Nobody is signed in anywhere when a test begins; the device keeps its keys.
beforeEach(async () => {
  await device.context.clearCookies();
  await device.page.emulateMedia({ reducedMotion: 'no-preference' });
});

/** For what is not about light: movements leave more time on a busy machine. */
const withoutLight = () => device.page.emulateMedia({ reducedMotion: 'reduce' });

/** From the application to the camera. */
async function look(frames: ActorFrames, options?: ActorOptions): Promise<void> {
  await show(frames, options);
  await startSignIn(device.page, installation.demo, 'required');
  await continueAs(device.page);
  await agreeToLight(device.page);
}
/** What the page says in the end. */
async function lookFor(frames: ActorFrames, options?: ActorOptions): Promise<string> {
  await look(frames, options);
  return outcome(device.page);
}
describe('a person', () => {
  it('who does what is asked is signed in, within 12 s of the tap on a quick machine', async () => {
    await startSignIn(device.page, installation.demo, 'required');
    const since = Date.now();
    await continueAs(device.page);
    await agreeToLight(device.page);
    const claims = await signedInClaims(device.page);
    console.log(`begin to token: ${Date.now() - since} ms`);
    expect(claims).toMatchObject({ name: 'Ada', acr: 'urn:blindsight:acr:sealed' });
    await signOut(device.page);
  });

  it('known limit: it was a script all along that obeys the page, and nothing in a page can tell', async () => {
    await startSignIn(device.page, installation.demo, 'required');
    const made = await device.page.evaluate(() => `${navigator.mediaDevices.getUserMedia}`);
    expect(made).not.toContain('[native code]');
  });

  it('who has less motion set is asked for movements only, and needs no mouse', async () => {
    const { page } = device;
    await withoutLight();
    await show(ada);
    await startSignIn(page, installation.demo, 'required');
    kinds.length = 0;
    await by(page, 'continue-as').first().waitFor();
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => (document.activeElement as HTMLElement).dataset['testid']);
      if (focused === 'continue-as') break;
    }
    await page.keyboard.press('Enter');
    const claims = await signedInClaims(page);
    expect(claims['name']).toBe('Ada');
    expect(kinds.length).toBeGreaterThanOrEqual(4);
    expect(kinds).not.toContain('light');
    await signOut(page);
  });
});

describe('somebody or something else', () => {
  it('another person, who does what is asked as well: "sign-in-refused"', async () => {
    await withoutLight();
    expect(await lookFor(eve)).toBe('sign-in-refused');
  });

  it.each<[string, string[], () => [ActorFrames, ActorOptions?]]>([
    ['a picture that never changes', ['still-image'], () => [ada, { plays: 'still' }]],
    ['a print that is turned in the hand', ['flat-image', 'other-movement'], () => [ada, { plays: 'waved' }]],
    // by chance another code can look like a late answer to this one
    ['an old recording of the light', ['light-mismatch', 'light-late'], () => [ada, { plays: 'old-light' }]],
    ['a relay that is 700 ms late', ['light-late'], () => [ada, { lightDelay: 700 }]],
    [
      'another person from the second step on',
      // a change from one frame to the next is no movement of a head either
      ['face-changed', 'flat-image'],
      () => [ada, { swap: { at: 2, frames: eve } }],
    ],
    ['somebody who does nothing that is asked', ['step-unfinished'], () => [ada, { plays: 'idle' }]],
    ['a camera that is unplugged', ['camera-lost'], () => [ada, { unplugAfter: 4_000 }]],
  ])('%s: %j', async (_what, codes, shown) => {
    expect(codes).toContain(await lookFor(...shown()));
  });

  it.each<[string, string, ActorOptions]>([
    ['over-exposed', 'over-exposed', { filter: 'brightness(1.3) contrast(3)' }],
    ['far away', 'too-far', { scale: 0.4 }],
  ])('a face that is %s gets the hint "%s", and no step is shown', async (_what, hint, options) => {
    await look(ada, options);
    await hinted(device.page, hint);
    expect(await by(device.page, 'step').count()).toBe(0);
    await by(device.page, 'cancel').click();
  });

  it('a page on an insecure origin never asks for the camera', async () => {
    const page = await device.context.newPage();
    await page.addInitScript(() => Object.defineProperty(window, 'isSecureContext', { value: false }));
    await startSignIn(page, installation.demo, 'required');
    await continueAs(page);
    expect(await outcome(page)).toBe('insecure-context');
    await page.close();
  });

  it('a page that is hidden in the middle stops', async () => {
    await look(ada);
    await by(device.page, 'step').waitFor({ timeout: 60_000 });
    await device.page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    expect(await outcome(device.page)).toBe('page-hidden');
  });

  it('a device that is turned in the middle stops, and says why', async () => {
    const { page, context } = device;
    const session = await context.newCDPSession(page);
    await look(ada);
    await by(page, 'step').waitFor({ timeout: 60_000 });
    await session.send('Emulation.setDeviceMetricsOverride', {
      ...{ width: 480, height: 800, deviceScaleFactor: 1, mobile: false },
      screenOrientation: { type: 'portraitPrimary', angle: 90 },
    });
    expect(await outcome(page)).toBe('device-turned');
    await session.detach();
  });
});

describe('on the way to the server', () => {
  const challenge = /\/challenge$/;
  /** Changes the messages of this page; commitments are type 4. */
  async function tamper(change: (message: Buffer, sent: number) => Buffer): Promise<void> {
    await device.page.routeWebSocket(challenge, (socket) => {
      const server = socket.connectToServer();
      let sent = 0;
      socket.onMessage((message) => server.send(change(Buffer.from(message), sent++)));
    });
  }
  /** Routes of WebSockets stay: a new page has none. */
  afterEach(async () => {
    const page = await device.context.newPage();
    await device.page.close();
    Object.assign(device, { page });
  });

  it.each<[string, string, (message: Buffer, sent: number) => Buffer]>([
    ['steps answered in another order', 'challenge-refused', (message) => renumbered(message, 2)],
    [
      'a commitment changed on the way',
      'sign-in-refused',
      (message, sent) => (sent === 2 ? flipped(message) : message),
    ],
    [
      'a message cut short',
      'challenge-refused',
      (message, sent) => (sent === 2 ? message.subarray(1) : message),
    ],
  ])('%s: "%s", the try is counted, and how many are left is said', async (_what, code, change) => {
    await withoutLight();
    await tamper(change);
    expect(await lookFor(ada)).toBe(code);
    await expect.poll(() => by(device.page, 'tries-left').innerText()).toMatch(/^\d+ tries are left/);
  });

  it('a beginning used a second time: "ceremony-closed"', async () => {
    let first: { url: string; ready: Buffer } | undefined;
    await device.page.routeWebSocket(challenge, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        first ??= { url: socket.url(), ready: Buffer.from(message) };
        server.send(message);
      });
    });
    await lookFor(ada, { plays: 'idle' });
    const closed = await device.page.evaluate(
      ([url, ready]) =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(`${url}?again`);
          socket.onopen = () => socket.send(Uint8Array.from(ready));
          socket.onclose = ({ code, reason }) => resolve(`${code} ${reason}`);
        }),
      [first!.url, [...first!.ready]] as const,
    );
    expect(closed).toBe('4000 ceremony-closed');
  });
});

it('a person on a slow device (CPU divided by six) is signed in all the same', async () => {
  const { page, context } = device;
  const session = await context.newCDPSession(page);
  await withoutLight();
  await look(ada);
  try {
    await hinted(page, 'hold-still');
    await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
    expect((await signedInClaims(page))['name']).toBe('Ada');
  } finally {
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  }
  await signOut(page);
});

it('all of it sent nothing elsewhere, nothing of a face, and broke no content policy', () => {
  expect([...traffic.origins].sort()).toEqual([installation.provider, installation.demo].sort());
  expect(traffic.violations).toEqual([]);
  // the largest thing that leaves is a ticket; of a challenge, a signature or a salted hash
  expect(Math.max(...traffic.bodies.map((body) => body.length))).toBeLessThan(56 * 1024);
  expect(messages.length).toBeGreaterThan(50);
  expect(Math.max(...messages.map((message) => message.length))).toBe(71);
  expect(new Set(messages.map((message) => message[1]))).toEqual(new Set([1, 2, 4]));
});

const renumbered = (message: Buffer, k: number): Buffer =>
  message[1] === 4 ? Buffer.from(message.map((byte, i) => (i === 2 ? k : byte))) : message;
const flipped = (message: Buffer): Buffer =>
  Buffer.from(message.map((byte, i) => (i === 20 ? byte ^ 1 : byte)));
