/**
 * Calls over `postMessage`: a method and its arguments there, a value or an error code back. Errors cross as
 * their code alone, so that no detail of a failure leaves the worker.
 * @module
 */
import { type ErrorCode, isErrorCode, WebError } from '../sdk/errors.ts';

// biome-ignore lint/suspicious/noExplicitAny: the arguments of any method; callers see the typed API
type Methods = { [name: string]: (...args: any[]) => Promise<unknown> };
/** Any interface whose members are all asynchronous methods. */
type Api<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => Promise<R> : never;
};

interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}
type Result =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly code: ErrorCode; readonly retryAfterSeconds?: number | undefined };

/** The side of a port both ends share; a `Worker`, a worker's scope and a `MessagePort` all have it. */
export interface Port {
  postMessage(message: unknown, options?: { transfer?: Transferable[] }): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

export interface Serving<Event> {
  emit(event: Event): void;
}

/** Answers calls with the methods of `api`. `toCode` names what an error is called outside. */
export function serve<T extends object, Event>(
  port: Port,
  api: Api<T>,
  toError: (error: unknown) => WebError,
): Serving<Event> {
  const methods = api as unknown as Methods;
  port.addEventListener('message', async ({ data }: MessageEvent<Call>) => {
    const { id, method, args } = data;
    try {
      if (!Object.hasOwn(methods, method)) throw new WebError('internal');
      const value = await methods[method]!(...args);
      port.postMessage({ id, value } satisfies Result, { transfer: buffersIn(value) });
    } catch (error) {
      const { code, retryAfterSeconds } = toError(error);
      port.postMessage({ id, code, retryAfterSeconds } satisfies Result);
    }
  });
  return { emit: (event) => port.postMessage(event) };
}

export interface Remote<T, Event> {
  readonly api: Api<T>;
  subscribe(listener: (event: Event) => void): () => void;
  /** Fails every open and every later call. */
  fail(error: WebError): void;
}

/** Calls the methods that the other end serves. */
export function connect<T extends object, Event extends { event: string }>(port: Port): Remote<T, Event> {
  const open = new Map<number, { resolve: (value: never) => void; reject: (error: unknown) => void }>();
  const listeners = new Set<(event: Event) => void>();
  let nextId = 1;
  let failure: WebError | undefined;

  port.addEventListener('message', ({ data }: MessageEvent<Result | Event>) => {
    if ('event' in data) {
      for (const listener of listeners) listener(data);
      return;
    }
    const call = open.get(data.id);
    open.delete(data.id);
    if ('code' in data) call?.reject(new WebError(isErrorCode(data.code) ? data.code : 'internal', data));
    else call?.resolve(data.value as never);
  });

  const call = (method: string, args: readonly unknown[]): Promise<unknown> => {
    if (failure) return Promise.reject(failure);
    const id = nextId++;
    return new Promise((resolve, reject) => {
      open.set(id, { resolve, reject });
      port.postMessage({ id, method, args } satisfies Call, { transfer: args.filter(isBitmap) });
    });
  };

  const proxied = new Proxy({} as Api<T>, {
    // `then` must stay undefined, or `await` would take the proxy for a promise.
    get: (_target, name) =>
      typeof name === 'string' && name !== 'then' ? (...args: unknown[]) => call(name, args) : undefined,
  });

  return {
    api: proxied,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fail(error) {
      failure = error;
      for (const { reject } of open.values()) reject(error);
      open.clear();
    },
  };
}

function isBitmap(value: unknown): value is ImageBitmap {
  return typeof ImageBitmap !== 'undefined' && value instanceof ImageBitmap;
}

/** Buffers of byte arrays one or two levels down, each once: they are moved, not copied. */
function buffersIn(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (item: unknown, depth: number): void => {
    if (item instanceof Uint8Array && item.buffer instanceof ArrayBuffer) found.add(item.buffer);
    else if (typeof item === 'object' && item !== null && depth > 0) {
      for (const part of Object.values(item)) visit(part, depth - 1);
    }
  };
  visit(value, 3);
  return [...found];
}
