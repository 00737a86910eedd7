/** The evaluator: deadlines, crashes, cancelling, a full queue. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { Evaluator } from '../src/ports/evaluator.ts';
import { silentLogger } from '../src/ports/logger.ts';
import { workerPool } from '../src/workers/pool.ts';
import { temporaryDirectory } from './support/storages.ts';

/** A thread whose job says what it does: 0 echo, 1 never end, 2 die, 3 fail. */
const program = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ id, job }) => {
    if (job[0] === 1) for (;;);
    if (job[0] === 2) process.exit(1);
    if (job[0] === 3) return parentPort.postMessage({ id, failed: 'ticket-refused' });
    parentPort.postMessage({ id, result: job });
  });`;

let pool: Evaluator;
afterEach(() => pool.close());

function start(size = 1, queueLimit = 64): Evaluator {
  const path = join(temporaryDirectory(), 'thread.cjs');
  writeFileSync(path, program);
  pool = workerPool({
    size,
    queueLimit,
    logger: silentLogger,
    clock: Date.now,
    program: pathToFileURL(path),
  });
  return pool;
}
const job = (...bytes: number[]) => new Uint8Array(bytes);
const soon = (ms = 5_000) => ({ deadline: Date.now() + ms });
const outcome = (run: Promise<Uint8Array>) =>
  run.then(
    (result) => [...result],
    (error) => error.code as string,
  );

describe('the worker pool', () => {
  it('runs more jobs than it has threads, each to its own result', async () => {
    const { run } = start(2);
    const results = await Promise.all(Array.from({ length: 20 }, (_, i) => run(job(0, i), soon())));
    expect(results.map((result) => result[1])).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('stops a job at its deadline and works on', async () => {
    const { run } = start();
    expect(await outcome(run(job(1), soon(300)))).toBe('evaluation-timeout');
    expect(await outcome(run(job(0, 7), soon()))).toEqual([0, 7]);
  });

  it('fails the job of a thread that dies, replaces the thread and keeps the queue', async () => {
    const { run } = start();
    const outcomes = await Promise.all([outcome(run(job(2), soon())), outcome(run(job(0, 8), soon()))]);
    expect(outcomes).toEqual(['server-busy', [0, 8]]);
  });

  it('reports a job that does not evaluate, without its details', async () => {
    const { run } = start();
    expect(await outcome(run(job(3), soon()))).toBe('internal');
  });

  it('refuses what does not fit into the queue, at once', async () => {
    const { run } = start(1, 1);
    const running = outcome(run(job(1), soon(400)));
    const waiting = outcome(run(job(0, 1), soon()));
    expect(await outcome(run(job(0, 2), soon()))).toBe('server-busy');
    expect(await running).toBe('evaluation-timeout');
    expect(await waiting).toEqual([0, 1]);
  });

  it('cancels', async () => {
    const { run } = start();
    const controller = new AbortController();
    const cancelled = outcome(run(job(1), { ...soon(), signal: controller.signal }));
    controller.abort();
    expect(await cancelled).toBe('server-busy');
    expect(await outcome(run(job(0, 9), soon()))).toEqual([0, 9]);
  });

  it('ends waiting jobs when it closes', async () => {
    const { run, close } = start();
    const waiting = [outcome(run(job(1), soon())), outcome(run(job(0), soon()))];
    await close();
    expect(await Promise.all(waiting)).toEqual(['server-busy', 'server-busy']);
    expect(await outcome(run(job(0), soon()))).toBe('server-busy');
  });
});
