/**
 * Which frames of a stream count, and when there are enough: a pure reducer, no clock, no models, no camera.
 *
 * One picture is a weak proof (single against single the default embedder reaches TAR 77 % at FMR 1e-4), so
 * a session collects several good frames that differ, and gives their mean. It refuses a still picture and
 * a person who changes on the way.
 *
 * Use: for each frame `step` with its report; when the answer has `embed: true`, compute the embedding and
 * hand it to `add`. Repeat until `state.status` is `done` or `failed`.
 * @module
 */
import { cosine, meanEmbedding } from './embedding.ts';
import { FaceError } from './errors.ts';
import type { RgbaFrame } from './frame.ts';
import type { FrameReport, Gate } from './report.ts';
import { lumaDifference, lumaGrid, Stillness } from './stillness.ts';

export interface CaptureOptions {
  /** Frames to collect; at least 3 at sign-in, 5 or more at enrolment. */
  readonly frames: number;
  /** Frames with exactly one face, in a row, before the first is taken. */
  readonly steadyFrames: number;
  /** Least time between two taken frames. Unit: milliseconds. */
  readonly spacingMs: number;
  /** So many consecutive frames without any difference are a still picture, not a camera. */
  readonly stillFrames: number;
  /** Least mean absolute luma difference to the frame taken last, 0..255, for a frame to add something. */
  readonly variety: number;
  /** Pairwise cosine of the embeddings below this: not one person throughout. From the manifest's calibration. */
  readonly selfThreshold: number;
}

/** All but the self threshold, which belongs to the model. */
export const defaultCapture = {
  frames: 3,
  steadyFrames: 5,
  spacingMs: 150,
  stillFrames: 10,
  variety: 0.5,
} as const satisfies Omit<CaptureOptions, 'selfThreshold'>;

export type CaptureState =
  /** `hint` is what to tell the person now: a gate code, or `ok` for "hold still". */
  | { readonly status: 'collecting'; readonly hint: Gate; readonly taken: number; readonly wanted: number }
  | { readonly status: 'done'; readonly taken: number }
  | { readonly status: 'failed'; readonly code: 'still-image' | 'face-changed' };

export class CaptureSession {
  readonly #options: CaptureOptions;
  readonly #embeddings: Float32Array[] = [];
  readonly #stillness: Stillness;
  #lastTaken: Uint8Array | undefined;
  #lastTakenAt = Number.NEGATIVE_INFINITY;
  #steady = 0;
  #hint: Gate = 'no-face';
  #failed: 'still-image' | 'face-changed' | undefined;

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.#stillness = new Stillness(options.stillFrames);
  }

  get state(): CaptureState {
    if (this.#failed) return { status: 'failed', code: this.#failed };
    const taken = this.#embeddings.length;
    if (taken >= this.#options.frames) return { status: 'done', taken };
    return { status: 'collecting', hint: this.#hint, taken, wanted: this.#options.frames };
  }

  /**
   * Looks at one frame. `embed` says that this frame is worth an embedding: compute it and call `add`.
   * @param at time of the frame, any monotonic clock, ms
   */
  step(frame: RgbaFrame, report: FrameReport, at: number): { embed: boolean; state: CaptureState } {
    if (this.state.status !== 'collecting') return { embed: false, state: this.state };

    const samples = lumaGrid(frame);
    if (this.#stillness.see(samples)) this.#fail('still-image');

    this.#hint = report.gate;
    this.#steady = report.faces === 1 ? this.#steady + 1 : 0;
    const embed =
      !this.#failed &&
      report.gate === 'ok' &&
      this.#steady >= this.#options.steadyFrames &&
      at - this.#lastTakenAt >= this.#options.spacingMs &&
      (!this.#lastTaken || lumaDifference(samples, this.#lastTaken) >= this.#options.variety);
    if (embed) {
      this.#lastTaken = samples;
      this.#lastTakenAt = at;
    }
    return { embed, state: this.state };
  }

  /** Adds the embedding of the frame that `step` asked for. Fails the session when it is not the same person. */
  add(embedding: Float32Array): CaptureState {
    if (this.state.status !== 'collecting') return this.state;
    const same = this.#embeddings.every((other) => cosine(other, embedding) >= this.#options.selfThreshold);
    if (same) this.#embeddings.push(embedding);
    else this.#fail('face-changed');
    return this.state;
  }

  /**
   * The mean of the collected embeddings, length 1. The session forgets them: a second call throws.
   * @throws {FaceError} `session-not-done`
   */
  finish(): Float32Array {
    if (this.state.status !== 'done') throw new FaceError('session-not-done');
    const mean = meanEmbedding(this.#embeddings);
    this.wipe();
    return mean;
  }

  /** Overwrites what was collected. (A garbage collector may hold copies; this is hygiene, not a proof.) */
  wipe(): void {
    for (const embedding of this.#embeddings) embedding.fill(0);
    this.#embeddings.length = 0;
    this.#stillness.wipe();
    this.#lastTaken = undefined;
  }

  #fail(code: 'still-image' | 'face-changed'): void {
    this.wipe();
    this.#failed = code;
  }
}
