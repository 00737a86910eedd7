/** The group of threads that evaluates encrypted pictures: order, deadlines, deaths, keys at hand. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { image } from '@blindsight/protocol/server';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { ServerError } from '../src/errors.ts';
import type { ImageNetwork } from '../src/image-network.ts';
import type { ImageEvaluator, ImageJob, ImageRunOptions } from '../src/ports/image-evaluator.ts';
import { silentLogger } from '../src/ports/logger.ts';
import { imageGroup } from '../src/workers/image-group.ts';
import { laneCount } from '../src/workers/lanes.ts';
import { temporaryDirectory } from './support/storages.ts';

/**
 * A thread whose picture says what it does. It writes down every job it is given, and who it was.
 * 0 answer, 1 never end, 2 die, 3 die the first time, 4 refuse, 5 only lane 1 refuses, 6 take 300 ms, 7 fail otherwise
 */
const program = `
  const { parentPort, workerData, threadId } = require('node:worker_threads');
  const { appendFileSync, existsSync, writeFileSync } = require('node:fs');
  const folder = Buffer.from(workerData.manifest).toString();
  const note = (line) => appendFileSync(folder + '/jobs', line + '\\n');
  parentPort.on('message', ({ id, job }) => {
    const { lane } = workerData;
    if (lane === 0) note(job.kind + ' ' + job.device);
    if (job.kind !== 'embed') return parentPort.postMessage({ id, result: { message: job.seed, ciphertext: job.seed } });
    const [how] = job.image;
    if (how === 1 && lane === 1) for (;;);
    if (how === 2 && lane === 1) process.exit(1);
    if (how === 3 && lane === 1 && !existsSync(folder + '/died')) {
      writeFileSync(folder + '/died', '');
      process.exit(1);
    }
    if (how === 4 || (how === 5 && lane === 1)) return parentPort.postMessage({ id, failed: 'image-refused' });
    if (how === 5 || how === 1) return;
    if (how === 7) return parentPort.postMessage({ id, failed: 'memory-exhausted' });
    const answer = () => {
      if (lane === 0) parentPort.postMessage({ id, step: 'conv1' });
      parentPort.postMessage({ id, result: lane === 0 ? { ciphertext: job.image } : {} });
    };
    if (how === 6) setTimeout(answer, 300);
    else answer();
  });
  parentPort.postMessage({ ready: true });`;

let group: ImageEvaluator | undefined;
afterEach(() => group?.close());

function start(over: { threads?: number; queueLimit?: number; keySets?: number } = {}) {
  const directory = temporaryDirectory();
  const path = join(directory, 'thread.cjs');
  writeFileSync(path, program);
  writeFileSync(join(directory, 'jobs'), '');
  const network = {
    set: image.ringfaceMini,
    network: { channels: 64, block: 16 },
    manifest: new Uint8Array(Buffer.from(directory)),
    weights: new Uint8Array(1),
    threshold: 0.5,
  } as unknown as ImageNetwork;
  group = imageGroup({
    ...{ network, threads: 2, queueLimit: 8, keySets: 2, ...over },
    ...{ logger: silentLogger, clock: Date.now, program: pathToFileURL(path) },
  });
  return {
    group,
    jobs: () => readFileSync(join(directory, 'jobs'), 'utf8').trim().split('\n'),
  };
}

const job = (how: number, over: Partial<ImageJob> = {}): ImageJob => ({
  device: 'd',
  keySet: 'k',
  keys: async () => new Uint8Array([1]),
  image: new Uint8Array([how]),
  ...over,
});
const options = (over: Partial<ImageRunOptions> = {}): ImageRunOptions => ({
  timeoutMs: 20_000,
  deadline: Date.now() + 60_000,
  ...over,
});
const outcome = (run: Promise<{ embedding: Uint8Array }>) =>
  run.then(
    ({ embedding }) => [...embedding],
    (error) => error.code as string,
  );

describe('the number of threads', () => {
  it.each([
    [2, 1, 1],
    [2, 2, 2],
    [2, 8, 2],
    [4, 3, 2],
    [4, 4, 4],
    [1, 4, 1],
  ])('shares %i blocks among at most %i: %i', (blocks, threads, count) => {
    expect(laneCount(blocks, threads)).toBe(count);
  });
});

describe('the group', () => {
  it('evaluates one picture after the other, tells its steps and who waits', async () => {
    const { group } = start();
    const said: string[] = [];
    const told = (name: string) =>
      options({
        onStep: (step) => said.push(`${name} ${step}`),
        onQueued: (before) => said.push(`${name} waits for ${before}`),
      });
    const all = [
      group.evaluate(job(6), told('a')),
      group.evaluate(job(0), told('b')),
      group.evaluate(job(0), told('c')),
    ];
    await Promise.all(all);
    expect(said).toEqual([
      'b waits for 1',
      'c waits for 2',
      'a conv1',
      'c waits for 1',
      'b conv1',
      'c conv1',
    ]);
  });

  it('masks after the last picture, on one thread', async () => {
    const { group, jobs } = start();
    const seed = new Uint8Array([9]);
    const verify = { kind: 'verify', template: new Uint8Array([3]), seed } as const;
    const result = await group.evaluate(job(0, { mask: verify }), options());
    expect(result).toEqual({ embedding: new Uint8Array([0]), message: seed });
    const enrol = { kind: 'enrol', embeddings: [new Uint8Array([1])], seed } as const;
    expect(await group.evaluate(job(0, { mask: enrol }), options())).toMatchObject({
      sum: seed,
      message: seed,
    });
    expect(jobs()).toEqual([
      'load-keys d/k',
      'embed d/k',
      'mask-sign-in d/k',
      'embed d/k',
      'mask-enrolment d/k',
    ]);
  });

  it('keeps the keys used last at hand, and forgets those of a device that is gone', async () => {
    const { group, jobs } = start({ keySets: 2 });
    for (const device of ['a', 'b', 'a', 'c', 'a']) await group.evaluate(job(0, { device }), options());
    group.forget('a');
    group.forget('unknown');
    await group.evaluate(job(0, { device: 'c' }), options());
    expect(jobs().filter((line) => !line.startsWith('embed'))).toEqual([
      'load-keys a/k',
      'load-keys b/k',
      'forget-keys b/k',
      'load-keys c/k',
      'forget-keys a/k',
    ]);
  });

  it('does a job again when a thread dies in the middle of it, and does not do it a third time', async () => {
    const { group, jobs } = start();
    expect(await outcome(group.evaluate(job(3), options()))).toEqual([3]);
    expect(jobs()).toEqual(['load-keys d/k', 'embed d/k', 'load-keys d/k', 'embed d/k']);
    expect(await outcome(group.evaluate(job(2), options()))).toBe('server-busy');
    expect(await outcome(group.evaluate(job(0), options()))).toEqual([0]);
  });

  it('tells what a thread refuses, and works on with the same threads', async () => {
    const { group, jobs } = start();
    expect(await outcome(group.evaluate(job(4), options()))).toBe('image-refused');
    expect(await outcome(group.evaluate(job(0), options()))).toEqual([0]);
    expect(jobs().filter((line) => line.startsWith('load'))).toHaveLength(1);
  });

  it('is built again when its threads do not agree, or fail for another reason', async () => {
    const { group } = start();
    expect(await outcome(group.evaluate(job(5), options()))).toBe('server-busy');
    expect(await outcome(group.evaluate(job(7), options()))).toBe('server-busy');
    expect(await outcome(group.evaluate(job(0), options()))).toEqual([0]);
  });

  it('stops what takes too long, and what waited too long', async () => {
    const { group } = start();
    const stuck = outcome(group.evaluate(job(1), options({ timeoutMs: 400 })));
    const late = outcome(group.evaluate(job(0), options({ deadline: Date.now() + 100 })));
    const patient = outcome(group.evaluate(job(0), options()));
    expect(await late).toBe('evaluation-timeout');
    expect(await stuck).toBe('evaluation-timeout');
    expect(await patient).toEqual([0]);
  });

  it('lets go of what nobody waits for, waiting or running', async () => {
    const { group, jobs } = start();
    const [first, second] = [new AbortController(), new AbortController()];
    const running = outcome(group.evaluate(job(6), options({ signal: first.signal })));
    const waiting = outcome(group.evaluate(job(2), options({ signal: second.signal })));
    const third = outcome(group.evaluate(job(0), options()));
    first.abort();
    second.abort();
    expect([await running, await waiting, await third]).toEqual(['server-busy', 'server-busy', [0]]);
    expect(jobs().filter((line) => line.startsWith('embed'))).toHaveLength(2);
    const gone = options({ signal: AbortSignal.abort() });
    expect(await outcome(group.evaluate(job(0), gone))).toBe('server-busy');
  });

  it('refuses more than may wait, and says so before', async () => {
    const { group } = start({ queueLimit: 1 });
    expect(group.full).toBe(false);
    const running = outcome(group.evaluate(job(6), options()));
    const waiting = outcome(group.evaluate(job(0), options()));
    expect(group.full).toBe(true);
    expect(await outcome(group.evaluate(job(0), options()))).toBe('server-busy');
    expect([await running, await waiting]).toEqual([[6], [0]]);
  });

  it('passes on why keys cannot be had, with its threads as they were', async () => {
    const { group, jobs } = start();
    await group.evaluate(job(0), options());
    const keys = () => Promise.reject(new ServerError('device-revoked'));
    expect(await outcome(group.evaluate(job(0, { device: 'e', keys }), options()))).toBe('device-revoked');
    expect(await outcome(group.evaluate(job(0), options()))).toEqual([0]);
    expect(jobs().filter((line) => line.startsWith('load'))).toEqual(['load-keys d/k']);
  });

  it('ends what is under way when it closes', async () => {
    const { group } = start();
    const all = [outcome(group.evaluate(job(1), options())), outcome(group.evaluate(job(0), options()))];
    onTestFinished(() => group.close());
    await group.close();
    expect(await Promise.all(all)).toEqual(['server-busy', 'server-busy']);
    expect(await outcome(group.evaluate(job(0), options()))).toBe('server-busy');
  });
});
