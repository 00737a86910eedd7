import { afterEach, describe, expect, it } from 'vitest';
import { WebError } from '../src/sdk/errors.ts';
import { toDeviceError } from '../src/worker/errors.ts';
import { connect, type Port, serve } from '../src/worker/rpc.ts';
import { codeOf } from './support/store.ts';

interface Api {
  double(n: number): Promise<number>;
  bytes(): Promise<{ readonly body: Uint8Array }>;
  refuse(): Promise<void>;
  blow(): Promise<void>;
}
type Event = { readonly event: 'tick'; readonly n: number };

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1, port2 } of channels.splice(0)) [port1, port2].map((port) => port.close());
});

function pair() {
  const channel = new MessageChannel();
  channels.push(channel);
  const made: Uint8Array[] = [];
  const seen: unknown[] = [];
  channel.port1.start();
  channel.port2.start();
  channel.port1.addEventListener('message', ({ data }) => seen.push(data));
  const api: Api = {
    double: async (n) => 2 * n,
    async bytes() {
      made.push(new Uint8Array(16).fill(1));
      return { body: made[0]! };
    },
    refuse: () => Promise.reject(new WebError('face-locked', { retryAfterSeconds: 9 })),
    blow: () => Promise.reject(new Error('embedding 0.123 0.456')),
  };
  const served = serve<Api, Event>(channel.port2 as unknown as Port, api, toDeviceError);
  return { remote: connect<Api, Event>(channel.port1 as unknown as Port), served, made, seen };
}

describe('calls to the device worker', () => {
  it('answers each call with its own result', async () => {
    const { remote } = pair();
    expect(await Promise.all([1, 2, 3].map((n) => remote.api.double(n)))).toEqual([2, 4, 6]);
  });

  it('moves byte arrays instead of copying them', async () => {
    const { remote, made } = pair();
    expect((await remote.api.bytes()).body).toEqual(new Uint8Array(16).fill(1));
    expect(made[0]).toHaveLength(0);
  });

  it('passes a known error on by its code, with how long to wait', async () => {
    const { remote } = pair();
    await expect(remote.api.refuse()).rejects.toMatchObject({ code: 'face-locked', retryAfterSeconds: 9 });
  });

  it('tells nothing about an unknown one but that it happened', async () => {
    const { remote, seen } = pair();
    expect(await codeOf(remote.api.blow())).toBe('internal');
    expect(JSON.stringify(seen)).not.toContain('0.123');
  });

  it('serves its own methods only', async () => {
    const { remote } = pair();
    const api = remote.api as unknown as Record<string, () => Promise<unknown>>;
    expect(await codeOf(api['toString']!())).toBe('internal');
    expect(await codeOf(api['constructor']!())).toBe('internal');
  });

  it('delivers events until nobody listens', async () => {
    const { remote, served } = pair();
    const heard: number[] = [];
    const stop = remote.subscribe(({ n }) => heard.push(n));
    served.emit({ event: 'tick', n: 1 });
    await remote.api.double(1);
    stop();
    served.emit({ event: 'tick', n: 2 });
    await remote.api.double(1);
    expect(heard).toEqual([1]);
  });

  it('a worker that died fails the open call and every later one', async () => {
    const { remote } = pair();
    const open = codeOf(remote.api.double(1));
    remote.fail(new WebError('worker-failed'));
    expect(await open).toBe('worker-failed');
    expect(await codeOf(remote.api.double(1))).toBe('worker-failed');
  });
});
