/** How far the models are while the camera waits for them. */
import { useEffect, useState } from 'preact/hooks';
import type { DeviceWorker } from '../worker/client.ts';
import type { Prepared } from '../worker/contract.ts';

export interface ModelsProgress {
  /** Verified bytes; both 0 until the first file is there. */
  readonly done: number;
  readonly total: number;
  readonly prepared?: Prepared;
}

export function useModels({ api, subscribe }: DeviceWorker): ModelsProgress {
  const [progress, setProgress] = useState<ModelsProgress>({ done: 0, total: 0 });
  useEffect(() => {
    // What fails here fails in the capture as well, and is shown there.
    api.prepare().then(
      (prepared) => setProgress((before) => ({ ...before, prepared })),
      () => {},
    );
    return subscribe(({ event, done, total }) => {
      if (event === 'models') setProgress((before) => ({ ...before, done, total }));
    });
  }, [api, subscribe]);
  return progress;
}
