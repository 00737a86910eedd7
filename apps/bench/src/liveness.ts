/**
 * `npm run bench -- liveness`: how often presentations pass the challenge (`apcer/*`) and how often people are refused
 * (`bpcer/*`), with exact 95 % bounds. Rendered people and what is held before the camera go through the face engine and
 * the liveness session of the page, with steps and deadlines of the server, in simulated time. With `--browser` a few of
 * the attacks in Chromium instead, in the pages themselves.
 *
 * Attack presentation classification error rate: share of attacks that end in a probe. It does not matter here whether
 * the probe would match: a photograph of the enrolled person does.
 * @module
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { exactInterval } from './exact-interval.ts';
import { hintCases } from './liveness-hint.ts';
import type { Job, JobResult, Kind } from './liveness-job.ts';
import type { Report } from './report.ts';

/**
 * The commit in which the rules and thresholds of `packages/face/src/liveness` were last changed. The seeds of the
 * `bpcer` people are made of it, so nobody can have looked at these people before.
 */
export const thresholdsFrozenIn = '5aaff83';

const cases: readonly { readonly name: string; readonly kind: Kind; readonly runs: number }[] = [
  { name: 'apcer/still', kind: 'still', runs: 50 },
  { name: 'apcer/waved', kind: 'waved', runs: 50 },
  { name: 'apcer/screen-replay', kind: 'screen-replay', runs: 50 },
  { name: 'apcer/old-light', kind: 'old-light', runs: 50 },
  { name: 'apcer/late-relay', kind: 'late-relay', runs: 50 },
  { name: 'apcer/swap', kind: 'swap', runs: 50 },
  // Without a failure, 75 runs put the upper 95 % bound below 5 %.
  { name: 'bpcer/default', kind: 'genuine', runs: 75 },
  { name: 'bpcer/no-light', kind: 'genuine-no-light', runs: 50 },
];
const quickRuns = 4;

export async function run(
  report: Report,
  progress: (line: string) => void,
  { quick, browser }: { quick: boolean; browser: boolean },
): Promise<void> {
  if (browser) {
    const inChromium = await import('./liveness-browser.ts');
    await inChromium.run(report, progress, { quick });
    return;
  }
  const jobs = cases.flatMap(({ kind, runs }) =>
    Array.from({ length: quick ? quickRuns : runs }, (_, k): Job => ({ kind, seed: seedOf(kind, k), k })),
  );
  const results = await inWorkers(jobs, progress);
  for (const { name, kind } of cases) {
    const mine = results.filter((result) => result.kind === kind);
    const errors = mine.filter(({ outcome }) => (outcome === 'live') !== kind.startsWith('genuine')).length;
    report({
      bench: 'liveness',
      case: name,
      metric: 'share',
      value: errors / mine.length,
      n: mine.length,
      ...exactInterval(errors, mine.length),
      parameters: {
        outcomes: count(mine.map(({ outcome }) => outcome)),
        ...(kind.startsWith('genuine') ? { frozen: thresholdsFrozenIn } : {}),
        median_seconds: median(mine.map(({ ms }) => ms)) / 1000,
      },
    });
  }
  reportMatches(report, results);
  await hintCases(report, progress, quick);
}

/** At the head turns of the challenge: is the turned frame, and is the probe, still the enrolled person? */
function reportMatches(report: Report, results: readonly JobResult[]): void {
  const genuine = results.flatMap(({ match }) => (match ? [match] : []));
  for (const [name, scores] of [
    ['match/turned-frame', genuine.flatMap(({ turned }) => turned)],
    ['match/probe', genuine.map(({ probe }) => probe)],
  ] as const) {
    const missed = scores.filter(({ accepted }) => !accepted).length;
    report({
      bench: 'liveness',
      case: name,
      metric: 'false_non_match_share',
      value: missed / Math.max(1, scores.length),
      n: scores.length,
      ...exactInterval(missed, scores.length),
      parameters: { median_cosine: median(scores.map(({ cosine }) => cosine)) },
    });
  }
}

const seedOf = (kind: Kind, k: number): string =>
  kind.startsWith('genuine') ? `${thresholdsFrozenIn}/${kind}/${k}` : `attack/${k}`;

/** One engine per worker; a worker takes the next job when it has finished one. */
async function inWorkers(jobs: readonly Job[], progress: (line: string) => void): Promise<JobResult[]> {
  const results: JobResult[] = [];
  let next = 0;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./liveness-job.ts', import.meta.url));
      const give = () => {
        const job = jobs[next++];
        if (job) worker.postMessage(job);
        else void worker.terminate().then(() => resolve(), reject);
      };
      worker.on('error', reject);
      worker.on('message', (result: JobResult) => {
        results.push(result);
        progress(
          `liveness ${results.length} of ${jobs.length}: ${result.kind} ${result.seed} ${result.outcome}`,
        );
        give();
      });
      give();
    });
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
  return results;
}

function count(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
