/**
 * Trying again after what may pass: a connection that broke, a server that is busy.
 * @module
 */
import { type ErrorCode, WebError } from './errors.ts';

/** Tries after the first; with the pauses between them half a minute. */
const retries = 6;
/** Before the first of them; doubles up to the longest. Unit: ms. */
const [firstMs, longestMs] = [500, 8_000];

export interface Patience {
  readonly signal: AbortSignal;
  /** Codes after which another try makes sense. */
  readonly after: ReadonlySet<ErrorCode>;
  /** Told before each pause, and after it. */
  readonly onPause?: (waiting: boolean) => void;
}

/** Repeats `work` until it succeeds, fails for good, or has failed too often. @param work gets the number of the try */
export async function patiently<T>(work: (attempt: number) => Promise<T>, patience: Patience): Promise<T> {
  const { signal, after, onPause } = patience;
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      signal.throwIfAborted();
      if (attempt === retries || !(error instanceof WebError) || !after.has(error.code)) throw error;
      const asked = 1000 * (error.retryAfterSeconds ?? 0);
      // Longer than a person would sit and watch: they are told instead.
      if (asked > longestMs) throw error;
      onPause?.(true);
      await pause(Math.max(pauseMs(attempt), asked), signal);
      onPause?.(false);
    }
  }
}

/** Between half of it and all of it, so that those who lost a server together do not come back together. */
const pauseMs = (attempt: number): number =>
  Math.min(longestMs, firstMs * 2 ** attempt) * (0.5 + Math.random() / 2);

/** Ends early, and rejects, when `signal` does. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', ended);
      resolve();
    }, ms);
    signal.addEventListener('abort', ended, { once: true });
  });
}
