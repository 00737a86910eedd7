/**
 * One capture with its challenge: who is in front of the camera is one person throughout, does what is asked when it
 * is asked, moves like a body and is lit by this screen.
 * @module
 */
import { cosine, meanEmbedding } from '../core/embedding.ts';
import { FaceError } from '../core/errors.ts';
import type { Box } from '../core/frame.ts';
import type { FaceMeasures, FrameReport } from '../core/report.ts';
import { lumaGrid, Stillness } from '../core/stillness.ts';
import { canonicalJson } from '../models/canonical-json.ts';
import type {
  LivenessHint,
  LivenessRefusal,
  LivenessResult,
  LivenessSession,
  Observation,
  StepEvidence,
  StepProgress,
} from './contract.ts';
import { bestFit, type LightSample, type LightSlot, lightOnFace } from './light.ts';
import { livenessLimits as limits } from './limits.ts';
import { createDetector, type MovementDetector } from './movements.ts';
import { Neutral, type Relative } from './neutral.ts';
import type { LivenessStep } from './step.ts';

export interface LivenessOptions {
  /** Pairwise cosine of the embeddings below this: not one person throughout. From the manifest's calibration. */
  readonly selfThreshold: number;
  /** Embeddings before the first step; more where the capture is to be enrolled. */
  readonly calmEmbeddings?: number;
}

/** What an embedding is taken for. A `turned` one is compared with the others, but is no part of the probe. */
type Purpose = 'calm' | 'start' | 'turned' | 'end';

/** Of a movement, of which the face is still the neutral one. */
const beginning = 0.3;

/** The step under way. */
interface Current {
  readonly step: LivenessStep;
  readonly from: number;
  /** Absent for a light slot. */
  readonly detector?: MovementDetector;
  readonly samples: number[][];
  progress: number;
  seen: boolean;
  taken: Set<Purpose>;
  done: boolean;
}

/** @see LivenessSession for the order of calls */
export function createLivenessSession(options: LivenessOptions): LivenessSession {
  return new Session(options);
}

class Session implements LivenessSession {
  readonly #selfThreshold: number;
  readonly #calmWanted: number;
  readonly #stillness = new Stillness(limits.stillFrames);
  readonly #rest: FaceMeasures[] = [];
  readonly #frontal: Float32Array[] = [];
  readonly #light: LightSample[] = [];
  readonly #slots: LightSlot[] = [];
  #neutral: Neutral | undefined;
  #box: Box | undefined;
  #current: Current | undefined;
  #wanted: Purpose | undefined;
  #takenAt = Number.NEGATIVE_INFINITY;
  #aloneAt: number | undefined;
  #seenAt: number | undefined;
  #flat = 0;
  #hint: LivenessHint = 'no-face';
  #refusal: LivenessRefusal | undefined;
  #over = false;

  constructor({ selfThreshold, calmEmbeddings = limits.calmEmbeddings }: LivenessOptions) {
    this.#selfThreshold = selfThreshold;
    this.#calmWanted = calmEmbeddings;
  }

  begin(step: LivenessStep, at: number): void {
    if (this.#over || this.#current || !this.#ready) throw new FaceError('session-not-done');
    const detector = step.kind === 'light' ? {} : { detector: createDetector(step) };
    this.#current = {
      step,
      from: at,
      ...detector,
      samples: [],
      progress: 0,
      seen: false,
      taken: new Set(),
      done: false,
    };
    this.#hint = 'hold-still';
  }

  observe({ frame, report }: Observation, at: number): StepProgress {
    if (this.#refusal || this.#over) return this.#progress();
    this.#wanted = undefined;
    if (this.#stillness.see(lumaGrid(frame))) this.#refuse('still-image');
    if (report) this.#checkPresence(report, at);
    if (this.#box && this.#neutral) this.#light.push({ at, colour: lightOnFace(frame, this.#box) });
    if (!this.#refusal) {
      if (!this.#ready) this.#getReady(report, at);
      else if (this.#current) this.#followStep(this.#current, report, at);
    }
    return this.#progress();
  }

  add(embedding: Float32Array): StepProgress {
    const purpose = this.#wanted;
    this.#wanted = undefined;
    if (!purpose || this.#refusal || this.#over) {
      embedding.fill(0);
      return this.#progress();
    }
    if (this.#others(purpose).some((other) => cosine(other, embedding) < this.#selfThreshold)) {
      embedding.fill(0);
      this.#refuse('face-changed');
      return this.#progress();
    }
    if (purpose === 'turned') embedding.fill(0);
    else this.#frontal.push(embedding);
    if (this.#current) {
      this.#current.taken.add(purpose);
      this.#settle(this.#current);
    }
    return this.#progress();
  }

  finish(at: number): StepEvidence {
    const current = this.#current;
    if (!current || this.#over) throw new FaceError('session-not-done');
    if (!current.done) this.#refuse('step-unfinished');
    if (current.step.kind === 'light') {
      this.#slots.push({ from: current.from, to: at, colour: current.step.colour });
    }
    this.#current = undefined;
    const text = canonicalJson({
      version: 1,
      step: { ...current.step },
      ms: Math.round(at - current.from),
      samples: current.samples,
    });
    return { bytes: new TextEncoder().encode(text) };
  }

  conclude(): LivenessResult {
    if (this.#over || !this.#ready) throw new FaceError('session-not-done');
    if (this.#current) this.#refuse('step-unfinished');
    if (!this.#refusal) this.#judgeLight();
    if (!this.#refusal && this.#frontal.length <= this.#calmWanted) this.#refuse('too-few-frames');
    this.#over = true;
    const refusal = this.#refusal;
    const result: LivenessResult = refusal
      ? { live: false, refusal }
      : { live: true, embedding: meanEmbedding(this.#frontal) };
    this.wipe();
    return result;
  }

  wipe(): void {
    for (const embedding of this.#frontal) embedding.fill(0);
    this.#frontal.length = 0;
    this.#light.length = 0;
    this.#rest.length = 0;
    this.#neutral?.wipe();
    this.#stillness.wipe();
  }

  get #ready(): boolean {
    return this.#neutral !== undefined && this.#frontal.length >= this.#calmWanted;
  }

  #progress(): StepProgress {
    const base = { hint: this.#hint, embed: this.#wanted !== undefined };
    if (this.#refusal) return { ...base, state: 'refused', progress: 0, refusal: this.#refusal };
    if (this.#current) {
      return { ...base, state: this.#current.done ? 'done' : 'waiting', progress: this.#current.progress };
    }
    const got = this.#rest.length + this.#frontal.length;
    const progress = Math.min(1, got / (limits.neutralFrames + this.#calmWanted));
    return { ...base, state: this.#ready ? 'done' : 'waiting', progress };
  }

  /**
   * What an embedding must be like: each of the frontal ones. A turned face is like the person's mean, and less like a
   * single frame with another expression (0.74 for one of the rendered people, where strangers begin at 0.71).
   */
  #others(purpose: Purpose): Float32Array[] {
    return purpose === 'turned' ? [meanEmbedding(this.#frontal)] : this.#frontal;
  }

  /** Nobody, or a second person, is a hint while getting into place, and the end once the challenge has begun. */
  #checkPresence(report: FrameReport, at: number): void {
    if (report.faces >= 1) this.#seenAt = at;
    if (report.faces <= 1) this.#aloneAt = at;
    this.#box = report.face?.box ?? this.#box;
    if (!this.#ready) return;
    if (at - (this.#seenAt ?? at) > limits.faceLostMs) this.#refuse('face-lost');
    if (at - (this.#aloneAt ?? at) > limits.severalFacesMs) this.#refuse('several-faces');
  }

  #getReady(report: FrameReport | undefined, at: number): void {
    if (!report) return;
    this.#hint = report.gate === 'ok' ? 'hold-still' : report.gate;
    if (report.gate !== 'ok' || !report.face) {
      // The neutral face is of frames in a row: a turn or another person in between starts anew.
      if (!this.#neutral) this.#rest.length = 0;
      return;
    }
    if (!this.#neutral) {
      this.#rest.push(report.face);
      if (this.#rest.length < limits.neutralFrames) return;
      this.#neutral = new Neutral(this.#rest);
    }
    this.#want('calm', at, limits.embedSpacingMs / 2);
  }

  #followStep(current: Current, report: FrameReport | undefined, at: number): void {
    if (current.step.kind === 'light') this.#followLight(current, report, at);
    else if (report?.face) this.#followMovement(current, report.face, report, at);
    else if (report) this.#hint = report.gate;
  }

  #followLight(current: Current, report: FrameReport | undefined, at: number): void {
    if (current.step.kind !== 'light') return;
    this.#hint = report && report.faces !== 1 ? report.gate : 'hold-still';
    const elapsed = at - current.from;
    const colour = this.#light.at(-1)?.colour;
    if (colour)
      current.samples.push([Math.round(elapsed), ...colour.map((value) => Math.round(1e4 * value))]);
    current.progress = Math.max(current.progress, Math.min(1, elapsed / current.step.ms));
    if (elapsed >= current.step.ms) current.done = true;
    else if (report?.gate === 'ok') this.#want('start', at);
  }

  #followMovement(current: Current, face: FaceMeasures, report: FrameReport, at: number): void {
    const now = this.#neutral!.compare(face, report.gate);
    current.samples.push(sampleOf(now, at - current.from));
    if (this.#looksFlat(now)) this.#refuse('flat-image');
    else if (current.seen) this.#comeBack(current, report, at);
    else this.#lookForMovement(current, now, at);
  }

  #lookForMovement(current: Current, now: Relative, at: number): void {
    const { progress, hint, refusal } = current.detector!(now, at);
    if (refusal) {
      this.#refuse(refusal);
      return;
    }
    this.#hint = hint;
    current.seen = progress >= 1;
    current.progress = Math.max(current.progress, 0.8 * progress);
    // The frame of the turn itself: it must be the same person.
    if (current.seen && current.step.kind === 'turn') this.#want('turned', at, 0);
    // Before the movement, which would be in the face.
    else if (progress < beginning && now.gate === 'ok' && !current.taken.has('start'))
      this.#want('start', at);
  }

  /** Until a frame for the probe can be taken. */
  #comeBack(current: Current, { gate }: FrameReport, at: number): void {
    if (gate === 'ok') this.#hint = 'hold-still';
    else this.#hint = current.step.kind === 'turn' ? 'turn-back' : gate;
    if (gate === 'ok' && !current.done) this.#want('end', at, 0);
  }

  /** A photograph that is turned or tilted shows itself in any step. */
  #looksFlat({ movement }: Relative): boolean {
    const flat = movement.size >= limits.flat.least && movement.depth < limits.flat.photograph;
    this.#flat = flat ? this.#flat + 1 : this.#flat;
    return this.#flat >= limits.seenFrames;
  }

  #want(purpose: Purpose, at: number, spacing: number = limits.embedSpacingMs): void {
    if (at - this.#takenAt < spacing) return;
    this.#takenAt = at;
    this.#wanted = purpose;
  }

  #settle(current: Current): void {
    if (!current.seen || !current.taken.has('end')) return;
    current.done = true;
    current.progress = 1;
  }

  #judgeLight(): void {
    if (this.#slots.length === 0) return;
    const { mostLagMs, searchMs, correlation } = limits.light;
    if (bestFit(this.#light, this.#slots, 0, mostLagMs).correlation >= correlation) return;
    const later = bestFit(this.#light, this.#slots, mostLagMs, searchMs);
    this.#refuse(later.correlation >= correlation ? 'light-late' : 'light-mismatch');
  }

  #refuse(refusal: LivenessRefusal): void {
    this.#refusal ??= refusal;
    this.#wanted = undefined;
  }
}

/** Whole numbers: time, degrees, and thousandths of the ratios. */
function sampleOf(now: Relative, elapsed: number): number[] {
  const { yaw, pitch, height, eye, mouth, proportion, movement } = now;
  const ratios = [height, eye, mouth, proportion, movement.size, movement.depth];
  return [
    Math.round(elapsed),
    Math.round(yaw),
    Math.round(pitch),
    ...ratios.map((ratio) => Math.round(1000 * ratio)),
  ];
}
