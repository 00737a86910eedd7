/**
 * The one way out of this page: every request goes through here, is counted, carries the header that marks it
 * as ours, and comes back as a value or as a `WebError` with a stable code.
 * @module
 */
import { requestHeader } from '@blindsight/protocol/wire';
import type { BodyKind, TrafficCounter } from './counter.ts';
import { isErrorCode, WebError } from './errors.ts';

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export interface HttpDeps {
  readonly fetch: Fetch;
  readonly counter: TrafficCounter;
  /** Longest wait for one answer. Unit: ms. */
  readonly timeoutMs?: number;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Call {
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  /** How the counter files the body; `json` unless told. */
  readonly kind?: BodyKind;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** In place of the usual longest wait, for large bodies. Unit: ms. */
  readonly timeoutMs?: number;
}

export interface Http {
  /** Resolves to the parsed JSON body, or `undefined` for 204. */
  json<T>(method: Method, path: string, call?: Call): Promise<T>;
  /** Resolves to the body as bytes. Refuses more than `limit` bytes. */
  bytes(method: Method, path: string, limit: number, call?: Call): Promise<Uint8Array>;
  /**
   * Hands over each line of an `application/x-ndjson` answer, parsed, as it comes; resolves at its end. Lines that are
   * empty only keep the connection open.
   */
  lines(method: Method, path: string, onLine: (line: unknown) => void, call?: Call): Promise<void>;
}

/** A line says how far something is: a few dozen bytes. Unit: UTF-16 units. */
const longestLine = 4096;

export function createHttp({ fetch, counter, timeoutMs = 30_000 }: HttpDeps): Http {
  async function send(method: Method, path: string, call: Call): Promise<Response> {
    const headers: Record<string, string> = {
      accept: 'application/json, application/octet-stream, application/x-ndjson',
      ...call.headers,
    };
    if (method !== 'GET') headers[requestHeader] = '1';
    const body = encodeBody(call);
    if (body) {
      headers['content-type'] = body.type;
      counter.add(call.kind ?? 'json', path, body.type, body.bytes);
    }
    const timeout = AbortSignal.timeout(call.timeoutMs ?? timeoutMs);
    const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        headers,
        credentials: 'same-origin',
        // A redirect would carry the body somewhere we did not choose.
        redirect: 'error',
        cache: 'no-store',
        signal,
        ...(body ? { body: body.bytes as BodyInit } : {}),
      });
    } catch (cause) {
      throw new WebError('network-lost', { cause });
    }
    if (!response.ok) throw await readProblem(response);
    return response;
  }

  return {
    async json<T>(method: Method, path: string, call: Call = {}): Promise<T> {
      const response = await send(method, path, call);
      if (response.status === 204) return undefined as T;
      try {
        return (await response.json()) as T;
      } catch (cause) {
        throw new WebError('reply-invalid', { cause });
      }
    },
    async bytes(method, path, limit, call = {}) {
      const response = await send(method, path, call);
      const announced = Number(response.headers.get('content-length') ?? '0');
      if (announced > limit) throw new WebError('reply-invalid');
      const body = new Uint8Array(await response.arrayBuffer().catch(lost));
      if (body.length > limit) throw new WebError('reply-invalid');
      return body;
    },
    async lines(method, path, onLine, call = {}) {
      const { body } = await send(method, path, call);
      if (!body) throw new WebError('reply-invalid');
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      try {
        let rest = '';
        for (;;) {
          const { done, value } = await reader.read().catch(lost);
          // What follows the last line feed is half a line.
          if (done) return;
          const lines = (rest + value).split('\n');
          rest = lines.pop()!;
          if (rest.length > longestLine) throw new WebError('reply-invalid');
          for (const line of lines) if (line.trim() !== '') onLine(parseLine(line));
        }
      } finally {
        // Whoever stops reading closes the connection: the other end stops working.
        void reader.cancel().catch(() => {});
      }
    },
  };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new WebError('reply-invalid', { cause });
  }
}

function lost(cause: unknown): never {
  throw new WebError('network-lost', { cause });
}

function encodeBody({ json, bytes }: Call): { type: string; bytes: Uint8Array } | undefined {
  if (bytes) return { type: 'application/octet-stream', bytes };
  if (json === undefined) return undefined;
  return { type: 'application/json', bytes: new TextEncoder().encode(JSON.stringify(json)) };
}

/** Problem details (RFC 9457) to our error. */
export function problemError(problem: unknown): WebError | undefined {
  const { code, retryAfterSeconds } = (problem ?? {}) as { code?: unknown; retryAfterSeconds?: unknown };
  const wait = typeof retryAfterSeconds === 'number' ? retryAfterSeconds : undefined;
  return isErrorCode(code) ? new WebError(code, { retryAfterSeconds: wait }) : undefined;
}

/** A proxy's own error page has no code and becomes `network-lost` or `internal`. */
async function readProblem(response: Response): Promise<WebError> {
  const problem: unknown = await response.json().catch(() => undefined);
  const known = problemError(problem);
  if (known) return known;
  const unreachable = response.status === 502 || response.status === 504;
  return new WebError(unreachable ? 'network-lost' : 'internal');
}
