/**
 * `npm run bench -- capture`: what the camera side costs a person's device, in Chromium. `detect-landmarks` and `embed`
 * per call; frames the page still paints while a worker analyses (`page-fps`); bytes of runtime and models over the
 * network the first time and afterwards (`cold-bytes`, `warm-bytes`); and from the tap to the verified ID token.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page, Response } from 'playwright-core';
import { pagePolicy } from '../../../packages/server/src/http/headers.ts';
import { build, modelsDirectory } from '../../../scripts/build.ts';
import { ensureChromium } from '../../../scripts/chromium.ts';
import { openDevice } from '../../../tests/browser/support/browser.ts';
import {
  agreeToLight,
  by,
  continueAs,
  createAccount,
  refusal,
  signedInClaims,
  startSignIn,
} from '../../../tests/browser/support/flows.ts';
import { install } from '../../../tests/browser/support/installation.ts';
import {
  bundle,
  type Files,
  launchChromium,
  openScript,
} from '../../../tests/browser/support/script-page.ts';
import { enrolActor } from './enrol-actor.ts';
import { openPageBench } from './page-bench.ts';
import type { Report } from './report.ts';

const entry = new URL('../../../packages/face/bench/page.ts', import.meta.url);

export async function run(
  report: Report,
  progress: (line: string) => void,
  { quick }: { quick: boolean },
): Promise<void> {
  await build(progress);
  process.env['CHROMIUM'] = ensureChromium(progress);
  await engineTimes(report, progress, quick ? 5 : 40);
  await paintRate(report, progress, quick ? 4_000 : 12_000);
  await transfers(report, progress);
  for (const challenge of ['none', 'default'] as const)
    await beginToToken(report, progress, challenge, quick ? 1 : 7);
}

/** The models, as a page may fetch them. */
const files = (): Files =>
  Object.fromEntries(
    readdirSync(modelsDirectory)
      .filter((name) => /\.(json|onnx|wasm|bin)$/.test(name))
      .map((name) => [
        `/models/${name}`,
        [
          name.endsWith('.json') ? 'application/json' : 'application/octet-stream',
          readFileSync(join(modelsDirectory, name)),
        ],
      ]),
  );

async function engineTimes(report: Report, progress: (line: string) => void, samples: number): Promise<void> {
  progress('capture: engine in Chromium');
  const bench = await openPageBench(entry, progress, { files: files() });
  try {
    const measured = await bench.interleaved(bench.names, samples);
    for (const [i, { cpu, wall }] of measured.entries()) {
      const row = { bench: 'capture', case: bench.names[i]!, parameters: { browser: bench.browser } };
      report({ ...row, metric: 'cpu_ms', ...cpu });
      report({ ...row, metric: 'wall_ms', ...wall });
    }
  } finally {
    await bench.close();
  }
}

/** Half of the time is for the worker to load. */
async function paintRate(report: Report, progress: (line: string) => void, ms: number): Promise<void> {
  progress('capture: frames of the page meanwhile');
  const browser = await launchChromium();
  try {
    const { call, callInWorker } = await openScript(browser, await bundle(entry), pagePolicy, files());
    const [painted, analysed] = await Promise.all([
      call<number>('paintedFrames', 2 * ms, ms),
      callInWorker<number>('analyseFor', 2 * ms),
    ]);
    const parameters = { analysed_per_second: analysed };
    report({ bench: 'capture', case: 'page-fps', metric: 'frames_per_second', value: painted, parameters });
  } finally {
    await browser.close();
  }
}

/** A new profile, and the same one again: the consent text of an enrolment loads the models while it is read. */
async function transfers(report: Report, progress: (line: string) => void): Promise<void> {
  progress('capture: bytes of a first and a second visit');
  const installation = await install();
  const device = await openDevice({ camera: 'denied' });
  try {
    const { page } = device;
    await startSignIn(page, installation.demo);
    const cold = await modelBytes(page, () => createAccount(page, 'Ada'));
    const warm = await modelBytes(page, async () => {
      await page.goto(`${installation.provider}/enrol`);
    });
    report({ bench: 'capture', case: 'cold-bytes', metric: 'bytes', value: cold });
    report({ bench: 'capture', case: 'warm-bytes', metric: 'bytes', value: warm });
  } finally {
    await device.close();
    await installation.dispose();
  }
}

/** Bytes of runtime and models that come over the network until the page has them; the manifest's answer left out. */
async function modelBytes(page: Page, visit: () => Promise<void>): Promise<number> {
  const sizes: Promise<number>[] = [];
  const note = (response: Response): void => {
    const { pathname } = new URL(response.url());
    if (!/^\/models\/.+-[0-9a-f]{16}\./.test(pathname)) return;
    const size = async () => {
      await response.finished();
      return (await response.request().sizes()).responseBodySize;
    };
    sizes.push(size());
  };
  page.on('response', note);
  const manifest = page.waitForResponse((response) => response.url().endsWith('/models/manifest.json'));
  await visit();
  await manifest;
  // The files are asked for at once, after the manifest, and put into Cache Storage when they are there.
  await page.waitForTimeout(settleMs);
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  await page.waitForTimeout(settleMs);
  page.off('response', note);
  return bytes;
}

const settleMs = 3_000;

/**
 * From the tap on the account to the application's page with the verified ID token. The person is a script in the page
 * that does what is asked after 350 ms; decoding its pictures is in the time, rendering them is not. A refusal (on a
 * machine too busy for the light slots, say) has no time and is counted beside.
 */
async function beginToToken(
  report: Report,
  progress: (line: string) => void,
  challenge: 'none' | 'default',
  runs: number,
): Promise<void> {
  progress(`capture: sign-ins, challenge ${challenge}`);
  const { installation, device, dispose } = await enrolActor({ BLINDSIGHT_CHALLENGE: challenge });
  try {
    const signIn = () => timedSignIn(device.page, installation.demo);
    // The first is asked whether there may be light, which is the person's time.
    await signIn();
    const times: number[] = [];
    const refused: Record<string, number> = {};
    for (let run = 0; run < runs; run++) {
      const outcome = await signIn();
      if (typeof outcome === 'number') times.push(outcome);
      else refused[outcome] = (refused[outcome] ?? 0) + 1;
    }
    if (times.length === 0) throw new Error(`every sign-in was refused: ${Object.keys(refused).join(', ')}`);
    const sorted = times.toSorted((a, b) => a - b);
    report({
      bench: 'capture',
      case: challenge === 'none' ? 'begin-to-token' : 'begin-to-token-challenge',
      metric: 'wall_ms',
      value: sorted[sorted.length >> 1]!,
      p95: sorted.at(-1)!,
      n: times.length,
      parameters: { refused },
    });
  } finally {
    await dispose();
  }
}

/** @returns ms from the tap to the ID token, or the code the page ends with. */
async function timedSignIn(page: Page, demo: string): Promise<number | string> {
  await page.context().clearCookies();
  await startSignIn(page, demo, 'required');
  await by(page, 'continue-as').first().waitFor();
  // A person reads the page first; meanwhile it prepares the models.
  await page.waitForTimeout(1500);
  const start = performance.now();
  await continueAs(page);
  await agreeToLight(page);
  const refused = await refusal(page);
  const ms = performance.now() - start;
  if (refused !== undefined) return refused;
  const claims = await signedInClaims(page);
  if (claims['acr'] !== 'urn:blindsight:acr:sealed') throw new Error('not the sign-in to be timed');
  return ms;
}
