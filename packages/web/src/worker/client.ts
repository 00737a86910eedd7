/**
 * Starts the device worker and talks to it.
 * @module
 */
import { WebError } from '../sdk/errors.ts';
import type { DeviceWorkerApi, DeviceWorkerEvent } from './contract.ts';
import { connect, type Remote } from './rpc.ts';
import { workerScriptUrl } from './script-url.ts';

export type DeviceWorker = Remote<DeviceWorkerApi, DeviceWorkerEvent> & {
  /** Ends the worker at once: what it held in memory is gone. */
  stop(): void;
};

export function startDeviceWorker(): DeviceWorker {
  const worker = new Worker(workerScriptUrl(), { type: 'module', name: 'blindsight-device' });
  const remote = connect<DeviceWorkerApi, DeviceWorkerEvent>(worker);
  // A script that does not load, or memory that runs out, arrives here and nowhere else.
  worker.addEventListener('error', () => remote.fail(new WebError('worker-failed')));
  worker.addEventListener('messageerror', () => remote.fail(new WebError('worker-failed')));
  return {
    ...remote,
    stop() {
      worker.terminate();
      remote.fail(new WebError('worker-failed'));
    },
  };
}
