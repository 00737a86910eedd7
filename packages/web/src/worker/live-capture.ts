/**
 * Pixels to one embedding through a liveness challenge, inside the worker: the person gets into place, does each step
 * when it is shown, and stays one person throughout. What is measured is committed to and goes nowhere.
 * @module
 */
import type { RgbaFrame } from '@blindsight/face';
import {
  createLivenessSession,
  type LivenessSession,
  type LivenessStep,
  type StepProgress,
} from '@blindsight/face/liveness';
import { WebError } from '../sdk/errors.ts';
import type { Chips } from './chips.ts';
import type { CapturePurpose, CaptureStatus } from './contract.ts';
import type { Models } from './models.ts';
import { PixelReader } from './pixels.ts';

/** Frames at rest before the first step; more where the capture is to be enrolled. */
const calmEmbeddings: Readonly<Record<CapturePurpose, number>> = { 'sign-in': 2, enrol: 5 };
/** The least where a picture is wanted too, which must not be of a face that moves or is lit in colour. */
const calmPictures = 3;

/** From the end of an analysis to the end of a light slot: the last frames of a slot are only looked at. Unit: ms. */
const spareMs = 60;

export class LiveCapture {
  readonly #models: Pick<Models, 'engine' | 'manifest'>;
  readonly #session: LivenessSession;
  readonly #frames = new PixelReader();
  /** What finding the face, and embedding it, took lately. Unit: ms. */
  #analysisMs = 0;
  #embeddingMs = 0;
  /** The step that is shown; absent before the first and between two. */
  #slot: { readonly from: number; readonly ms: number } | undefined;
  #embedding: Float32Array | undefined;
  readonly #chips: Chips | undefined;
  /** A step has begun. */
  #begun = false;

  /** @param chips where the frames before the first step are kept, when a picture is wanted beside the embedding. */
  constructor(models: Pick<Models, 'engine' | 'manifest'>, purpose: CapturePurpose, chips?: Chips) {
    this.#models = models;
    this.#chips = chips;
    const { selfThreshold } = models.manifest.calibration;
    const least = calmEmbeddings[purpose];
    this.#session = createLivenessSession({
      selfThreshold,
      calmEmbeddings: chips ? Math.max(calmPictures, least) : least,
    });
  }

  /** Looks at one frame and closes it. @param at when it was captured, ms on the page's clock. */
  async look(picture: ImageBitmap, at: number): Promise<CaptureStatus> {
    const frame = this.#frames.read(picture);
    try {
      return await this.lookAt(frame, at);
    } finally {
      frame.data.fill(0);
    }
  }

  /** The same for pixels that are there already: tests and benchmarks feed them from Node. They are left as they are. */
  async lookAt(frame: RgbaFrame, at: number): Promise<CaptureStatus> {
    const { engine } = this.#models;
    // A light slot is short: near its end, and on a slow device throughout, the colour of the face is all there is time for.
    if (!this.#timeFor(this.#analysisMs, at)) return toStatus(this.#session.observe({ frame }, at));
    let since = performance.now();
    const report = await engine.analyze(frame);
    this.#analysisMs = smoothed(this.#analysisMs, performance.now() - since);
    const progress = this.#session.observe({ frame, report }, at);
    if (!progress.embed || !report.face || !this.#timeFor(this.#analysisMs + this.#embeddingMs, at))
      return toStatus(progress);
    since = performance.now();
    const embedding = await engine.embed(frame, report.face.landmarks);
    this.#embeddingMs = smoothed(this.#embeddingMs, performance.now() - since);
    if (!this.#begun) this.#chips?.keep(frame, report.face);
    return toStatus(this.#session.add(embedding));
  }

  begin(step: LivenessStep, at: number): void {
    this.#begun = true;
    this.#slot = step.kind === 'light' ? { from: at, ms: step.ms } : undefined;
    this.#session.begin(step, at);
  }

  /** Ends the step. @returns its evidence, to be committed to and forgotten */
  finish(at: number): Uint8Array {
    this.#slot = undefined;
    return this.#session.finish(at).bytes;
  }

  /** After the last step. @throws {WebError} why it was not accepted. */
  conclude(): void {
    const result = this.#session.conclude();
    if (!result.live) throw new WebError(result.refusal);
    this.#embedding = result.embedding;
  }

  /** The mean embedding, once; the caller wipes it. @throws {WebError} `internal` before `conclude`. */
  take(): Float32Array {
    const embedding = this.#embedding;
    this.#embedding = undefined;
    if (!embedding) throw new WebError('internal');
    return embedding;
  }

  wipe(): void {
    this.#chips?.wipe();
    this.#embedding?.fill(0);
    this.#embedding = undefined;
    this.#session.wipe();
  }

  /** Whether work of `ms` on a frame captured `at` ends well within its light slot, if there is one. */
  #timeFor(ms: number, at: number): boolean {
    return !this.#slot || at + ms + spareMs < this.#slot.from + this.#slot.ms;
  }
}

const smoothed = (before: number, now: number): number => (before === 0 ? now : (before + now) / 2);

function toStatus({ state, progress, hint, refusal }: StepProgress): CaptureStatus {
  if (refusal) return { status: 'failed', code: refusal };
  return { status: 'live', done: state === 'done', hint, progress };
}
