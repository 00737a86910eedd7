/**
 * Independent evaluations on two threads: what a server with a worker for each core does. Each thread has a kernel
 * and keys of its own; nothing is shared.
 * @module
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { cpuNow, type Report } from './measure.ts';

/** Evaluations of one thread in one round: a square with relinearisation and rescale, and a rotation, at N = 8192. */
const evaluations = 150;
const rounds = 5;

interface Cost {
  /** CPU time of one evaluation. Unit: ms. */
  readonly cpu: number;
  /** Wall time of the round. Unit: ms. */
  readonly wall: number;
}

/** Best of five rounds each. Metrics: CPU time per evaluation with two threads over one; work per wall time likewise. */
export async function threadsBench(report: Report, progress: (line: string) => void): Promise<void> {
  progress('fhe threads/2');
  const workers = await Promise.all([start(), start()]);
  const [one, two]: [Cost[], Cost[]] = [[], []];
  for (let i = 0; i < rounds; i++) {
    one.push(await round(workers.slice(0, 1)));
    two.push(await round(workers));
  }
  await Promise.all(workers.map((worker) => worker.terminate()));

  const best = (costs: Cost[], which: keyof Cost) => Math.min(...costs.map((cost) => cost[which]));
  const parameters = { degree: 8192, evaluations, rounds };
  const row = { bench: 'fhe', case: 'threads/2', n: rounds, parameters } as const;
  report({ ...row, metric: 'cpu_ratio', value: best(two, 'cpu') / best(one, 'cpu') });
  report({ ...row, metric: 'wall_ratio', value: (2 * best(one, 'wall')) / best(two, 'wall') });
  report({ ...row, metric: 'cpu_ms', value: best(one, 'cpu') });
}

/** A worker that has made its keys, checked an answer, and warmed up. */
async function start(): Promise<Worker> {
  const worker = new Worker(new URL('./threads-worker.ts', import.meta.url));
  await answer(worker);
  return worker;
}

async function round(workers: readonly Worker[]): Promise<Cost> {
  const [cpu, wall] = [cpuNow(), performance.now()];
  const answers = workers.map(answer);
  for (const worker of workers) worker.postMessage(evaluations);
  await Promise.all(answers);
  return { cpu: (cpuNow() - cpu) / (evaluations * workers.length), wall: performance.now() - wall };
}

async function answer(worker: Worker): Promise<void> {
  // Rejects when the worker fails first.
  await once(worker, 'message');
}
