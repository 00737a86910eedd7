/** The line of a challenge over a socket that is a script. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ChallengeLine, openChallengeLine } from '../src/sdk/challenge-line.ts';
import { TrafficCounter } from '../src/sdk/counter.ts';

class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static last: FakeSocket;
  readonly sent: Uint8Array[] = [];
  readonly url: string;
  readyState = 0;
  constructor(url: URL) {
    super();
    this.url = url.href;
    FakeSocket.last = this;
  }
  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.dispatchEvent(new Event('open'));
  }
  come(...bytes: number[]): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: Uint8Array.from(bytes).buffer }));
  }
  end(code: number, reason = ''): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason }));
  }
  send(message: Uint8Array): void {
    this.sent.push(message);
  }
  close(): void {
    this.end(1000);
  }
}

let line: ChallengeLine;
let counter: TrafficCounter;
const codeOf = (pending: Promise<unknown>) =>
  pending.then(
    () => 'nothing',
    (error) => error.code,
  );

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('location', { href: 'https://id.example/sign-in/x' });
  counter = new TrafficCounter();
  line = openChallengeLine('/v1/sign-ins/x/challenge', counter);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the line of a challenge', () => {
  it('goes to its own origin, keeps what is said too early, and counts every byte', async () => {
    const socket = FakeSocket.last;
    expect(socket.url).toBe('https://id.example/v1/sign-ins/x/challenge');
    line.send(new Uint8Array(71));
    expect(socket.sent).toEqual([]);
    socket.open();
    await vi.waitFor(() => expect(socket.sent).toHaveLength(1));
    expect(counter.totals.challenge).toEqual({ count: 1, bytes: 71 });
  });

  it('hands messages on in their order, whoever is first', async () => {
    const socket = FakeSocket.last;
    const first = line.next();
    socket.come(1);
    socket.come(2);
    expect([...(await first)]).toEqual([1]);
    expect([...(await line.next())]).toEqual([2]);
  });

  it.each([
    [4000, 'challenge-refused', 'challenge-refused'],
    [4000, 'face-locked', 'face-locked'],
    [4000, 'something new', 'network-lost'],
    [1006, '', 'network-lost'],
  ])('closed with %i "%s": %s, also for who asks later', async (code, reason, expected) => {
    const waiting = codeOf(line.next());
    FakeSocket.last.end(code, reason);
    expect(await waiting).toBe(expected);
    expect(await codeOf(line.next())).toBe(expected);
  });

  it('does not wait for ever', async () => {
    vi.useFakeTimers();
    const waiting = codeOf(line.next());
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await waiting).toBe('network-lost');
  });
});
