/** A refused answer says nothing about why: one code, one text, the same bytes, and the same time after it came. */
import { fromBase64url, newId, type SignInAnswer, toBase64url } from '@blindsight/protocol/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser, type Reply } from './support/browser.ts';
import { type Provider, provider } from './support/provider.ts';

const refusalMs = 250;
let site: Provider;
let ada: Browser;
const start = Date.now();
let passed = 0;
/** How long the store takes to end a ceremony: work on the way to a refusal, made visible. */
let work = 0;
let waits: number[] = [];
beforeAll(async () => {
  const clock = () => start + passed;
  const wait = async (ms: number) => void waits.push(ms);
  const policy = { refusalMs, failuresToLock: 1_000, signInsPerDay: 1_000, signInsPerDayAndClient: 1_000 };
  site = await provider({ policy }, { clock, wait });
  const { signIns } = site.server.storage;
  const conclude = signIns.conclude.bind(signIns);
  Object.assign(signIns, {
    conclude: (...given: Parameters<typeof conclude>) => {
      passed += work;
      return conclude(...given);
    },
  });
}, 60_000);
afterAll(() => site?.dispose());
beforeEach(async () => {
  work = 80;
  ada = new Browser(site);
  await ada.createAccount();
});

type Exchange = Awaited<ReturnType<Browser['upToReply']>>;
const flipped = (text: string) => {
  const bytes = fromBase64url(text);
  bytes[0]! ^= 1;
  return toBase64url(bytes);
};
const answering =
  (change: (answer: SignInAnswer, one: Exchange) => SignInAnswer | Promise<SignInAnswer>, who = 'ada') =>
  async (): Promise<Reply> => {
    const one = await ada.upToReply(who);
    const answer = await change(one.answer, one);
    waits = [];
    const reply = await ada.answer(one.sent, answer);
    return reply;
  };
const unchanged = (answer: SignInAnswer) => answer;

const refusals: Record<string, () => Promise<Reply>> = {
  'another face': answering(unchanged, 'eve'),
  'a wrong token': answering((answer) => ({ ...answer, token: flipped(answer.token) })),
  'a wrong signature': answering((answer) => ({ ...answer, signature: flipped(answer.signature) })),
  'a late answer': answering((answer) => {
    passed += 120_000;
    return answer;
  }),
  'a late answer after the sweep': answering(async (answer) => {
    passed += 120_000;
    await site.server.sweep();
    return answer;
  }),
  'a device erased in between': answering(async (answer) => {
    await ada.reauthenticate();
    await ada.must('DELETE', `/v1/account/devices/${ada.device!.deviceId}/enrolment`);
    return answer;
  }),
};
const verifiedRefusals: Record<string, () => Promise<Reply>> = {
  'no passkey where one was asked for': answering(({ passkey: _none, ...answer }) => answer),
  'a passkey nobody knows': answering((answer) => ({
    ...answer,
    passkey: { ...answer.passkey, id: newId() },
  })),
};

/** Everything a browser gets of a reply, without what changes by the second. */
const seen = ({ status, bytes, headers }: Reply) => {
  const changing = /^(date|x-ratelimit-)/;
  const kept = Object.entries(headers).filter(([name]) => !changing.test(name));
  return { status, body: Buffer.from(bytes).toString('latin1'), headers: Object.fromEntries(kept) };
};

describe('a refusal of the face factor', () => {
  it('is the same bytes after the same time, whatever was wrong', async () => {
    const replies = new Map<string, ReturnType<typeof seen>>();
    for (const [profile, kinds] of [
      ['quick', refusals],
      ['verified', verifiedRefusals],
    ] as const) {
      for (const [why, refuse] of Object.entries(kinds)) {
        await ada.reauthenticate();
        ada = new Browser(site);
        await ada.createAccount();
        await ada.enrol('ada', profile);
        replies.set(why, seen(await refuse()));
        expect([why, waits]).toEqual([why, [refusalMs - work]]);
        const { failures } = await site.server.storage.signIns.faceFactor(ada.device!.accountId);
        expect([why, failures]).toEqual([why, 1]);
      }
    }
    const [first, ...others] = [...replies.values()];
    expect(first).toMatchObject({ status: 401 });
    expect(JSON.parse(first!.body)).toMatchObject({ code: 'sign-in-refused' });
    for (const other of others) expect(other).toEqual(first);
    expect(replies.size).toBe(8);
  });

  it('does not wait when the work took longer, and an acceptance never does', async () => {
    await ada.enrol('ada');
    const one = await ada.upToReply('eve');
    waits = [];
    work = 1_000;
    expect((await ada.answer(one.sent, one.answer)).status).toBe(401);
    expect(waits).toEqual([0]);
    waits = [];
    expect((await ada.signIn('ada')).status).toBe(200);
    expect(waits).toEqual([]);
  });

  it('of a renewal is the same one', async () => {
    await ada.enrol('ada');
    const miss = await answering(unchanged, 'eve')();
    const { sent, answer } = await ada.upToRootReply('eve');
    waits = [];
    const renewal = await ada.answer(sent, answer);
    expect(seen(renewal)).toEqual(seen(miss));
    expect(waits).toEqual([refusalMs - work]);
  });
});
