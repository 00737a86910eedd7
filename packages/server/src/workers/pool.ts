/**
 * The evaluator on worker threads. A thread that dies or overruns a deadline is replaced; its job fails, the
 * others do not notice.
 * @module
 */
import { Worker } from 'node:worker_threads';
import { ServerError, type ServerErrorCode } from '../errors.ts';
import type { Evaluator, RunOptions } from '../ports/evaluator.ts';
import type { Logger } from '../ports/logger.ts';
import type { ResultMessage } from './messages.ts';

export interface PoolOptions {
  readonly size: number;
  readonly logger: Logger;
  /** ms since the Unix epoch. */
  readonly clock: () => number;
  /** Jobs that may wait; more are refused at once. */
  readonly queueLimit?: number;
  /** The thread's program; another one in tests. */
  readonly program?: URL;
}

type Bytes = Uint8Array<ArrayBuffer>;

interface Job {
  readonly id: number;
  readonly bytes: Bytes;
  readonly options: RunOptions;
  readonly timer: NodeJS.Timeout;
  readonly settle: (outcome: Bytes | ServerErrorCode) => void;
}

interface Thread {
  readonly worker: Worker;
  job?: Job | undefined;
  /** Jobs it finished. */
  finished: number;
}

/** Before a thread that died at once is tried again. */
const respawnMs = 250;

export function workerPool(options: PoolOptions): Evaluator {
  const program = options.program ?? new URL('./evaluate-worker.ts', import.meta.url);
  const { size, logger, clock, queueLimit = 64 } = options;
  const queue: Job[] = [];
  const threads = new Set<Thread>();
  let nextId = 1;
  let closed = false;

  const spawn = () => {
    if (closed) return;
    // no environment, no input: a thread needs neither
    const thread: Thread = { worker: new Worker(program, { env: {}, stdin: false }), finished: 0 };
    threads.add(thread);
    thread.worker.on('message', (message: ResultMessage) => finish(thread, message));
    thread.worker.on('error', (error) => logger.error({ reason: error.name }, 'evaluation thread failed'));
    thread.worker.on('exit', () => lost(thread));
    thread.worker.unref();
    next();
  };

  /** A thread ended that was not told to. One that never finished a job waits before it is tried again. */
  const lost = (thread: Thread) => {
    if (!threads.delete(thread)) return;
    thread.job?.settle('server-busy');
    setTimeout(spawn, thread.finished > 0 ? 0 : respawnMs).unref();
  };

  const finish = (thread: Thread, message: ResultMessage) => {
    const job = thread.job;
    if (job?.id !== message.id) return;
    thread.job = undefined;
    thread.finished += 1;
    job.settle('result' in message ? message.result : 'internal');
    next();
  };

  const next = () => {
    for (const thread of threads) {
      if (thread.job) continue;
      const job = queue.shift();
      if (!job) return;
      thread.job = job;
      thread.worker.postMessage({ id: job.id, job: job.bytes });
    }
  };

  /** Ends a job early. A thread in the middle of it cannot be interrupted otherwise than by ending it. */
  const stop = (job: Job, reason: ServerErrorCode) => {
    const waiting = queue.indexOf(job);
    if (waiting >= 0) queue.splice(waiting, 1);
    job.settle(reason);
    for (const thread of threads) {
      if (thread.job !== job) continue;
      threads.delete(thread);
      void thread.worker.terminate();
      spawn();
      break;
    }
  };

  for (let i = 0; i < size; i++) spawn();

  return {
    run(bytes, runOptions) {
      if (closed || queue.length >= queueLimit || runOptions.signal?.aborted)
        return Promise.reject(new ServerError('server-busy', { retryAfterSeconds: 1 }));
      return new Promise<Bytes>((resolve, reject) => {
        const cancel = () => stop(job, 'server-busy');
        const job: Job = {
          id: nextId++,
          bytes,
          options: runOptions,
          timer: setTimeout(
            () => stop(job, 'evaluation-timeout'),
            Math.max(0, runOptions.deadline - clock()),
          ),
          settle: (outcome) => {
            clearTimeout(job.timer);
            runOptions.signal?.removeEventListener('abort', cancel);
            if (typeof outcome === 'string') return reject(new ServerError(outcome));
            runOptions.onProgress?.(1);
            resolve(outcome);
          },
        };
        runOptions.signal?.addEventListener('abort', cancel, { once: true });
        queue.push(job);
        next();
      });
    },
    async close() {
      closed = true;
      for (const job of [...queue]) stop(job, 'server-busy');
      await Promise.all(
        [...threads].map(async (thread) => {
          if (thread.job) stop(thread.job, 'server-busy');
          await thread.worker.terminate();
        }),
      );
    },
  };
}
