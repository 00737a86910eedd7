/** What most browser tests begin with: an installation, and a person who has enrolled there on one device. */
import { type Device, type DeviceOptions, openDevice } from './browser.ts';
import { by, createAccountAndEnrol, signedInClaims, signOut, startSignIn } from './flows.ts';
import { type Installation, install } from './installation.ts';

export interface Enrolled {
  readonly installation: Installation;
  /** Signed out everywhere, with keys and tickets. */
  readonly device: Device;
  dispose(): Promise<void>;
}

export interface EnrolledOptions {
  /** Of the server, beside what a test installation has. */
  readonly environment?: Record<string, string>;
  readonly device?: DeviceOptions;
  /** With the profile that asks the passkey as well. */
  readonly verified?: boolean;
  /** Puts Ada before the camera, and whatever has to be there from the first page on. */
  readonly prepare: (device: Device) => unknown;
}

export async function enrolAda(options: EnrolledOptions): Promise<Enrolled> {
  const installation = await install(options.environment);
  const device = await openDevice(options.device).catch(async (error: unknown) => {
    await installation.dispose();
    throw error;
  });
  const dispose = async () => {
    await device.close();
    await installation.dispose();
  };
  try {
    await options.prepare(device);
    const { page } = device;
    await startSignIn(page, installation.demo);
    await createAccountAndEnrol(page, 'Ada', { verified: options.verified ?? false });
    await by(page, 'continue').click();
    await signedInClaims(page);
    await signOut(page);
    return { installation, device, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
