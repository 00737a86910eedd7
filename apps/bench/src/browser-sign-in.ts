/**
 * `browser/begin-to-token`: a real Chromium, a fake camera, the demo application; from the tap on the name to the
 * application's page with the verified ID token. The peer is the same person with a passkey on the same page.
 */

import { build } from '../../../scripts/build.ts';
import { ensureChromium } from '../../../scripts/chromium.ts';
import { openDevice } from '../../../tests/browser/support/browser.ts';
import {
  by,
  continueAs,
  createAccountAndEnrol,
  signedInClaims,
  signOut,
  startSignIn,
} from '../../../tests/browser/support/flows.ts';
import { install } from '../../../tests/browser/support/installation.ts';
import { genuine } from '../../../tests/support/films.ts';
import { findPeople, hasSharedFaces } from '../../../tests/support/people.ts';
import type { Report } from './report.ts';

const runs = 7;

export async function browserSignIns(report: Report, progress: (line: string) => void): Promise<void> {
  process.env['CHROMIUM'] = ensureChromium(progress);
  await build(progress);
  const [person] = await findPeople(1);
  progress('sign-in browser: enrolling');
  const installation = await install({ BLINDSIGHT_SIGN_INS_PER_DAY_AND_CLIENT: '50' });
  const device = await openDevice();
  try {
    const { page } = device;
    device.show(genuine(person!.enrol()));
    await startSignIn(page, installation.demo);
    await createAccountAndEnrol(page, 'Ada');
    await by(page, 'continue').click();
    await signedInClaims(page);
    await signOut(page);
    device.show(genuine(person!.probe()));

    /** Wall time from the tap to the claims. The answer is checked each time: who came back, and how. */
    const timed = async (
      face: 'any' | 'required',
      tap: () => Promise<void>,
      acr: string,
    ): Promise<number> => {
      await startSignIn(page, installation.demo, face);
      await by(page, 'continue-as').first().waitFor();
      // A person reads the page first; meanwhile it prepares the models.
      await page.waitForTimeout(1500);
      const start = performance.now();
      await tap();
      const claims = await signedInClaims(page);
      const ms = performance.now() - start;
      if (claims['name'] !== 'Ada' || claims['acr'] !== acr) throw new Error('not the sign-in to be timed');
      await signOut(page);
      return ms;
    };
    const [face, passkey]: [number[], number[]] = [[], []];
    for (let run = 0; run < runs; run++) {
      progress(`sign-in browser: ${run + 1} of ${runs}`);
      face.push(await timed('required', () => continueAs(page), 'urn:blindsight:acr:sealed'));
      passkey.push(await timed('any', () => by(page, 'use-passkey').click(), 'urn:blindsight:acr:pop'));
    }
    const sorted = face.sort((a, b) => a - b);
    report({
      bench: 'sign-in',
      case: 'browser/begin-to-token',
      metric: 'wall_ms',
      value: median(sorted),
      p95: sorted.at(-1)!,
      n: runs,
      peer: 'passkey on the same page (virtual authenticator, no person)',
      peer_value: median(passkey.sort((a, b) => a - b)),
      parameters: { pictures: hasSharedFaces ? 'LFW' : 'samples of the face package', frames: 4 },
    });
  } finally {
    await device.close();
    await installation.dispose();
  }
}

function median(sorted: readonly number[]): number {
  return sorted[sorted.length >> 1]!;
}
