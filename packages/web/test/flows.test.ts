/** The headless flows with a server and a worker that only remember what they were asked. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '../src/sdk/api.ts';
import { sendWaiting, uploadProgress } from '../src/sdk/background.ts';
import type { Challenged } from '../src/sdk/challenged.ts';
import { enrol } from '../src/sdk/enrol.ts';
import { WebError } from '../src/sdk/errors.ts';
import type { ImageCheckDeps } from '../src/sdk/image-check.ts';
import { withDeviceLock } from '../src/sdk/locks.ts';
import { publicResults } from '../src/sdk/passkeys.ts';
import { recoverPending } from '../src/sdk/recovery.ts';
import { answerDelayMs, type SignInDeps, signIn } from '../src/sdk/sign-in.ts';
import type { Database } from '../src/sdk/store/database.ts';
import { knownAccounts, saveEnrolment } from '../src/sdk/store/devices.ts';
import { pendingCount } from '../src/sdk/store/uploads.ts';
import { codeOf, enrolment, freshDatabase, saved } from './support/store.ts';

const account = {
  accountId: 'a',
  deviceId: 'd',
  displayName: 'Ada',
  profile: 'quick' as const,
  ceremonyId: 'c',
  createdAt: 0,
  waiting: 0,
};

/** For sign-ins without an image check: whoever calls one of these fails. */
const imageNever = {
  api: {} as ImageCheckDeps['api'],
  worker: {} as ImageCheckDeps['worker'] & { keepPictures: () => Promise<void> },
  image: {} as SignInDeps['image'],
};

/** Records the order of all calls; each one can be made to fail. */
const asked = { ceremonyId: 'x', ticketsLeft: 12, renewal: 'due', triesLeft: 4 };
function signInDeps(failing: Partial<Record<string, Error>> = {}, liveness = 'none') {
  const calls: string[] = [];
  const step = <T>(name: string, value: T) =>
    vi.fn(async (): Promise<T> => {
      calls.push(name);
      if (failing[name]) throw failing[name];
      return value;
    });
  return {
    calls,
    api: {
      startSignIn: step('startSignIn', { ...asked, liveness } as never),
      sendProbe: step('sendProbe', new Uint8Array(9)),
      sendAnswer: step('sendAnswer', { redirectTo: '/oidc/next' }),
      cancelSignIn: step('cancelSignIn', undefined),
      ...imageNever.api,
    },
    worker: {
      ready: step('ready', new Uint8Array(71)),
      probe: step('probe', new Uint8Array(133)),
      answer: step('answer', { token: 't', signature: 's' }),
      abandon: step('abandon', undefined),
      ...imageNever.worker,
    },
    image: imageNever.image,
    capture: vi.fn(async (challenged?: Challenged) => {
      await step('capture', undefined)();
      await challenged?.ready('default');
    }),
  };
}

describe('one sign-in', () => {
  it('runs challenge, camera, ticket, probe, answer in this order, each once', async () => {
    const deps = signInDeps();
    expect(await signIn(account, 'u', deps)).toEqual({
      redirectTo: '/oidc/next',
      ticketsLeft: 11,
      renewal: 'due',
    });
    expect(deps.calls).toEqual(['startSignIn', 'capture', 'probe', 'sendProbe', 'answer', 'sendAnswer']);
  });

  it('with a challenge: the camera is told where its line is, and the ticket is spent before the probe', async () => {
    const deps = signInDeps({}, 'default');
    await signIn(account, 'u', deps);
    expect(deps.calls.slice(0, 4)).toEqual(['startSignIn', 'capture', 'ready', 'probe']);
    expect(deps.capture.mock.calls[0]?.[0]).toMatchObject({
      policy: 'default',
      path: '/v1/sign-ins/x/challenge',
    });
  });

  it.each([
    ['after its ticket was spent', 'probe', 3],
    ['before', 'capture', undefined],
  ])('says how many tries are left when it fails %s', async (_when, name, triesLeft) => {
    const failure = new WebError('light-mismatch');
    await expect(signIn(account, 'u', signInDeps({ [name]: failure }, 'default'))).rejects.toBe(failure);
    expect(failure.triesLeft).toBe(triesLeft);
  });

  it('answers no sooner than the fixed delay after the reply', async () => {
    const deps = signInDeps();
    let replied = 0;
    deps.api.sendProbe.mockImplementation(async () => {
      replied = performance.now();
      return new Uint8Array(9);
    });
    let answered = 0;
    deps.api.sendAnswer.mockImplementation(async () => {
      answered = performance.now();
      return { redirectTo: '/' };
    });
    await signIn(account, 'u', deps);
    expect(answered - replied).toBeGreaterThanOrEqual(answerDelayMs - 2);
  });

  it.each(['capture', 'probe', 'sendProbe', 'answer'])(
    'when %s fails, gives up the ticket and tries nothing again',
    async (name) => {
      const deps = signInDeps({ [name]: new WebError('network-lost') });
      expect(await codeOf(signIn(account, 'u', deps))).toBe('network-lost');
      await vi.waitFor(() => expect(deps.calls).toContain('cancelSignIn'));
      expect(deps.calls.filter((call) => call === name)).toHaveLength(1);
      expect(deps.calls).toContain('abandon');
      expect(deps.calls).not.toContain('sendAnswer');
    },
  );

  it('does not cancel what was answered', async () => {
    const deps = signInDeps({ sendAnswer: new WebError('sign-in-refused') });
    expect(await codeOf(signIn(account, 'u', deps))).toBe('sign-in-refused');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(deps.calls).not.toContain('cancelSignIn');
  });

  it('a second tab is told so, and asks the server for nothing', async () => {
    const gate = Promise.withResolvers<void>();
    const first = withDeviceLock('d', () => gate.promise);
    const deps = signInDeps();
    expect(await codeOf(signIn(account, 'u', deps))).toBe('other-tab');
    expect(deps.calls).toEqual([]);
    gate.resolve();
    await first;
    await signIn(account, 'u', deps);
    expect(deps.calls).toContain('sendAnswer');
  });

  it('the verified profile does not go on without the passkey question it needs', async () => {
    const deps = signInDeps();
    expect(await codeOf(signIn({ ...account, profile: 'verified' }, 'u', deps))).toBe('reply-invalid');
    expect(deps.calls).not.toContain('capture');
  });
});

describe('what a passkey returns', () => {
  it('loses the secret of its PRF before it is sent', () => {
    const results = {
      credProps: { rk: true },
      prf: { enabled: true, results: { first: new Uint8Array(32).fill(7) } },
    };
    expect(publicResults(results)).toEqual({ credProps: { rk: true }, prf: { enabled: true } });
    expect(publicResults({ prf: { results: { first: new ArrayBuffer(32) } } })).toEqual({});
  });
});

describe('one enrolment', () => {
  let db: Database;
  beforeEach(async () => {
    db = await freshDatabase();
  });
  const request = {
    account: { id: 'a', displayName: 'Ada' },
    first: false,
    consent: { version: '1', hash: 'h' },
    deviceLabel: 'Chrome on Linux',
    profile: 'quick' as const,
  };

  function enrolDeps(failing: Partial<Record<string, Error>> = {}) {
    const calls: string[] = [];
    const step =
      <T>(name: string, value: T) =>
      async (): Promise<T> => {
        calls.push(name);
        if (failing[name]) throw failing[name];
        return value;
      };
    const api = {
      startEnrolment: step('start', { ceremonyId: 'c2', deviceId: 'd2', liveness: 'none' }),
      putStatement: step('statement', undefined),
      putPublicKey: step('publicKey', undefined),
      putTicket: step('ticket', undefined),
      finishEnrolment: step('finish', {}),
      cancelEnrolment: step('cancel', undefined),
      makeRecoveryCodes: step('codes', { codes: ['A', 'B'], madeAt: 1 }),
    } as unknown as Api;
    const tickets = Array.from({ length: 32 }, (_, index) => ({
      ticketClass: 'root' as const,
      index,
      body: new Uint8Array(4),
    }));
    const worker = {
      ready: step('ready', new Uint8Array(3)),
      abandon: step('abandon', undefined),
      keepPictures: step('keepPictures', undefined),
      enrol: async () => {
        calls.push('make');
        await saveEnrolment(
          db,
          await enrolment({ accountId: 'a', deviceId: 'd2', ceremonyId: 'c2', state: 'pending' }),
        );
        return {
          statement: new Uint8Array(1),
          publicKeys: { root: new Uint8Array(1), ordinary: new Uint8Array(1) },
          tickets,
        };
      },
    };
    return {
      calls,
      deps: {
        ...{ api, db, worker, capture: step('capture', undefined) },
        secondFactor: step('second factor', undefined),
        signal: new AbortController().signal,
      },
    };
  }

  it('uploads statement, keys and first tickets, finishes, and then offers the account', async () => {
    const { calls, deps } = enrolDeps();
    const sent: number[] = [];
    await enrol(request, { ...deps, onSent: (done) => sent.push(done) });
    expect(calls.slice(0, 6)).toEqual(['start', 'capture', 'make', 'statement', 'publicKey', 'publicKey']);
    expect(calls.filter((call) => call === 'ticket')).toHaveLength(32);
    expect(calls.at(-1)).toBe('finish');
    expect(sent.at(-1)).toBe(32);
    expect(await knownAccounts(db)).toMatchObject([{ deviceId: 'd2' }]);
  });

  it('keeps pictures for an image check only when one is to be set up, before the camera', async () => {
    const { calls, deps } = enrolDeps();
    expect(await enrol({ ...request, image: true }, deps)).toMatchObject({ ceremonyId: 'c2' });
    expect(calls.slice(0, 3)).toEqual(['start', 'keepPictures', 'capture']);
  });

  it('makes recovery codes on the way to the first enrolment of an account, and to no other', async () => {
    const { calls, deps } = enrolDeps();
    expect(await enrol({ ...request, first: true }, deps)).toMatchObject({ recoveryCodes: ['A', 'B'] });
    expect(calls.slice(-2)).toEqual(['codes', 'finish']);
    expect(await enrol(request, enrolDeps().deps)).not.toHaveProperty('recoveryCodes');
  });

  it('asks for a second factor when the server wants one, and then begins', async () => {
    const { calls, deps } = enrolDeps();
    const { startEnrolment } = deps.api;
    let shown = false;
    const api = {
      ...deps.api,
      startEnrolment: (...args: Parameters<typeof startEnrolment>) =>
        shown ? startEnrolment(...args) : Promise.reject(new WebError('second-factor-required')),
    };
    const secondFactor = async () => {
      shown = true;
      await deps.secondFactor();
    };
    await enrol(request, { ...deps, api, secondFactor });
    expect(calls.slice(0, 3)).toEqual(['second factor', 'start', 'capture']);
  });

  it('sends nothing when the second factor is not given', async () => {
    const { calls, deps } = enrolDeps({
      start: new WebError('second-factor-required'),
      'second factor': new WebError('second-factor-cancelled'),
    });
    expect(await codeOf(enrol(request, deps))).toBe('second-factor-cancelled');
    expect(calls).toEqual(['start', 'second factor']);
  });

  it.each(['capture', 'statement', 'ticket'])(
    'when %s fails, nothing is left, and the old enrolment is',
    async (name) => {
      const old = await saved(db, await enrolment({ accountId: 'a' }));
      const { calls, deps } = enrolDeps({ [name]: new WebError('body-mismatch') });
      expect(await codeOf(enrol(request, deps))).toBe('body-mismatch');
      expect(calls).toContain('cancel');
      expect(calls).not.toContain('finish');
      expect(await db.getAllKeys('devices')).toEqual([old.device.deviceId]);
    },
  );

  it('when the reply to finish is lost, asks again, and keeps what it has', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const { calls, deps } = enrolDeps({ finish: new WebError('network-lost') });
    const code = codeOf(enrol(request, deps));
    await vi.waitFor(async () => {
      await vi.runAllTimersAsync();
      expect(calls.filter((call) => call === 'finish').length).toBe(5);
    });
    vi.useRealTimers();
    expect(await code).toBe('network-lost');
    expect(calls).not.toContain('cancel');
    expect(await db.getAll('devices')).toMatchObject([{ deviceId: 'd2', state: 'pending' }]);
  });

  it('cancelled while tickets are made, sends none', async () => {
    const { calls, deps } = enrolDeps();
    const stop = new AbortController();
    const make = deps.worker.enrol;
    const worker = {
      ...deps.worker,
      enrol: async () => {
        stop.abort();
        return make();
      },
    };
    await codeOf(enrol(request, { ...deps, worker, signal: stop.signal }));
    expect(calls).not.toContain('statement');
    expect(await db.count('devices')).toBe(0);
  });

  it.each([
    ['active', true],
    ['complete', true],
    ['expired', false],
    ['cancelled', false],
    ['open', false],
  ])('left behind and at the server %s: offered afterwards: %s', async (state, offered) => {
    await saved(db, await enrolment({ state: 'pending', createdAt: 0 }));
    await recoverPending(db, { enrolment: async () => ({ state }) as never }, 3_600_000);
    expect(await knownAccounts(db)).toHaveLength(offered ? 1 : 0);
    expect(await db.count('devices')).toBe(offered ? 1 : 0);
  });

  it('left behind and the server unreachable: waits', async () => {
    await saved(db, await enrolment({ state: 'pending', createdAt: 0 }));
    await recoverPending(db, { enrolment: () => Promise.reject(new WebError('network-lost')) }, 3_600_000);
    expect(await db.count('devices')).toBe(1);
  });

  it('running in another tab: is left alone', async () => {
    await saved(db, await enrolment({ state: 'pending', createdAt: 1_000 }));
    await recoverPending(db, { enrolment: async () => ({ state: 'open' }) as never }, 2_000);
    expect(await db.count('devices')).toBe(1);
  });
});

describe('tickets that wait', () => {
  let db: Database;
  let ceremonyId: string;
  beforeEach(async () => {
    db = await freshDatabase();
    ({ ceremonyId } = (await saved(db, await enrolment({}, { uploads: [8, 9, 10] }))).device);
  });
  const never = new AbortController().signal;

  it('go out in order, and are dropped only when the server has them', async () => {
    const sent: number[] = [];
    const left: number[] = [];
    const putSealedTicket = async (_id: string, _class: string, index: number) => {
      left.push(await pendingCount(db, ceremonyId));
      sent.push(index);
    };
    const progress: number[] = [];
    await sendWaiting(db, { putSealedTicket }, ({ done }) => progress.push(done), never);
    expect([sent, left, progress]).toEqual([
      [8, 9, 10],
      [3, 2, 1],
      [1, 2, 3],
    ]);
  });

  it('resume where an earlier visit stopped', async () => {
    const stop = new AbortController();
    await sendWaiting(db, { putSealedTicket: async () => stop.abort() }, () => {}, stop.signal);
    expect(await uploadProgress(db)).toEqual({ done: 1, total: 3 });
    const sent: number[] = [];
    await sendWaiting(
      db,
      { putSealedTicket: async (_id, _class, index) => void sent.push(index) },
      () => {},
      never,
    );
    expect(sent).toEqual([9, 10]);
  });

  it.each(['ceremony-expired', 'ceremony-not-found'] as const)(
    'are dropped when the server says %s',
    async (code) => {
      const put = vi.fn(() => Promise.reject(new WebError(code)));
      await sendWaiting(db, { putSealedTicket: put }, () => {}, never);
      expect(put).toHaveBeenCalledTimes(1);
      expect(await pendingCount(db, ceremonyId)).toBe(0);
    },
  );

  it('one that does not fit its announcement is dropped alone', async () => {
    const refuse9 = (_id: string, _class: string, index: number) =>
      index === 9 ? Promise.reject(new WebError('body-mismatch')) : Promise.resolve();
    const put = vi.fn(refuse9);
    await sendWaiting(db, { putSealedTicket: put }, () => {}, never);
    expect(put.mock.calls.map(([, , index]) => index)).toEqual([8, 9, 10]);
  });

  it('stay when the server cannot be reached', async () => {
    const stop = new AbortController();
    const put = async () => {
      setTimeout(() => stop.abort(), 5);
      throw new WebError('network-lost');
    };
    await sendWaiting(db, { putSealedTicket: put }, () => {}, stop.signal);
    expect(await pendingCount(db, ceremonyId)).toBe(3);
  });
});
