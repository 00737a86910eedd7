import { describe, expect, it } from 'vitest';
import { createApi } from '../src/sdk/api.ts';
import { TrafficCounter } from '../src/sdk/counter.ts';
import { createHttp, type Fetch } from '../src/sdk/http.ts';
import { codeOf } from './support/store.ts';

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

function setUp(answer: (path: string, init: RequestInit) => Response | Promise<Response>) {
  const calls: { path: string; init: RequestInit }[] = [];
  const fetch: Fetch = async (path, init) => {
    calls.push({ path, init });
    return answer(path, init);
  };
  const counter = new TrafficCounter();
  const http = createHttp({ fetch, counter });
  return { calls, counter, http, api: createApi(http) };
}

describe('the way out of the page', () => {
  it('counts every byte of every body, by kind', async () => {
    const { api, calls, counter } = setUp(() => new Response(new Uint8Array(8)));
    await api.sendProbe('c', new Uint8Array(133));
    await api.putTicket('e', 'root', 3, new Uint8Array(54_000)).catch(() => {});
    await api.endSession().catch(() => {});
    await api.accountOptions('Ada').catch(() => {});

    const sent = calls.map(({ init }) => (init.body as Uint8Array | undefined)?.length ?? 0);
    const { picture, sealed, ticket, json: other } = counter.totals;
    expect(sealed).toEqual({ count: 1, bytes: 133 });
    expect(ticket).toEqual({ count: 1, bytes: 54_000 });
    expect(other).toEqual({ count: 1, bytes: '{"displayName":"Ada"}'.length });
    expect(picture.bytes + sealed.bytes + ticket.bytes + other.bytes).toBe(sent.reduce((a, b) => a + b, 0));
  });

  it.each([
    ['JPEG', [0xff, 0xd8, 0xff, 0xe0]],
    ['PNG', [0x89, 0x50, 0x4e, 0x47]],
    ['WebP', [0x52, 0x49, 0x46, 0x46]],
    ['AVIF', [0, 0, 0, 0x1c, 0x66, 0x74, 0x79, 0x70]],
  ])('counts a %s as a picture, whatever it was declared as', async (_name, head) => {
    const { api, counter } = setUp(() => new Response(new Uint8Array(8)));
    await api.sendProbe('c', Uint8Array.from([...head, ...new Array(100).fill(1)]));
    expect(counter.totals.picture.count).toBe(1);
    expect(counter.totals.sealed.count).toBe(0);
  });

  it('keeps the last sealed message for the reader, as it was sent', async () => {
    const { api, counter } = setUp(() => new Response(new Uint8Array(8)));
    const body = new Uint8Array(133).fill(5);
    await api.sendProbe('c', body);
    body.fill(0);
    expect(counter.packet).toEqual({ path: '/v1/sign-ins/c/probe', body: new Uint8Array(133).fill(5) });
  });

  it('marks what changes something, follows no redirect, and stays on this origin', async () => {
    const { api, calls } = setUp(() => json(200, {}));
    await api.account();
    await api.finishEnrolment('a/../b');
    expect(calls[0]?.init.headers).not.toHaveProperty('x-blindsight');
    expect(calls[1]?.init.headers).toHaveProperty('x-blindsight', '1');
    expect(calls[1]?.path).toBe('/v1/enrolments/a%2F..%2Fb/finish');
    for (const { init } of calls)
      expect(init).toMatchObject({ redirect: 'error', credentials: 'same-origin' });
  });

  it.each([
    [423, { code: 'face-locked', retryAfterSeconds: 30 }, 'face-locked'],
    [401, { code: 'sign-in-refused' }, 'sign-in-refused'],
    [500, { code: 'something-new' }, 'internal'],
    [500, 'not a problem document', 'internal'],
    [502, 'bad gateway', 'network-lost'],
  ])('turns status %i with %j into %s', async (status, body, code) => {
    const { api } = setUp(() => json(status, body));
    expect(await codeOf(api.account())).toBe(code);
  });

  it('keeps how long to wait', async () => {
    const { api } = setUp(() => json(423, { code: 'face-locked', retryAfterSeconds: 30 }));
    await expect(api.account()).rejects.toMatchObject({ retryAfterSeconds: 30 });
  });

  it('names a server that cannot be reached, and a reply that is not JSON', async () => {
    const lost = setUp(() => Promise.reject(new TypeError('fetch failed')));
    expect(await codeOf(lost.api.account())).toBe('network-lost');
    const odd = setUp(() => new Response('<html>'));
    expect(await codeOf(odd.api.account())).toBe('reply-invalid');
  });

  it.each([
    [32 * 1024, 'nothing was thrown'],
    [32 * 1024 + 1, 'reply-invalid'],
  ])('a reply of %i bytes: %s', async (bytes, code) => {
    const { api } = setUp(() => new Response(new Uint8Array(bytes)));
    expect(await codeOf(api.sendProbe('c', new Uint8Array(133)))).toBe(code);
  });
});

describe('an answer that comes in lines', () => {
  const lines = (parts: (string | Error)[]) => {
    const encoder = new TextEncoder();
    const closed = { early: false };
    const body = new ReadableStream({
      async pull(controller) {
        const next = parts.shift();
        if (next instanceof Error) controller.error(next);
        else if (next === undefined) controller.close();
        else controller.enqueue(encoder.encode(next));
      },
      cancel() {
        closed.early = true;
      },
    });
    return { ...setUp(() => new Response(body)), closed };
  };
  const read = async ({ http }: ReturnType<typeof lines>, onLine: (line: unknown) => void = () => {}) => {
    const got: unknown[] = [];
    await http.lines('POST', '/x', (line) => {
      got.push(line);
      onLine(line);
    });
    return got;
  };

  it('is handed over line by line, wherever it was cut on the way, and without the empty ones', async () => {
    expect(await read(lines(['{"a":1}\n{"b"', ':"é"}', '\n\n', '{"c":3}\n']))).toEqual([
      ...[{ a: 1 }, { b: 'é' }, { c: 3 }],
    ]);
  });

  it('ends before half a line', async () => {
    expect(await read(lines(['{"a":1}\n{"done":true']))).toEqual([{ a: 1 }]);
  });

  it.each([
    ['breaks', ['{"a":1}\n', new Error('cut')], 'network-lost'],
    ['says nonsense', ['{"a":1}\nnonsense\n'], 'reply-invalid'],
    ['has no end of line', ['x'.repeat(5000)], 'reply-invalid'],
  ])('that %s fails', async (_what, parts, code) => {
    expect(await codeOf(read(lines(parts)))).toBe(code);
  });

  it('is closed when the reader has enough', async () => {
    const endless = lines(['{"a":1}\n', '{"a":2}\n', '{"a":3}\n']);
    await codeOf(
      read(endless, () => {
        throw new Error('enough');
      }),
    );
    await expect.poll(() => endless.closed.early).toBe(true);
  });
});
