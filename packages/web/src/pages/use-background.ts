/** Sends waiting tickets while a page is open, and tells how far it is. */
import { useEffect, useState } from 'preact/hooks';
import { sendWaiting, type UploadProgress, uploadProgress } from '../sdk/background.ts';
import type { Sdk } from '../sdk/index.ts';
import { recoverPending } from '../sdk/recovery.ts';

/** @param start false keeps the network free while something more urgent runs. */
export function useBackground(sdk: Sdk, start: boolean): UploadProgress {
  const [progress, setProgress] = useState<UploadProgress>({ done: 0, total: 0 });
  useEffect(() => {
    if (!start) return;
    const stop = new AbortController();
    const run = async () => {
      const db = await sdk.database();
      await recoverPending(db, sdk.api, Date.now());
      setProgress(await uploadProgress(db));
      await sendWaiting(db, sdk.api, setProgress, stop.signal);
    };
    // A background task has nobody to tell; the next visit tries again.
    run().catch(() => {});
    return () => stop.abort();
  }, [sdk, start]);
  return progress;
}
