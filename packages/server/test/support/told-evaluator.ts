/**
 * An evaluator of encrypted pictures that does as a test says and computes nothing: what it is given need not be keys
 * and ciphertexts.
 * @module
 */
import { ServerError, type ServerErrorCode } from '../../src/errors.ts';
import type {
  ImageEvaluator,
  ImageJob,
  ImageResult,
  ImageRunOptions,
} from '../../src/ports/image-evaluator.ts';

export class ToldEvaluator implements ImageEvaluator {
  full = false;
  /** `done`: at once. `never`: until it is cancelled. A code: refused with it. */
  outcome: 'done' | 'never' | ServerErrorCode = 'done';
  readonly forgotten: string[] = [];
  readonly jobs: ImageJob[] = [];
  /** Signals of what runs. */
  cancelled = 0;

  prepare(): void {}

  async evaluate(job: ImageJob, { signal, onStep }: ImageRunOptions): Promise<ImageResult> {
    this.jobs.push(job);
    await job.keys();
    if (this.outcome === 'never') {
      await new Promise<void>((resolve) => {
        if (signal?.aborted) resolve();
        signal?.addEventListener('abort', () => resolve());
      });
      this.cancelled += 1;
      throw new ServerError('server-busy');
    }
    if (this.outcome !== 'done') throw new ServerError(this.outcome);
    onStep?.('conv1');
    const embedding = new Uint8Array([1]);
    const { mask } = job;
    if (!mask) return { embedding };
    const message = new Uint8Array([2, ...mask.seed.subarray(0, 4)]);
    return mask.kind === 'enrol' ? { embedding, sum: new Uint8Array([3]), message } : { embedding, message };
  }

  forget(device: string): void {
    this.forgotten.push(device);
  }

  async close(): Promise<void> {}
}
