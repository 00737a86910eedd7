/** The server's half of a challenge by itself, with a clock that stands still unless told otherwise. */
import { encodeCommit, encodeReady, newId } from '@blindsight/protocol/wire';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Challenged, challenges } from '../src/domain/challenges.ts';
import { ServerError } from '../src/errors.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const logger = { debug() {}, info() {}, warn() {}, error() {} };

function talk(over: Partial<Challenged> = {}, service = challenges(deps())) {
  const heard: string[] = [];
  const failed = vi.fn(async () => {});
  const ceremony: Challenged = {
    ceremonyId: newId(),
    nonce: new Uint8Array(32),
    policy: 'no-light',
    expiresAt: Date.now() + 120_000,
    ready: async () => 'no-light',
    passed: async () => {},
    failed,
    ...over,
  };
  const { received, lost } = service.converse(Promise.resolve(ceremony), {
    send: (message) => void heard.push(message[1] === 3 ? `step ${message[2]}` : 'done'),
    close: (code) => void heard.push(code ?? 'closed'),
    roundTrip: async () => 100,
  });
  return { received, lost, heard, failed, ceremony };
}
const deps = () => ({ clock: Date.now, logger, onOutcome: () => {} });
const soon = () => vi.advanceTimersByTimeAsync(0);
const commit = (k: number) => encodeCommit({ k, commitment: new Uint8Array(32) });

describe('the time of a step', () => {
  it.each([
    [7_100, ['step 1']],
    [7_102, ['step 1', 'challenge-refused']],
  ])('a movement with a round trip of 100 ms, after %i ms of silence: %j', async (ms, expected) => {
    const { received, heard, failed } = talk();
    received(encodeReady('no-light'));
    await vi.advanceTimersByTimeAsync(ms);
    expect(heard).toEqual(expected);
    expect(failed.mock.calls).toEqual(expected.length > 1 ? [['late/1']] : []);
  });

  it('an answer in time moves the deadline on', async () => {
    const { received, heard } = talk();
    received(encodeReady('no-light'));
    await vi.advanceTimersByTimeAsync(7_000);
    received(commit(1));
    await vi.advanceTimersByTimeAsync(7_000);
    expect(heard).toEqual(['step 1', 'step 2']);
  });
});

describe('what it costs', () => {
  it('nothing when `ready` is refused: its code is told, nothing is revealed', async () => {
    const ready = async () => {
      throw new ServerError('face-locked');
    };
    const { received, heard, failed } = talk({ ready });
    received(encodeReady('no-light'));
    await soon();
    expect(heard).toEqual(['face-locked']);
    expect(failed).not.toHaveBeenCalled();
  });

  it('nothing when the device leaves before it said anything', async () => {
    const { lost, failed } = talk();
    lost();
    await soon();
    expect(failed).not.toHaveBeenCalled();
  });

  it('a failure when it leaves while its ticket is being burned', async () => {
    const { received, lost, failed } = talk({
      ready: () => new Promise((resolve) => setTimeout(() => resolve('no-light'), 50)),
    });
    received(encodeReady('no-light'));
    lost();
    await vi.advanceTimersByTimeAsync(60);
    expect(failed.mock.calls).toEqual([['disconnected/1']]);
  });

  it('a failure when light is asked for where the installation has none', async () => {
    const { received, heard, failed } = talk({ ready: async () => 'default' });
    received(encodeReady('default'));
    await soon();
    expect(heard).toEqual(['challenge-refused']);
    expect(failed.mock.calls).toEqual([['profile/0']]);
  });

  it('a failure when the last answer cannot be kept', async () => {
    const passed = async () => {
      throw new ServerError('ceremony-closed');
    };
    const { received, heard, failed } = talk({ passed });
    received(encodeReady('no-light'));
    await soon();
    for (let k = 1; heard.at(-1) === `step ${k}`; k++) {
      received(commit(k));
      await soon();
    }
    expect(heard.at(-1)).toBe('challenge-refused');
    expect(failed.mock.calls).toEqual([[expect.stringMatching(/^closed/)]]);
  });
});
