/** A real Chromium with a fake camera and a virtual authenticator. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import { type Picture, writeFilm } from '../../support/y4m.ts';

export interface Device {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the camera sees from the next time a page opens it. */
  show(film: Iterable<Picture>): void;
  /** Browser profile: cookies, IndexedDB, keys. Survives `close` when handed to a new device. */
  readonly profile: string;
  close(): Promise<void>;
}

export interface DeviceOptions {
  /** `granted` plays the film; `denied` and `missing` are the two ways a camera is not there. */
  readonly camera?: 'granted' | 'denied' | 'missing';
  readonly prf?: boolean;
  /** The profile folder of an earlier device, to come back with the same storage. */
  readonly profile?: string;
}

/** The flags keep Chromium from calling home: the tests run without a network. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function openDevice(options: DeviceOptions = {}): Promise<Device> {
  const profile = options.profile ?? mkdtempSync(join(tmpdir(), 'blindsight-profile-'));
  const film = join(profile, 'camera.y4m');
  const granted = options.camera ?? 'granted';
  const cameraFlags = {
    granted: [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ],
    denied: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream=deny'],
    missing: ['--use-fake-ui-for-media-stream'],
  }[granted];

  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [...quiet, ...cameraFlags],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  await addAuthenticator(page, options.prf ?? true);
  return {
    context,
    page,
    profile,
    show: (frames) => writeFilm(film, frames),
    close: async () => {
      await context.close();
      if (!options.profile) rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** A platform authenticator with resident keys that answers at once; `prf` switches the PRF extension. */
export async function addAuthenticator(page: Page, prf: boolean): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf: prf,
    },
  });
  return session;
}
