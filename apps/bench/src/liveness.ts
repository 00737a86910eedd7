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
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { testEngine } from '../../../tests/support/people.ts';
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

const root = join(import.meta.dirname, '../../..');

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
  const kept = await keptFile();
  const had = readKept(kept).filter(({ kind, seed }) =>
    jobs.some((job) => job.kind === kind && job.seed === seed),
  );
  if (had.length > 0) progress(`liveness: ${had.length} of ${jobs.length} are there from an earlier run`);
  const left = jobs.filter(({ kind, seed }) => !had.some((one) => one.kind === kind && one.seed === seed));
  const results = [
    ...had,
    ...(await inWorkers(left, progress, (result) => appendFileSync(kept, `${JSON.stringify(result)}\n`))),
  ];
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
        ...(kind.startsWith('genuine')
          ? { frozen: thresholdsFrozenIn, median_seconds: median(mine.map(({ ms }) => ms)) / 1000 }
          : {}),
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
async function inWorkers(
  jobs: readonly Job[],
  progress: (line: string) => void,
  keep: (result: JobResult) => void,
): Promise<JobResult[]> {
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
        keep(result);
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

/** What a run depends on; with a change to any of it nothing of an earlier run counts. */
const judged = [
  'packages/face/src/{core,liveness,synthetic}/**/*.ts',
  'packages/protocol/src/server/challenge.ts',
  'packages/web/src/worker/live-capture.ts',
  'tests/support/{liveness,presentations}.ts',
  'apps/bench/src/liveness-job.ts',
];

/** Where single runs are kept: all of them take half an hour, and who is interrupted shall go on. */
async function keptFile(): Promise<string> {
  const { models } = await testEngine();
  const hash = createHash('sha256').update(models.manifestHash);
  for (const file of globSync(judged, { cwd: root }).sort()) hash.update(readFileSync(join(root, file)));
  const folder = join(root, '.cache/liveness');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${hash.digest('hex').slice(0, 16)}.jsonl`);
}

const readKept = (file: string): JobResult[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as JobResult)
    : [];

function count(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
