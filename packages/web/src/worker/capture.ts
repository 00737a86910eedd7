/**
 * Pixels to one embedding, inside the worker. The embedding has one reader (`take`), in this same realm.
 * @module
 */
import { CaptureSession, defaultCapture } from '@blindsight/face';
import { WebError } from '../sdk/errors.ts';
import type { Chips } from './chips.ts';
import type { CapturePurpose, CaptureStatus } from './contract.ts';
import type { Models } from './models.ts';
import { PixelReader } from './pixels.ts';

/** Frames whose mean is compared, and whose mean is enrolled. */
const framesWanted: Readonly<Record<CapturePurpose, number>> = { 'sign-in': 4, enrol: 7 };
/**
 * Frames in a row are nearly one picture; spaced out they differ, and their mean is worth more (more so at
 * enrolment, where the turn of the head shall be in them). Unit: ms.
 */
const spacingMs: Readonly<Record<CapturePurpose, number>> = { 'sign-in': 250, enrol: 400 };

export class Capture {
  readonly #models: Models;
  readonly #session: CaptureSession;
  readonly #wanted: number;
  readonly #frames = new PixelReader();
  readonly #chips: Chips | undefined;

  /** @param chips where the frames that count are kept, when a picture is wanted beside the embedding. */
  constructor(models: Models, purpose: CapturePurpose, chips?: Chips) {
    this.#models = models;
    this.#chips = chips;
    this.#wanted = framesWanted[purpose];
    this.#session = new CaptureSession({
      ...defaultCapture,
      frames: this.#wanted,
      spacingMs: spacingMs[purpose],
      selfThreshold: models.manifest.calibration.selfThreshold,
    });
  }

  /** Looks at one frame, closes it, and takes its embedding when the session wants it. @param at when it was captured, ms */
  async look(picture: ImageBitmap, at: number): Promise<CaptureStatus> {
    const frame = this.#frames.read(picture);
    try {
      const { engine } = this.#models;
      const report = await engine.analyze(frame);
      const { embed } = this.#session.step(frame, report, at);
      if (embed && report.face) {
        this.#session.add(await engine.embed(frame, report.face.landmarks));
        this.#chips?.keep(frame, report.face);
      }
      return this.#status();
    } finally {
      frame.data.fill(0);
    }
  }

  /**
   * The mean embedding, once; the caller wipes it.
   * @throws {WebError} `internal` when the capture is not finished.
   */
  take(): Float32Array {
    if (this.#session.state.status !== 'done') throw new WebError('internal');
    return this.#session.finish();
  }

  wipe(): void {
    this.#chips?.wipe();
    this.#session.wipe();
  }

  #status(): CaptureStatus {
    const { state } = this.#session;
    if (state.status === 'failed') return state;
    if (state.status === 'done') return { status: 'done', taken: state.taken, wanted: this.#wanted };
    const { hint, taken, wanted } = state;
    return { status: 'collecting', hint, taken, wanted };
  }
}
