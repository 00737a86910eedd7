/** Lets a signal (Ctrl-C) in between two parts of a long computation. @throws its reason when it is aborted. */
export async function breathe(signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}
