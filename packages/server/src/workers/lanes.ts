/**
 * The threads of one evaluation as one thing: all of them work, or none. They meet in shared memory, so one that dies
 * takes the others with it.
 * @module
 */
import { Worker } from 'node:worker_threads';
import { image } from '@blindsight/protocol/server';
import type { Logger } from '../ports/logger.ts';
import type { LaneReply } from './image-messages.ts';

export interface LanesOptions {
  readonly set: image.ImageParameters;
  readonly manifest: Uint8Array;
  readonly weights: Uint8Array;
  readonly channels: number;
  readonly count: number;
  readonly logger: Logger;
  readonly program: URL;
}

/** A job that was refused alike by every thread it was given to: the group is sound. */
export class JobRefused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** The group is of no use any more. */
export class LanesLost extends Error {}

export interface Lanes {
  /**
   * To lane 0 alone, or to all of them.
   * @returns what lane 0 made. @throws {JobRefused} {LanesLost}
   */
  run(job: image.LaneJob, to: 'all' | 'first', onStep?: (name: string) => void): Promise<image.LaneResult>;
  /** Stops the threads wherever they are. */
  end(): void;
}

interface Call {
  readonly id: number;
  readonly answers: Map<number, Extract<LaneReply, { id: number }>>;
  readonly expected: number;
  readonly onStep: (name: string) => void;
  readonly settle: (answer: image.LaneResult | Error) => void;
  grace?: NodeJS.Timeout;
}

/** What a thread may refuse without harm to the group: the fault is in what it was given. */
const refusals = new Set([
  'image-keys-refused',
  'image-refused',
  'image-template-refused',
  'malformed-message',
  'message-too-large',
  'unsupported-version',
]);
/** When one thread has refused the others have too, unless something is wrong with one of them. */
const graceMs = 2_000;

/** As many threads as share the blocks evenly, at most `threads`. */
export function laneCount(blocks: number, threads: number): number {
  for (let count = Math.min(blocks, threads); count > 1; count--) if (blocks % count === 0) return count;
  return 1;
}

export function openLanes({ set, manifest, weights, channels, count, logger, program }: LanesOptions): Lanes {
  const region = count > 1 ? image.sharedRegion(set, channels, count) : undefined;
  let call: Call | undefined;
  let nextId = 1;
  let lost = false;

  const end = () => {
    if (lost) return;
    lost = true;
    for (const worker of workers) void worker.terminate();
    call?.settle(new LanesLost());
  };
  const take = (lane: number, reply: LaneReply) => {
    if ('ready' in reply || call?.id !== reply.id) return;
    if ('step' in reply) return call.onStep(reply.step);
    call.answers.set(lane, reply);
    if ('failed' in reply) call.grace ??= setTimeout(end, graceMs);
    if (call.answers.size === call.expected) conclude(call);
  };
  const conclude = ({ answers, settle }: Call) => {
    const codes = [...answers.values()].flatMap((answer) => ('failed' in answer ? answer.failed : []));
    const [code] = codes;
    const first = answers.get(0);
    if (code === undefined) settle(first && 'result' in first ? first.result : {});
    else if (codes.length === answers.size && codes.every((one) => one === code) && refusals.has(code))
      settle(new JobRefused(code));
    else {
      logger.error({ reason: code }, 'image evaluation failed');
      end();
    }
  };

  const workers = Array.from({ length: count }, (_, lane) => {
    const workerData: image.LaneOptions = {
      ...{ set: set.id, manifest, weights, lane, lanes: count },
      ...(region && { region }),
    };
    // no environment, no input: a thread needs neither
    const worker = new Worker(program, { workerData, env: {}, stdin: false });
    worker.on('message', (reply: LaneReply) => take(lane, reply));
    worker.on('error', (error) => logger.error({ reason: error.name }, 'image evaluation thread failed'));
    worker.on('exit', end);
    worker.unref();
    return worker;
  });

  return {
    run(job, to, onStep = () => {}) {
      if (lost) return Promise.reject(new LanesLost());
      const given = to === 'all' ? workers : workers.slice(0, 1);
      return new Promise((resolve, reject) => {
        const mine: Call = {
          id: nextId++,
          answers: new Map(),
          expected: given.length,
          onStep,
          settle: (answer) => {
            clearTimeout(mine.grace);
            call = undefined;
            // a program that waits for nothing else stays until here
            for (const worker of workers) worker.unref();
            if (answer instanceof Error) reject(answer);
            else resolve(answer);
          },
        };
        call = mine;
        for (const worker of given) {
          worker.ref();
          worker.postMessage({ id: mine.id, job });
        }
      });
    },
    end,
  };
}
