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
}

export interface Http {
  /** Resolves to the parsed JSON body, or `undefined` for 204. */
  json<T>(method: Method, path: string, call?: Call): Promise<T>;
  /** Resolves to the body as bytes. Refuses more than `limit` bytes. */
  bytes(method: Method, path: string, limit: number, call?: Call): Promise<Uint8Array>;
}

export function createHttp({ fetch, counter, timeoutMs = 30_000 }: HttpDeps): Http {
  async function send(method: Method, path: string, call: Call): Promise<Response> {
    const headers: Record<string, string> = {
      accept: 'application/json, application/octet-stream',
      ...call.headers,
    };
    if (method !== 'GET') headers[requestHeader] = '1';
    const body = encodeBody(call);
    if (body) {
      headers['content-type'] = body.type;
      counter.add(call.kind ?? 'json', path, body.type, body.bytes);
    }
    const timeout = AbortSignal.timeout(timeoutMs);
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
  };
}

function lost(cause: unknown): never {
  throw new WebError('network-lost', { cause });
}

function encodeBody({ json, bytes }: Call): { type: string; bytes: Uint8Array } | undefined {
  if (bytes) return { type: 'application/octet-stream', bytes };
  if (json === undefined) return undefined;
  return { type: 'application/json', bytes: new TextEncoder().encode(JSON.stringify(json)) };
}

/** Problem details (RFC 9457) to our error. A proxy's own error page has no code and becomes `network-lost` or `internal`. */
async function readProblem(response: Response): Promise<WebError> {
  const problem: unknown = await response.json().catch(() => undefined);
  const { code, retryAfterSeconds } = (problem ?? {}) as { code?: unknown; retryAfterSeconds?: unknown };
  const wait = typeof retryAfterSeconds === 'number' ? retryAfterSeconds : undefined;
  if (isErrorCode(code)) return new WebError(code, { retryAfterSeconds: wait });
  const unreachable = response.status === 502 || response.status === 504;
  return new WebError(unreachable ? 'network-lost' : 'internal');
}
