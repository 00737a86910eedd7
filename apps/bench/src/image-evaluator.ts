/**
 * The server's half of the image benchmark as a process of its own, so that its memory and time are its own: lanes in
 * worker threads, jobs from the parent.
 * @module
 */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { image } from '@blindsight/protocol/server';

/** What the parent sends first. */
export interface EvaluatorOptions {
  readonly set: string;
  readonly manifest: string;
  readonly weights: string;
  readonly lanes: number;
}

/** What the parent gets for every job, and once at the start. Seconds of CPU are of the whole process. */
export interface Measured {
  readonly result: image.LaneResult;
  readonly coreSeconds: number;
  readonly wallSeconds: number;
  /** CPU time of each step of an evaluation. */
  readonly steps: Readonly<Record<string, number>>;
  /** Largest resident memory of the process so far. */
  readonly peakBytes: number;
}

type Message = { readonly step?: string; readonly result?: image.LaneResult };

process.once('message', async (options: EvaluatorOptions) => {
  const [manifest, weights] = [readFileSync(options.manifest), readFileSync(options.weights)];
  const set = image.imageParametersOf(options.set);
  const { lanes } = options;
  const { channels } = image.parseNetwork(manifest, weights);
  const shared = lanes > 1 ? { region: image.sharedRegion(set, channels, lanes) } : {};
  const workers = Array.from({ length: lanes }, (_, lane) => {
    const workerData: image.LaneOptions = { set: set.id, manifest, weights, lane, lanes, ...shared };
    return new Worker(new URL('./image-lane.ts', import.meta.url), { workerData });
  });
  const answer = (worker: Worker, onStep: (name: string) => void) =>
    new Promise<image.LaneResult>((resolve, reject) => {
      const listen = ({ step, result }: Message) => {
        if (step) onStep(step);
        if (!result) return;
        worker.off('message', listen).off('error', reject);
        resolve(result);
      };
      worker.on('message', listen).on('error', reject);
    });

  const measure = async (run: (onStep: (name: string) => void) => Promise<image.LaneResult>) => {
    const steps: Record<string, number> = {};
    const [wall, start] = [performance.now(), cpuSeconds()];
    let last = start;
    const result = await run((name) => {
      const now = cpuSeconds();
      steps[name] = now - last;
      last = now;
    });
    const measured: Measured = {
      result,
      coreSeconds: cpuSeconds() - start,
      wallSeconds: (performance.now() - wall) / 1000,
      steps,
      peakBytes: process.resourceUsage().maxRSS * 1024,
    };
    process.send!(measured);
  };

  await measure(async () => {
    const [first] = await Promise.all(workers.map((worker) => answer(worker, () => {})));
    return first!;
  });
  process.on('message', (job: image.LaneJob) => {
    // Keys and evaluations are for all lanes, masks for the first.
    const busy = job.kind.startsWith('mask') ? workers.slice(0, 1) : workers;
    void measure(async (onStep) => {
      const results = busy.map((worker, k) => answer(worker, k === 0 ? onStep : () => {}));
      for (const worker of busy) worker.postMessage(job);
      return (await Promise.all(results))[0]!;
    });
  });
});

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
