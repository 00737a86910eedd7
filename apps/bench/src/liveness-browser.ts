/**
 * `npm run bench -- liveness --browser`: five runs of each kind of attack through the pages themselves, in Chromium, with
 * a provider and an application. Whoever plays is a script in the page instead of a camera; "accepted" is a challenge
 * that ends in a probe, as in Node, whatever comes of the probe.
 * @module
 */
import type { Page } from 'playwright-core';
import { build } from '../../../scripts/build.ts';
import { ensureChromium } from '../../../scripts/chromium.ts';
import { type ActorOptions, playActor } from '../../../tests/browser/support/actor-camera.ts';
import { agreeToLight, continueAs, refusal, startSignIn } from '../../../tests/browser/support/flows.ts';
import { ada, eve } from '../../../tests/support/actor-frames.ts';
import { enrolActor } from './enrol-actor.ts';
import { exactInterval } from './exact-interval.ts';
import type { Report } from './report.ts';

const attacks: readonly { readonly name: string; readonly plays: () => ActorOptions }[] = [
  { name: 'still', plays: () => ({ plays: 'still' }) },
  { name: 'waved', plays: () => ({ plays: 'waved' }) },
  { name: 'screen-replay', plays: () => ({ plays: 'recorded' }) },
  { name: 'old-light', plays: () => ({ plays: 'old-light' }) },
  { name: 'late-relay', plays: () => ({ lightDelay: 740 }) },
  { name: 'swap', plays: () => ({ swap: { at: 2, frames: eve() } }) },
  // A known limit: a program that obeys the page is a person to it.
  { name: 'injected', plays: () => ({}) },
];
const [runs, quickRuns] = [5, 1];

export async function run(
  report: Report,
  progress: (line: string) => void,
  { quick }: { quick: boolean },
): Promise<void> {
  await build(progress);
  process.env['CHROMIUM'] = ensureChromium(progress);
  const { installation, device, dispose } = await enrolActor({ BLINDSIGHT_CHALLENGE: 'default' });
  try {
    const { context, page } = device;
    const browser = `Chromium ${context.browser()?.version() ?? ''}`.trim();
    for (const { name, plays } of attacks) {
      await playActor(context, ada(), plays());
      const outcomes: Record<string, number> = {};
      let accepted = 0;
      const n = quick ? quickRuns : runs;
      for (let k = 0; k < n; k++) {
        const { outcome, probed } = await attempt(page, installation.demo);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        if (probed) accepted++;
        progress(`liveness in Chromium: ${name} ${k + 1} of ${n}: ${outcome}`);
      }
      report({
        bench: 'liveness',
        case: `apcer/${name}/browser`,
        metric: 'share',
        value: accepted / n,
        n,
        ...exactInterval(accepted, n),
        parameters: { outcomes, browser },
      });
    }
  } finally {
    await dispose();
  }
}

/** One sign-in, from the application to what the page says or to the application again. */
async function attempt(page: Page, demo: string): Promise<{ outcome: string; probed: boolean }> {
  await page.context().clearCookies();
  await startSignIn(page, demo, 'required');
  let probed = false;
  const note = (request: { url(): string }) => {
    probed ||= request.url().endsWith('/probe');
  };
  page.on('request', note);
  await continueAs(page);
  await agreeToLight(page);
  const outcome = (await refusal(page)) ?? 'signed-in';
  page.off('request', note);
  return { outcome, probed };
}
