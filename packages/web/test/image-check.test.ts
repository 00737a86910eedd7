/** The headless image check, with a server that keeps chunks and evaluates nothing, over a line that can break. */
import { type ImageChallenge, imageLimits } from '@blindsight/protocol/wire';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebError } from '../src/sdk/errors.ts';
import {
  type ImageCheckDeps,
  type ImageProgress,
  imageCheck,
  openAfterEnrolment,
} from '../src/sdk/image-check.ts';
import { signIn } from '../src/sdk/sign-in.ts';
import { codeOf } from './support/store.ts';

const chunks = 7;
const bytes = (chunks - 1) * imageLimits.chunk + 1000;
const steps = ['conv1', 'conv2', 'head'];

const challenge = (over: Partial<ImageChallenge> = {}): ImageChallenge => ({
  imageCheckId: 'i',
  kind: 'enrol',
  set: 'ringface-mini/1',
  network: 'ab'.repeat(32),
  frames: 3,
  nonce: '',
  expiresAt: 0,
  accountId: 'a',
  deviceId: 'd',
  clientId: 'c',
  origin: 'http://localhost',
  steps,
  ...over,
});

/** What a server remembers over several attempts, and what happens to a call: `fault` may throw for it. */
class FakeServer {
  readonly held = new Map<number, Uint8Array>();
  readonly calls: string[] = [];
  framesEvaluated = 0;
  state: 'open' | 'masked' | 'accepted' = 'open';
  consented = false;
  fault: (call: string, count: number) => void = () => {};
  /** Lines of an evaluation; without the last one the stream has ended early. */
  lines = (): unknown[] => [
    { queued: 1 },
    ...steps.map((step, i) => ({ step, done: i + 1, of: steps.length })),
    { done: true, state: 'open' },
  ];
  answer: () => { redirectTo: string } | { ready: true } = () => ({ ready: true });

  #called(call: string, signal?: AbortSignal) {
    signal?.throwIfAborted();
    this.calls.push(call);
    this.fault(call, this.calls.filter((one) => one === call).length);
  }

  readonly api: ImageCheckDeps['api'] = {
    imageCheck: async () => {
      this.#called('status');
      const { state, framesEvaluated } = this;
      return { state, framesEvaluated, missing: [], queued: 0 };
    },
    consentToImageCheck: async () => {
      this.#called('consent');
      this.consented = true;
    },
    announceImageKeys: async (_id, _manifest, signal) => {
      this.#called('manifest', signal);
      if (!this.consented) throw new WebError('consent-outdated');
      return { missing: [...Array(chunks).keys()].filter((k) => !this.held.has(k)) };
    },
    putImageKeys: async (_id, chunk, body, signal) => {
      // a chunk takes its time, so that several are under way
      await new Promise((resolve) => setTimeout(resolve, 5));
      this.#called(`chunk ${chunk}`, signal);
      this.held.set(chunk, body);
    },
    sendImage: async (_id, index, _body, onLine, signal) => {
      this.#called(`image ${index}`, signal);
      const lines = this.lines();
      if (lines.some((line) => (line as { done?: unknown }).done === true)) this.framesEvaluated = index + 1;
      for (const line of lines) onLine(line);
    },
    maskedAnswer: async (_id, signal) => {
      this.#called('message', signal);
      return new Uint8Array(9);
    },
    answerImageCheck: async () => {
      this.#called('answer');
      const result = this.answer();
      this.state = 'accepted';
      return result;
    },
    cancelImageCheck: async () => this.#called('cancel'),
  };
}

function fakeWorker() {
  const calls: string[] = [];
  const noted = <T>(call: string, value: T): T => {
    calls.push(call);
    return value;
  };
  const worker: ImageCheckDeps['worker'] = {
    openImageCheck: async () => noted('open', undefined),
    imageKeys: async () => noted('keys', { manifest: new Uint8Array(100), bytes, chunks }),
    imageKeyChunk: async (k) =>
      noted(
        `chunk ${k}`,
        new Uint8Array(k === chunks - 1 ? bytes % imageLimits.chunk : imageLimits.chunk).fill(k),
      ),
    encryptedPicture: async (index) => noted(`picture ${index}`, new Uint8Array(50)),
    imageAnswer: async () => noted('answer', new Uint8Array(60)),
    imageAccepted: async () => noted('accepted', undefined),
    closeImageCheck: async () => noted('close', undefined),
  };
  return { worker, calls };
}

let server: FakeServer;
let device: ReturnType<typeof fakeWorker>;
let progress: ImageProgress[];
let attempt: AbortController;

const deps = (over: Partial<ImageCheckDeps> = {}): ImageCheckDeps => ({
  api: server.api,
  worker: device.worker,
  consent: async () => ({ version: '1', hash: 'h' }),
  onProgress: (one) => progress.push(one),
  signal: attempt.signal,
  ...over,
});
/** Runs it with all pauses over at once. */
const run = async (given = challenge(), over: Partial<ImageCheckDeps> = {}) => {
  const result = imageCheck(given, deps(over));
  result.catch(() => {});
  await vi.runAllTimersAsync();
  return result;
};
const chunkCalls = () => server.calls.filter((call) => call.startsWith('chunk'));
const lost = () => {
  throw new WebError('network-lost');
};

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  device = fakeWorker();
  progress = [];
  attempt = new AbortController();
});
afterEach(() => vi.useRealTimers());

describe('setting the image check up', () => {
  it('asks, makes keys, sends each chunk once, then the pictures one after the other, then the answer', async () => {
    expect(await run()).toEqual({ ready: true });
    expect(server.calls.slice(0, 2)).toEqual(['consent', 'manifest']);
    expect(chunkCalls()).toHaveLength(chunks);
    expect(server.calls.slice(2 + chunks)).toEqual(['image 0', 'image 1', 'image 2', 'message', 'answer']);
    expect(device.calls[0]).toBe('open');
    expect(device.calls.slice(-3)).toEqual(['answer', 'accepted', 'close']);
  });

  it('tells how far it is: bytes that only grow, layers of each picture, and who is before', async () => {
    await run();
    const sent = progress.flatMap((one) => (one.stage === 'sending' ? [one.done] : []));
    expect(sent).toEqual([...sent].sort((a, b) => a - b));
    expect([sent[0], sent.at(-1)]).toEqual([0, bytes]);
    expect(progress).toContainEqual({ stage: 'queued', ahead: 1 });
    const layers = progress.flatMap((one) => (one.stage === 'network' ? [`${one.frame}:${one.done}`] : []));
    expect(layers).toEqual(['1:1', '1:2', '1:3', '2:1', '2:2', '2:3', '3:1', '3:2', '3:3']);
    expect(progress.at(-1)).toEqual({ stage: 'opening' });
  });

  it('has at most three chunks under way', async () => {
    const { putImageKeys } = server.api;
    let [now, most] = [0, 0];
    const api = {
      ...server.api,
      putImageKeys: async (...args: Parameters<typeof putImageKeys>) => {
        most = Math.max(most, ++now);
        await putImageKeys(...args);
        now--;
      },
    };
    await run(challenge(), { api });
    expect(most).toBe(3);
  });

  it('goes on after a broken connection, and sends again only what did not arrive', async () => {
    server.fault = (call, count) => call === 'chunk 4' && count <= 3 && lost();
    expect(await run()).toEqual({ ready: true });
    for (let k = 0; k < chunks; k++) {
      expect(chunkCalls().filter((call) => call === `chunk ${k}`)).toHaveLength(k === 4 ? 4 : 1);
    }
    expect(progress).toContainEqual(expect.objectContaining({ stage: 'sending', waiting: true }));
    expect(progress.findLast((one) => one.stage === 'sending')).toMatchObject({ waiting: false });
  });

  it('after a line that stays broken, the next attempt sends the rest, and nothing was dropped', async () => {
    server.fault = (call) => (call === 'chunk 3' || call === 'chunk 5') && lost();
    expect(await codeOf(run())).toBe('network-lost');
    expect(server.calls).not.toContain('cancel');
    const before = new Set(server.held.keys());
    expect(before.size).toBeGreaterThan(1);

    server.fault = () => {};
    server.calls.length = 0;
    expect(await run()).toEqual({ ready: true });
    const again = chunkCalls().map((call) => Number(call.slice(6)));
    expect(again.filter((k) => before.has(k))).toEqual([]);
    expect(server.held.size).toBe(chunks);
    // the bar begins where it stopped
    const first = progress.findLast((one) => one.stage === 'making');
    expect(progress[progress.indexOf(first!) + 1]).toMatchObject({ stage: 'sending' });
  });

  it('a chunk whose reply was lost is sent twice, and that is fine', async () => {
    server.fault = (call, count) => {
      if (call !== 'chunk 2' || count > 1) return;
      server.held.set(2, new Uint8Array(1));
      lost();
    };
    expect(await run()).toEqual({ ready: true });
    expect(chunkCalls().filter((call) => call === 'chunk 2')).toHaveLength(2);
  });

  it('a chunk that is refused ends it at once: the others stop, nothing stays', async () => {
    server.fault = (call) => {
      if (call === 'chunk 1') throw new WebError('image-keys-refused');
    };
    expect(await codeOf(run())).toBe('image-keys-refused');
    expect(chunkCalls().length).toBeLessThan(chunks);
    expect(server.calls.at(-1)).toBe('cancel');
    expect(device.calls).toContain('close');
  });

  it.each([[[99]], [[-1]], [[1.5]]])('does not believe a server that misses chunk %s', async (missing) => {
    const api = { ...server.api, announceImageKeys: async () => ({ missing }) };
    expect(await codeOf(run(challenge(), { api }))).toBe('reply-invalid');
  });

  it('sends nothing before a person has agreed', async () => {
    const consent = vi.fn(() => Promise.reject(new Error('declined')));
    await expect(run(challenge(), { consent })).rejects.toThrow('declined');
    expect(server.calls).toEqual(['cancel']);
    expect(device.calls).not.toContain('keys');
  });

  it('pictures that do not go together are refused, and nothing is kept', async () => {
    server.answer = () => {
      throw new WebError('image-refused');
    };
    expect(await codeOf(run())).toBe('image-refused');
    expect(device.calls).not.toContain('accepted');
  });

  it('when the reply to the answer is lost, asks what became of it', async () => {
    server.answer = () => {
      server.state = 'accepted';
      return lost() as never;
    };
    expect(await run()).toEqual({ ready: true });
    expect(server.calls.slice(-2)).toEqual(['answer', 'status']);
    expect(device.calls).toContain('accepted');
  });
});

describe('an evaluation', () => {
  const verify = challenge({ kind: 'verify', frames: 1 });
  beforeEach(() => {
    server.answer = () => ({ redirectTo: '/oidc/next' });
  });

  it('of a sign-in sends one picture and no keys', async () => {
    expect(await run(verify)).toEqual({ redirectTo: '/oidc/next' });
    expect(server.calls).toEqual(['image 0', 'message', 'answer']);
    expect(device.calls).not.toContain('accepted');
  });

  it('whose stream ends early is not taken for done: the picture is sent again', async () => {
    const whole = server.lines;
    let sent = 0;
    server.lines = () => (sent++ === 0 ? whole().slice(0, 2) : whole());
    await run(verify);
    expect(server.calls).toEqual(['image 0', 'status', 'image 0', 'message', 'answer']);
  });

  it('that was finished behind a broken line is not asked for again', async () => {
    server.fault = (call) => {
      if (call !== 'image 0') return;
      server.framesEvaluated = 1;
      lost();
    };
    await run(verify);
    expect(server.calls).toEqual(['image 0', 'status', 'message', 'answer']);
  });

  it.each([
    ['a refusal', { error: { code: 'evaluation-timeout' } }, 'evaluation-timeout'],
    ['an unknown problem', { error: { code: 'what' } }, 'internal'],
    ['no line of the kind', { step: 7 }, 'reply-invalid'],
    ['something that is no object', 12, 'reply-invalid'],
  ])('with %s in its stream ends there', async (_what, line, code) => {
    server.lines = () => [{ queued: 0 }, line];
    expect(await codeOf(run(verify))).toBe(code);
    expect(server.calls).toEqual(['image 0', 'cancel']);
  });

  it('waits for a busy server as long as it asks, and not for minutes', async () => {
    const busy = (retryAfterSeconds: number) => () => [{ error: { code: 'server-busy', retryAfterSeconds } }];
    const whole = server.lines;
    let sent = 0;
    server.lines = () => (sent++ === 0 ? busy(2)() : whole());
    expect(await run(verify)).toEqual({ redirectTo: '/oidc/next' });
    server.lines = busy(120);
    expect(await codeOf(run(verify))).toBe('server-busy');
  });

  it('is answered once, whatever the line does', async () => {
    server.fault = (call) => call === 'answer' && lost();
    expect(await codeOf(run(verify))).toBe('network-lost');
    expect(server.calls.filter((call) => call === 'answer')).toHaveLength(1);
    expect(device.calls.filter((call) => call === 'answer')).toHaveLength(1);
  });

  it('of another picture is refused like every other sign-in', async () => {
    server.answer = () => {
      throw new WebError('sign-in-refused');
    };
    expect(await codeOf(run(verify))).toBe('sign-in-refused');
    expect(server.calls).not.toContain('cancel');
  });
});

describe('after an enrolment', () => {
  const opened = (startImageCheck: () => Promise<ImageChallenge>, worker = device.worker) =>
    openAfterEnrolment('e', { api: { ...server.api, startImageCheck }, worker });

  it('the pictures are encrypted at once, and nothing is sent yet', async () => {
    expect(await opened(async () => challenge())).toMatchObject({ imageCheckId: 'i' });
    expect(device.calls).toEqual(['open']);
    expect(server.calls).toEqual([]);
  });

  it('a server that has switched it off, or pictures that are missing, are no failure of the enrolment', async () => {
    expect(await opened(() => Promise.reject(new WebError('image-check-unavailable')))).toBeUndefined();
    expect(device.calls).toEqual(['close']);
    const worker = { ...device.worker, openImageCheck: () => Promise.reject(new WebError('too-few-frames')) };
    expect(await opened(async () => challenge(), worker)).toBeUndefined();
    expect(server.calls).toEqual(['cancel']);
  });
});

describe('cancelling', () => {
  it.each([
    ['while keys are made', 'making'],
    ['while they are sent', 'sending'],
    ['on the way of a picture', 'picture'],
    ['while the network runs', 'network'],
    ['before the answer', 'opening'],
  ])('%s: nothing more is sent but that it is over', async (_when, stage) => {
    const onProgress = (one: ImageProgress) => one.stage === stage && attempt.abort();
    await expect(run(challenge(), { onProgress })).rejects.toThrow('abort');
    const over = server.calls.indexOf('cancel');
    expect(over).toBeGreaterThan(0);
    expect(server.calls.slice(over + 1)).toEqual([]);
    expect(server.calls).not.toContain('answer');
    expect(device.calls).toContain('close');
    expect(device.calls).not.toContain('accepted');
  });

  it('while the answer is opened: it is not sent', async () => {
    const imageAnswer = async () => {
      attempt.abort();
      return new Uint8Array(60);
    };
    await expect(run(challenge(), { worker: { ...device.worker, imageAnswer } })).rejects.toThrow('abort');
    expect(server.calls.at(-1)).toBe('cancel');
    expect(server.calls).not.toContain('answer');
  });

  it('while it waits for the line ends the waiting', async () => {
    server.fault = (call) => call === 'chunk 0' && lost();
    const result = imageCheck(challenge(), deps());
    result.catch(() => {});
    await vi.advanceTimersByTimeAsync(50);
    attempt.abort();
    await vi.advanceTimersByTimeAsync(0);
    await expect(result).rejects.toThrow('abort');
  });
});

describe('a sign-in that is not finished without it', () => {
  const account = {
    ...{ accountId: 'a', deviceId: 'd', displayName: 'Ada', profile: 'quick' as const },
    ...{ ceremonyId: 'c', createdAt: 0, waiting: 0 },
  };
  const signInDeps = (asked: object, outcome: object) => {
    const calls: string[] = [];
    const noted = <T>(call: string, value: T) =>
      vi.fn(async () => {
        calls.push(call);
        return value;
      });
    const begun = { ceremonyId: 'x', ticketsLeft: 12, renewal: 'due', triesLeft: 4, newDevices: [] };
    return {
      calls,
      api: {
        ...server.api,
        startSignIn: noted('startSignIn', { ...begun, liveness: 'none', ...asked } as never),
        sendProbe: noted('sendProbe', new Uint8Array(9)),
        sendAnswer: noted('sendAnswer', outcome as never),
        cancelSignIn: noted('cancelSignIn', undefined),
      },
      worker: {
        ...device.worker,
        ready: noted('ready', new Uint8Array(71)),
        probe: noted('probe', new Uint8Array(133)),
        answer: noted('answer', { token: 't', signature: 's' }),
        abandon: noted('abandon', undefined),
        keepPictures: noted('keepPictures', undefined),
      },
      image: deps(),
      capture: noted('capture', undefined),
    };
  };
  const signedIn = async (given: ReturnType<typeof signInDeps>) => {
    const result = signIn(account, 'u', given);
    result.catch(() => {});
    await vi.runAllTimersAsync();
    return result;
  };

  it('keeps pictures before the camera opens, and ends where the image check does', async () => {
    server.answer = () => ({ redirectTo: '/oidc/next' });
    const given = signInDeps({ image: true }, { image: challenge({ kind: 'verify', frames: 1 }) });
    expect(await signedIn(given)).toMatchObject({ redirectTo: '/oidc/next', ticketsLeft: 11 });
    expect(given.calls.slice(0, 3)).toEqual(['startSignIn', 'keepPictures', 'capture']);
  });

  it('says that it is set up, when that is all this one did', async () => {
    expect(await signedIn(signInDeps({ image: true }, { image: challenge() }))).toEqual({ ready: true });
  });

  it('keeps no picture after a refusal, nor when the check was not asked for after all', async () => {
    const refused = signInDeps({ image: true }, {});
    refused.api.sendAnswer.mockRejectedValue(new WebError('sign-in-refused'));
    expect(await codeOf(signedIn(refused))).toBe('sign-in-refused');
    expect(device.calls).toEqual(['close']);
    await signedIn(signInDeps({ image: true }, { redirectTo: '/' }));
    expect(device.calls).toEqual(['close', 'close']);
  });

  it('keeps no picture when none is asked for', async () => {
    const given = signInDeps({}, { redirectTo: '/' });
    await signedIn(given);
    expect(given.calls).not.toContain('keepPictures');
    expect(device.calls).toEqual([]);
  });

  it('a refusal of the picture names no number of tries', async () => {
    server.answer = () => {
      throw new WebError('sign-in-refused');
    };
    const given = signInDeps({ image: true }, { image: challenge({ kind: 'verify', frames: 1 }) });
    await expect(signedIn(given)).rejects.toMatchObject({ code: 'sign-in-refused', triesLeft: undefined });
    expect(given.calls).not.toContain('cancelSignIn');
  });
});
