/**
 * The line over which a challenge runs: a WebSocket whose messages are counted, with errors as codes. The other way out
 * of this page beside `http.ts`.
 * @module
 */
import type { TrafficCounter } from './counter.ts';
import { isErrorCode, WebError } from './errors.ts';

export interface ChallengeLine {
  send(message: Uint8Array): void;
  /** The next message. Rejects with the code the other end has closed with, or `network-lost`. */
  next(): Promise<Uint8Array>;
  close(): void;
}

/** The server closes with this and the stable code as its reason. */
const refusedCode = 4000;

/** The server answers at once; it measures the round trip before the first step, at most 1.2 s. Unit: ms. */
const silenceMs = 15_000;

/** Opens at once; what is sent before it is open waits. @param path from the root of this origin */
export function openChallengeLine(path: string, counter: TrafficCounter): ChallengeLine {
  const socket = new WebSocket(new URL(path, location.href));
  socket.binaryType = 'arraybuffer';
  const came: Uint8Array[] = [];
  let waiting: PromiseWithResolvers<Uint8Array> | undefined;
  let closed: WebError | undefined;
  const opened = new Promise<void>((resolve) =>
    socket.addEventListener('open', () => resolve(), { once: true }),
  );

  socket.addEventListener('message', ({ data }) => {
    if (!(data instanceof ArrayBuffer)) return;
    const message = new Uint8Array(data);
    if (waiting) waiting.resolve(message);
    else came.push(message);
    waiting = undefined;
  });
  socket.addEventListener('close', ({ code, reason }) => {
    closed = new WebError(code === refusedCode && isErrorCode(reason) ? reason : 'network-lost');
    waiting?.reject(closed);
    waiting = undefined;
  });
  return {
    send(message) {
      void opened.then(() => {
        if (socket.readyState !== WebSocket.OPEN) return;
        counter.add('challenge', path, 'application/octet-stream', message);
        socket.send(message as Uint8Array<ArrayBuffer>);
      });
    },
    next() {
      const message = came.shift();
      if (message) return Promise.resolve(message);
      if (closed) return Promise.reject(closed);
      waiting = Promise.withResolvers();
      const { promise, reject } = waiting;
      const timer = setTimeout(() => reject(new WebError('network-lost')), silenceMs);
      return promise.finally(() => clearTimeout(timer));
    },
    close: () => socket.close(),
  };
}
