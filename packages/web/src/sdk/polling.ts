/**
 * Waiting for the other side, a question at a time.
 * @module
 */

/** Between two questions. Unit: ms. */
const everyMs = 1_000;

/** Asks until `done` finds what it waits for; what `ask` throws ends the waiting. */
export async function until<T, R>(
  ask: () => Promise<T>,
  done: (answer: T) => R | undefined,
  signal: AbortSignal,
): Promise<R> {
  for (;;) {
    signal.throwIfAborted();
    const found = done(await ask());
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
