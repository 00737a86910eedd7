/**
 * The encrypted-image evaluator on worker threads: one picture at a time on all of them, the others wait in order. A
 * group whose thread dies or overruns is ended and built again, its job tried once more.
 * @module
 */
import { ServerError, type ServerErrorCode } from '../errors.ts';
import type { ImageNetwork } from '../image-network.ts';
import type { ImageEvaluator, ImageJob, ImageResult, ImageRunOptions } from '../ports/image-evaluator.ts';
import type { Logger } from '../ports/logger.ts';
import { JobRefused, type Lanes, LanesLost, laneCount, openLanes } from './lanes.ts';

export interface ImageGroupOptions {
  readonly network: Omit<ImageNetwork, 'threshold'>;
  readonly threads: number;
  readonly logger: Logger;
  /** ms since the Unix epoch. */
  readonly clock: () => number;
  /** Jobs that may wait; more are refused at once. */
  readonly queueLimit?: number;
  /** Key sets that are kept at hand; else as many as there is memory for. */
  readonly keySets?: number;
  /** The thread's program; another one in tests. */
  readonly program?: URL;
}

interface Waiting {
  readonly job: ImageJob;
  readonly options: ImageRunOptions;
  readonly settle: (outcome: ImageResult | ServerError) => void;
  /** Nobody waits for it any more. */
  over: boolean;
}

/** For parsed keys, all threads together. Unit: bytes. */
const keyMemory = 512 * 2 ** 20;
/** Parsed keys are larger than packed and seeded ones by this. */
const parsedGrowth = 3.3;
/** What waits is told to come back after about so long. */
const retryAfterSeconds = 5;

const codes: Readonly<Record<string, ServerErrorCode>> = {
  'image-keys-refused': 'image-keys-refused',
  // of another enrolment than the server believes: nothing a device can do about
  'image-template-refused': 'internal',
};

export function imageGroup(options: ImageGroupOptions): ImageEvaluator {
  const { network: described, threads, logger, clock, queueLimit = 8 } = options;
  const { set, network, manifest, weights } = described;
  const program = options.program ?? new URL('./image-worker.ts', import.meta.url);
  const count = laneCount(network.channels / network.block, threads);
  const queue: Waiting[] = [];
  /** Key sets that the threads hold, the one used longest ago first. */
  const held = new Set<string>();
  const forgotten = new Set<string>();
  let lanes: Lanes | undefined;
  let busy = false;
  let running: Waiting | undefined;
  let closed = false;

  const open = (): Lanes =>
    (lanes ??= openLanes({ set, manifest, weights, channels: network.channels, count, logger, program }));
  const end = () => {
    lanes?.end();
    lanes = undefined;
    held.clear();
  };

  const holdKeys = async (group: Lanes, { keys, ...job }: ImageJob) => {
    const keySet = nameOf(job);
    if (held.delete(keySet)) {
      held.add(keySet);
      return;
    }
    const bytes = await keys();
    const room = options.keySets ?? Math.floor(keyMemory / (count * parsedGrowth * bytes.length));
    for (const oldest of held) {
      if (held.size < Math.max(1, room)) break;
      held.delete(oldest);
      await group.run({ kind: 'forget-keys', device: oldest }, 'all');
    }
    await group.run({ kind: 'load-keys', device: keySet, keys: bytes }, 'all');
    held.add(keySet);
  };

  const work = async ({ job, options: { onStep } }: Waiting): Promise<ImageResult> => {
    const group = open();
    await holdKeys(group, job);
    const device = nameOf(job);
    const embedded = await group.run({ kind: 'embed', device, image: job.image }, 'all', onStep);
    const embedding = bytesOf(embedded.ciphertext);
    const { mask } = job;
    if (!mask) return { embedding };
    const { seed } = mask;
    if (mask.kind === 'verify') {
      const { template } = mask;
      const masked = await group.run({ kind: 'mask-sign-in', device, embedding, template, seed }, 'first');
      return { embedding, message: bytesOf(masked.message) };
    }
    const embeddings = [...mask.embeddings, embedding];
    const masked = await group.run({ kind: 'mask-enrolment', device, embeddings, seed }, 'first');
    return { embedding, sum: bytesOf(masked.ciphertext), message: bytesOf(masked.message) };
  };

  /** Once more when the threads were lost under it. */
  const attempt = async (waiting: Waiting, triesLeft: number): Promise<ImageResult | ServerError> => {
    try {
      return await work(waiting);
    } catch (error) {
      if (error instanceof JobRefused) return new ServerError(codes[error.code] ?? 'image-refused');
      if (error instanceof ServerError) return error;
      end();
      if (error instanceof LanesLost && triesLeft > 0 && !waiting.over && !closed) {
        logger.warn({ threads: count }, 'image evaluation begins again');
        return attempt(waiting, triesLeft - 1);
      }
      return new ServerError('server-busy', { cause: error, retryAfterSeconds });
    }
  };

  /** Key sets whose device is gone. */
  const dropForgotten = async () => {
    for (const keySet of forgotten) {
      forgotten.delete(keySet);
      await lanes?.run({ kind: 'forget-keys', device: keySet }, 'all').catch(end);
    }
  };

  const serve = async (waiting: Waiting): Promise<void> => {
    // what nobody waits for any more is not interrupted in the middle, but it must not hold up the others either
    const timer = setTimeout(() => {
      waiting.settle(new ServerError('evaluation-timeout'));
      end();
    }, waiting.options.timeoutMs);
    waiting.settle(await attempt(waiting, 1));
    clearTimeout(timer);
  };

  const next = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    do {
      running = queue.shift();
      for (const [before, { options }] of queue.entries()) options.onQueued?.(before + 1);
      await dropForgotten();
      if (running) await serve(running);
    } while (queue.length > 0);
    running = undefined;
    busy = false;
  };

  return {
    get full() {
      return closed || queue.length >= queueLimit;
    },
    prepare() {
      if (!closed) open();
    },
    evaluate(job, runOptions) {
      const { deadline, signal } = runOptions;
      if (closed || queue.length >= queueLimit || signal?.aborted)
        return Promise.reject(new ServerError('server-busy', { retryAfterSeconds }));
      return new Promise<ImageResult>((resolve, reject) => {
        const stop = (code: ServerErrorCode) => {
          const place = queue.indexOf(waiting);
          if (place >= 0) queue.splice(place, 1);
          waiting.settle(new ServerError(code, { retryAfterSeconds }));
        };
        const cancel = () => stop('server-busy');
        const timer = setTimeout(() => stop('evaluation-timeout'), Math.max(0, deadline - clock()));
        const waiting: Waiting = {
          job,
          options: runOptions,
          over: false,
          settle: (outcome) => {
            if (waiting.over) return;
            waiting.over = true;
            clearTimeout(timer);
            signal?.removeEventListener('abort', cancel);
            if (outcome instanceof Error) reject(outcome);
            else resolve(outcome);
          },
        };
        signal?.addEventListener('abort', cancel, { once: true });
        queue.push(waiting);
        const before = queue.length - 1 + (running ? 1 : 0);
        if (before > 0) runOptions.onQueued?.(before);
        void next();
      });
    },
    forget(device) {
      for (const keySet of held) {
        if (!keySet.startsWith(nameOf({ device, keySet: '' }))) continue;
        held.delete(keySet);
        forgotten.add(keySet);
      }
      if (forgotten.size > 0) void next();
    },
    async close() {
      closed = true;
      for (const waiting of [...queue, ...(running ? [running] : [])])
        waiting.settle(new ServerError('server-busy', { retryAfterSeconds }));
      queue.length = 0;
      end();
    },
  };
}

const nameOf = ({ device, keySet }: Pick<ImageJob, 'device' | 'keySet'>) => `${device}/${keySet}`;

function bytesOf(bytes: Uint8Array | undefined): Uint8Array<ArrayBuffer> {
  if (!bytes) throw new ServerError('internal', { details: { reason: 'an evaluation without a result' } });
  return bytes as Uint8Array<ArrayBuffer>;
}
