/**
 * One encrypted-image check, from its challenge to the server's word. Headless.
 *
 * Setting up sends the keys a server computes with, some 31 MB: in chunks, of which those that arrived count, also at
 * the next attempt and after a reload. Everything else is a few megabytes and a few seconds.
 * @module
 */
import {
  type ConsentText,
  type EvaluationLine,
  type Id,
  type ImageChallenge,
  type ImageCheckKind,
  type ImageReady,
  imageLimits,
  type Redirect,
} from '@blindsight/protocol/wire';
import type { DeviceWorkerApi, ImageKeys } from '../worker/contract.ts';
import type { Api } from './api.ts';
import { type ErrorCode, WebError } from './errors.ts';
import { problemError } from './http.ts';
import { inParallel } from './parallel.ts';
import { patiently } from './patience.ts';

/** How far it is. */
export type ImageProgress =
  /** `making`: keys on this device. `sending`: bytes of them; `waiting` while the connection is lost. */
  | { readonly stage: 'making'; readonly done: number; readonly total: number }
  | { readonly stage: 'sending'; readonly done: number; readonly total: number; readonly waiting: boolean }
  /** A picture is on its way, or waits for others' to be done with. Frames count from 1. */
  | { readonly stage: 'picture'; readonly frame: number; readonly frames: number }
  | { readonly stage: 'queued'; readonly ahead: number }
  /** Steps of the network that are done with this picture. */
  | {
      readonly stage: 'network';
      readonly done: number;
      readonly of: number;
      readonly frame: number;
      readonly frames: number;
    }
  | { readonly stage: 'opening' };

/** A check under way. */
export interface ImageRun {
  readonly kind: ImageCheckKind;
  readonly progress: ImageProgress;
}

export interface ImageCheckDeps {
  readonly api: Pick<
    Api,
    | 'imageCheck'
    | 'consentToImageCheck'
    | 'announceImageKeys'
    | 'putImageKeys'
    | 'sendImage'
    | 'maskedAnswer'
    | 'answerImageCheck'
    | 'cancelImageCheck'
  >;
  readonly worker: Pick<
    DeviceWorkerApi,
    | 'openImageCheck'
    | 'imageKeys'
    | 'imageKeyChunk'
    | 'encryptedPicture'
    | 'imageAnswer'
    | 'imageAccepted'
    | 'closeImageCheck'
  >;
  /** Before the check is set up: resolves when a person has agreed to the text that was shown. */
  readonly consent: () => Promise<Pick<ConsentText, 'version' | 'hash'>>;
  readonly onProgress: (progress: ImageProgress, kind: ImageCheckKind) => void;
  /** Gives up at the next step; what was sent of the keys is dropped. */
  readonly signal: AbortSignal;
}

/** Chunks under way at once: enough to fill a slow line, few enough to lose little with it. */
const chunksAtOnce = 3;

const lost: ReadonlySet<ErrorCode> = new Set(['network-lost', 'too-many-requests']);
/** `evaluation-running`: the one of a connection that broke has not noticed yet. */
const passing: ReadonlySet<ErrorCode> = new Set([...lost, 'server-busy', 'evaluation-running']);

/**
 * The whole of it, after a capture for which the worker was told to keep pictures.
 * @throws {WebError} what the page shows: `sign-in-refused`, `image-refused`, `server-busy`, `evaluation-timeout`, ...
 */
export async function imageCheck(
  challenge: ImageChallenge,
  deps: ImageCheckDeps,
): Promise<Redirect | ImageReady> {
  try {
    await deps.worker.openImageCheck(challenge);
  } catch (error) {
    giveUp(challenge, deps);
    throw error;
  }
  return runImageCheck(challenge, deps);
}

/**
 * After an enrolment whose pictures were kept: opens the check that sets it up, to be run later.
 * @returns nothing when it did not come to that. The enrolment stands, and a sign-in sets the check up.
 */
export async function openAfterEnrolment(
  enrolmentId: Id,
  {
    api,
    worker,
  }: Pick<ImageCheckDeps, 'worker'> & { api: Pick<Api, 'startImageCheck' | 'cancelImageCheck'> },
): Promise<ImageChallenge | undefined> {
  let challenge: ImageChallenge | undefined;
  try {
    challenge = await api.startImageCheck(enrolmentId);
    await worker.openImageCheck(challenge);
    return challenge;
  } catch {
    if (challenge) giveUp(challenge, { api, worker });
    else void worker.closeImageCheck().catch(() => {});
    return undefined;
  }
}

/** Nobody waits for it: a check that is not gone on with runs into its deadline. */
export function giveUp(
  { imageCheckId }: ImageChallenge,
  { api, worker }: { api: Pick<Api, 'cancelImageCheck'>; worker: Pick<DeviceWorkerApi, 'closeImageCheck'> },
): void {
  void Promise.allSettled([worker.closeImageCheck(), api.cancelImageCheck(imageCheckId)]);
}

/** What follows once the worker has opened the check. */
export async function runImageCheck(
  challenge: ImageChallenge,
  deps: ImageCheckDeps,
): Promise<Redirect | ImageReady> {
  const { api, worker, signal } = deps;
  const { imageCheckId: id, kind, frames } = challenge;
  let answered = false;
  // Also in the middle of the keys, which nobody wants any more.
  const cancelled = () => giveUp(challenge, deps);
  signal.addEventListener('abort', cancelled);
  try {
    signal.throwIfAborted();
    if (kind === 'enrol') await sendKeys(id, deps);
    for (let index = 0; index < frames; index++) await evaluate(challenge, index, deps);
    deps.onProgress({ stage: 'opening' }, kind);
    const masked = await patiently(() => api.maskedAnswer(id, signal), { signal, after: lost });
    const answer = await worker.imageAnswer(masked);
    signal.throwIfAborted();
    answered = true;
    const result = await answerOnce(id, answer, deps);
    if ('ready' in result) await worker.imageAccepted();
    return result;
  } catch (error) {
    // After a lost connection the chunks that arrived are worth keeping for the next attempt.
    const keep = error instanceof WebError && error.code === 'network-lost';
    if (!answered && !keep && !signal.aborted) giveUp(challenge, deps);
    throw error;
  } finally {
    signal.removeEventListener('abort', cancelled);
    void worker.closeImageCheck().catch(() => {});
  }
}

/** Sent once. When the reply to an enrolment is lost, the server is asked what became of it. */
async function answerOnce(
  id: string,
  answer: Uint8Array,
  { api, signal }: ImageCheckDeps,
): Promise<Redirect | ImageReady> {
  try {
    return await api.answerImageCheck(id, answer);
  } catch (error) {
    if (!(error instanceof WebError) || error.code !== 'network-lost') throw error;
    const { state } = await patiently(() => api.imageCheck(id), { signal, after: lost });
    // A sign-in that was accepted is not followed a second time: its address was in the reply.
    if (state === 'accepted') return { ready: true };
    throw error;
  }
}

async function sendKeys(id: string, deps: ImageCheckDeps): Promise<void> {
  const { api, worker, signal, onProgress } = deps;
  await api.consentToImageCheck(id, await deps.consent());
  signal.throwIfAborted();
  onProgress({ stage: 'making', done: 0, total: 0 }, 'enrol');
  const keys = await worker.imageKeys();
  const again = { signal, after: lost };
  const { missing } = await patiently(() => api.announceImageKeys(id, keys.manifest, signal), again);
  await sendChunks(id, keys, missing, deps);
}

async function sendChunks(
  id: string,
  { bytes: total, chunks }: ImageKeys,
  missing: readonly number[],
  { api, worker, signal, onProgress }: ImageCheckDeps,
): Promise<void> {
  const sizeOf = (chunk: number) => Math.min(imageLimits.chunk, total - chunk * imageLimits.chunk);
  const wanted = [...new Set(missing)];
  if (wanted.some((chunk) => !Number.isInteger(chunk) || chunk < 0 || chunk >= chunks))
    throw new WebError('reply-invalid');
  let done = wanted.reduce((left, chunk) => left - sizeOf(chunk), total);
  let pausing = 0;
  const report = () => onProgress({ stage: 'sending', done, total, waiting: pausing > 0 }, 'enrol');
  report();
  // One that fails for good stops the others, also in the middle of their patience.
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const onPause = (waiting: boolean) => {
    pausing += waiting ? 1 : -1;
    report();
  };
  await inParallel(chunksAtOnce, wanted, async (chunk) => {
    try {
      const bytes = await worker.imageKeyChunk(chunk);
      const patience = { signal: either, after: lost, onPause };
      await patiently(() => api.putImageKeys(id, chunk, bytes, either), patience);
      done += bytes.length;
      report();
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
}

/** Sends one picture and follows its evaluation; after a broken connection, as often as patience has it. */
async function evaluate(
  { imageCheckId: id, kind, frames }: ImageChallenge,
  index: number,
  { api, worker, signal, onProgress }: ImageCheckDeps,
): Promise<void> {
  const picture = await worker.encryptedPicture(index);
  const frame = index + 1;
  await patiently(
    async (attempt) => {
      // The other side may have finished what this one did not see the end of.
      if (attempt > 0 && (await api.imageCheck(id)).framesEvaluated > index) return;
      onProgress({ stage: 'picture', frame, frames }, kind);
      let finished = false;
      const follow = (line: EvaluationLine) => {
        if ('error' in line) throw problemError(line.error) ?? new WebError('internal');
        if ('queued' in line) onProgress({ stage: 'queued', ahead: line.queued }, kind);
        else if (line.done === true) finished = true;
        else onProgress({ stage: 'network', done: line.done, of: line.of, frame, frames }, kind);
      };
      await api.sendImage(id, index, picture, (line) => follow(evaluationLine(line)), signal);
      if (!finished) throw new WebError('network-lost');
    },
    { signal, after: passing },
  );
}

/** @throws {WebError} `reply-invalid` for a line that is none of the kinds. */
function evaluationLine(line: unknown): EvaluationLine {
  const { queued, step, done, of, error } = Object(line) as Record<string, unknown>;
  const count = (value: unknown) => typeof value === 'number' && value >= 0;
  const known = error !== undefined || count(queued) || done === true;
  if (known || (typeof step === 'string' && count(done) && count(of))) return line as EvaluationLine;
  throw new WebError('reply-invalid');
}
