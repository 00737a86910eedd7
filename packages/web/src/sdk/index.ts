/**
 * `@blindsight/web/sdk`: enrolment and sign-in without a user interface.
 * @module
 */
import { type DeviceWorker, startDeviceWorker } from '../worker/client.ts';
import { type Api, createApi } from './api.ts';
import { TrafficCounter } from './counter.ts';
import { createHttp } from './http.ts';
import { type Database, openDatabase } from './store/database.ts';

export { TrafficCounter } from './counter.ts';
export { type Enrolled, type EnrolRequest, enrol } from './enrol.ts';
export { type ErrorCode, errorCodes, WebError } from './errors.ts';
export { type ImageProgress, type ImageRun, imageCheck } from './image-check.ts';
export { signIn } from './sign-in.ts';
export type { KnownAccount } from './store/devices.ts';
export type { Api };

/** What the pages share. */
export interface Sdk {
  readonly api: Api;
  readonly counter: TrafficCounter;
  /** Opens the store at the first call. */
  database(): Promise<Database>;
  /** Starts the worker at the first call. */
  worker(): DeviceWorker;
}

export function createSdk(): Sdk {
  const counter = new TrafficCounter();
  const api = createApi(createHttp({ fetch: (path, init) => fetch(path, init), counter }));
  let database: Promise<Database> | undefined;
  let worker: DeviceWorker | undefined;
  return {
    api,
    counter,
    database: () => {
      database ??= openDatabase();
      return database;
    },
    worker: () => {
      worker ??= startDeviceWorker();
      return worker;
    },
  };
}
