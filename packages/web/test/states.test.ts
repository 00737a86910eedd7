import type { ImageChallenge } from '@blindsight/protocol/wire';
import { describe, expect, it } from 'vitest';
import { WebError } from '../src/sdk/errors.ts';
import type { KnownAccount } from '../src/sdk/store/devices.ts';
import { atFirst as accountAtFirst, accountReducer } from '../src/state/account.ts';
import {
  type EnrolEvent,
  type EnrolState,
  atFirst as enrolAtFirst,
  enrolReducer,
} from '../src/state/enrol.ts';
import {
  type SignInEvent,
  type SignInState,
  atFirst as signInAtFirst,
  signInReducer,
} from '../src/state/sign-in.ts';

const account = (over: Partial<KnownAccount> = {}): KnownAccount => ({
  accountId: 'a',
  deviceId: 'd',
  displayName: 'Ada',
  profile: 'quick',
  ceremonyId: 'c',
  createdAt: 0,
  waiting: 0,
  ...over,
});
const interaction = {
  uid: 'u',
  client: { id: 'c', name: 'Shop' },
  claims: ['sub'],
  prompt: 'login' as const,
};
const loaded = (over: object = {}): SignInEvent => ({
  type: 'loaded',
  interaction,
  accounts: [account()],
  forgotten: false,
  ...over,
});
const refused = new WebError('sign-in-refused');

describe('the sign-in page', () => {
  const run = (...events: SignInEvent[]) => events.reduce<SignInState>(signInReducer, signInAtFirst);

  it('offers the known accounts, the hinted one first, the others still there', () => {
    const bob = account({ accountId: 'b', displayName: 'Bob' });
    const state = run(
      loaded({ accounts: [account(), bob], interaction: { ...interaction, loginHint: 'b' } }),
    );
    expect(state).toMatchObject({
      screen: 'choose',
      accounts: [{ displayName: 'Bob' }, { displayName: 'Ada' }],
    });
  });

  it.each([
    [{ accounts: [], forgotten: true }, 'lost'],
    [{ accounts: [], forgotten: false }, 'choose'],
    [{ forgotten: true }, 'choose'],
    [{ interaction: { ...interaction, prompt: 'consent' } }, 'consent'],
  ])('opens %j as %s', (over, screen) => {
    expect(run(loaded(over)).screen).toBe(screen);
  });

  it('goes from a tap to the result', () => {
    const picked: SignInEvent = { type: 'picked', account: account() };
    expect(run(loaded(), picked)).toMatchObject({ screen: 'face', step: 'starting' });
    expect(run(loaded(), picked, { type: 'stepped', step: 'capturing' })).toMatchObject({
      step: 'capturing',
    });
    expect(run(loaded(), picked, { type: 'accepted' })).toMatchObject({
      screen: 'done',
      account: { accountId: 'a' },
    });
  });

  it('remembers whose attempt failed, so that a retry is one tap', () => {
    const state = run(loaded(), { type: 'picked', account: account() }, { type: 'failed', error: refused });
    expect(state).toMatchObject({ screen: 'failed', error: refused, account: { accountId: 'a' } });
  });

  it('says how many sign-ins are left exactly when a renewal is due', () => {
    const picked = run(loaded(), { type: 'picked', account: account() });
    expect(signInReducer(picked, { type: 'accepted', ticketsLeft: 11 })).toMatchObject({ ticketsLeft: 11 });
    expect(signInReducer(picked, { type: 'accepted' })).not.toHaveProperty('ticketsLeft');
  });

  it('a failed passkey belongs to no account', () => {
    const state = run(
      loaded(),
      { type: 'passkey-asked' },
      { type: 'failed', error: new WebError('passkey-cancelled') },
    );
    expect(state).not.toHaveProperty('account');
  });

  it('a second tap while the first runs changes nothing', () => {
    const bob = account({ accountId: 'b' });
    const state = run(loaded(), { type: 'picked', account: account() }, { type: 'picked', account: bob });
    expect(state).toMatchObject({ account: { accountId: 'a' } });
  });

  it('cancel leads back to the choice, and late steps of the cancelled attempt are not listened to', () => {
    const state = run(
      loaded(),
      { type: 'picked', account: account() },
      { type: 'cancelled' },
      { type: 'stepped', step: 'comparing' },
    );
    expect(state.screen).toBe('choose');
  });

  it('nothing happens before it is loaded', () => {
    expect(run({ type: 'picked', account: account() })).toBe(signInAtFirst);
  });
});

describe('the image check on the sign-in page', () => {
  const run = (...events: SignInEvent[]) => events.reduce<SignInState>(signInReducer, signInAtFirst);
  const consent = { purpose: 'image-check' as const, version: '1', language: 'en', text: 't', hash: 'h' };
  const progress = { stage: 'sending', done: 1, total: 2, waiting: false } as const;
  const picked: SignInEvent = { type: 'picked', account: account() };
  const asked: SignInEvent = { type: 'image-asked', consent };
  const progressed: SignInEvent = { type: 'image-progressed', kind: 'enrol', progress };

  it('asks, shows how far it is, and when it is set up offers to sign in', () => {
    expect(run(loaded(), picked, asked)).toMatchObject({ screen: 'image-consent', consent });
    expect(run(loaded(), picked, asked, progressed)).toMatchObject({
      screen: 'image',
      kind: 'enrol',
      progress,
    });
    const ready = run(loaded(), picked, asked, progressed, { type: 'image-ready' });
    expect(ready).toMatchObject({ screen: 'image-ready', account: { displayName: 'Ada' } });
    expect(signInReducer(ready, picked).screen).toBe('face');
  });

  it('a failure in it can be tried again by the same account, and its end is a sign-in', () => {
    const during = run(loaded(), picked, progressed);
    expect(signInReducer(during, { type: 'failed', error: refused })).toMatchObject({
      ...{ screen: 'failed', account: { displayName: 'Ada' } },
    });
    expect(signInReducer(during, { type: 'accepted' })).toMatchObject({ screen: 'done', account: account() });
  });

  it('what a cancelled one still says changes nothing', () => {
    const left = run(loaded(), picked, asked, { type: 'cancelled' });
    for (const late of [asked, progressed, { type: 'image-ready' } as const])
      expect(signInReducer(left, late)).toBe(left);
  });
});

describe('the enrolment page', () => {
  const consent = { purpose: 'enrol' as const, version: '1', language: 'en', text: 't', hash: 'h' };
  const ready: EnrolEvent = {
    type: 'account-ready',
    account: { id: 'a', displayName: 'Ada', devices: [] },
    consent,
  };
  const begun: EnrolEvent[] = [ready, { type: 'consented', profile: 'quick' }, { type: 'begun' }];
  const run = (...events: EnrolEvent[]) => events.reduce<EnrolState>(enrolReducer, enrolAtFirst);

  it('has no way to the camera around the consent', () => {
    expect(run(ready, { type: 'begun' }).screen).toBe('consent');
    expect(run({ type: 'begun' }).screen).toBe('loading');
    expect(run(...begun).screen).toBe('running');
  });

  it('after a failure goes back to where it can be tried again, with the consent kept', () => {
    const failed = run(...begun, { type: 'failed', error: new WebError('camera-denied') });
    expect(failed.screen).toBe('failed');
    expect(enrolReducer(failed, { type: 'retried' })).toMatchObject({ screen: 'tips', profile: 'quick' });
  });

  it('after a changed text asks for the new one, after an ended session for the passkey', () => {
    const to = (error: WebError) =>
      enrolReducer(run(...begun, { type: 'failed', error }), { type: 'retried' }).screen;
    expect(to(new WebError('consent-outdated'))).toBe('loading');
    expect(to(new WebError('session-required'))).toBe('account');
  });

  describe('for an application that asks for the image check', () => {
    const image = { ...consent, purpose: 'image-check' as const };
    const wanted: EnrolEvent = { ...ready, image };
    const consented: EnrolEvent = { type: 'consented', profile: 'quick' };
    const finished: EnrolEvent = { type: 'finished', profile: 'quick' };
    const imageCheck = { imageCheckId: 'i', kind: 'enrol' } as ImageChallenge;
    const agreed: EnrolEvent[] = [
      wanted,
      consented,
      { type: 'image-answered', agreed: true },
      { type: 'begun' },
    ];

    it('asks for a consent of its own before the camera, which may be refused', () => {
      expect(run(wanted, consented, { type: 'begun' })).toMatchObject({ screen: 'image-consent', image });
      expect(run(...agreed)).toMatchObject({ screen: 'running', image });
      const declined = run(wanted, consented, { type: 'image-answered', agreed: false }, { type: 'begun' });
      expect(declined).toMatchObject({ screen: 'running', image: undefined });
      expect(enrolReducer(declined, finished)).toEqual({
        ...{ screen: 'done', account: ready.type === 'account-ready' && ready.account, fellBack: false },
      });
    });

    it('keeps that answer when the camera has to be tried again', () => {
      const again = run(...agreed, { type: 'failed', error: new WebError('too-dark') }, { type: 'retried' });
      expect(again).toMatchObject({ screen: 'tips', image });
    });

    it('shows the codes first, then how far the check is, then that it is set up', () => {
      const codes = run(...agreed, { ...finished, imageCheck, recoveryCodes: ['A'] });
      expect(codes.screen).toBe('codes');
      const running = enrolReducer(codes, { type: 'codes-kept' });
      expect(running).toMatchObject({ screen: 'image', challenge: imageCheck, consent: image });
      const progress = { stage: 'opening' } as const;
      expect(enrolReducer(running, { type: 'image-progressed', progress })).toMatchObject({ progress });
      const done = enrolReducer(running, { type: 'image-ended', ready: true });
      expect(done).toMatchObject({ screen: 'done', image: 'ready' });
      expect(enrolReducer(done, { type: 'image-progressed', progress })).toBe(done);
    });

    it('is an enrolment all the same where the check fails, or never begins', () => {
      const failed = run(...agreed, { ...finished, imageCheck }, { type: 'image-ended', ready: false });
      expect(failed).toMatchObject({ screen: 'done', image: 'missing' });
      expect(run(...agreed, finished)).toMatchObject({ screen: 'done', image: 'missing' });
    });
  });

  it('a passkey that was cancelled can be asked for again', () => {
    const state = run(
      { type: 'session-missing' },
      { type: 'passkey-asked' },
      { type: 'failed', error: new WebError('passkey-cancelled') },
    );
    expect(enrolReducer(state, { type: 'retried' })).toEqual({ screen: 'account', busy: false });
  });

  it.each([
    ['quick', 'quick', false],
    ['verified', 'verified', false],
    ['verified', 'quick', true],
  ] as const)('%s chosen and %s made: says so: %s', (chosen, made, fellBack) => {
    const state = run(
      ready,
      { type: 'consented', profile: chosen },
      { type: 'begun' },
      { type: 'finished', profile: made },
    );
    expect(state).toMatchObject({ screen: 'done', fellBack });
  });

  it('starts each step with its own progress', () => {
    const state = run(
      ...begun,
      { type: 'progressed', progress: { done: 120, total: 120 } },
      { type: 'stepped', step: 'sending' },
    );
    expect(state).toMatchObject({ progress: { done: 0, total: 0 } });
  });
});

describe('the account page', () => {
  const open = { account: { id: 'a' } as never, local: [], lost: false };
  const opened = accountReducer(accountAtFirst, { type: 'opened', ...open });
  const asked = accountReducer(opened, { type: 'asked', question: { kind: 'revoke', deviceId: 'd' } });

  it('erases nothing that was not asked about first', () => {
    expect(accountReducer(opened, { type: 'confirmed' })).toBe(opened);
    expect(accountReducer(asked, { type: 'confirmed' })).toMatchObject({
      busy: true,
      question: { deviceId: 'd' },
    });
  });

  it('keeps the page when an action fails, and asks for the passkey when the session ended', () => {
    const error = new WebError('network-lost');
    expect(accountReducer(asked, { type: 'failed', error })).toMatchObject({
      screen: 'open',
      busy: false,
      error,
    });
    expect(accountReducer(asked, { type: 'failed', error: new WebError('session-required') }).screen).toBe(
      'sign-in',
    );
  });

  it('renews with the account in hand, step by step, and shows it again whatever happened', () => {
    const begun = accountReducer(opened, { type: 'renewal-begun' });
    expect(begun).toMatchObject({ screen: 'renewing', step: 'starting', ...open });
    const making = accountReducer(
      accountReducer(begun, { type: 'renewal-progressed', progress: { done: 3, total: 96 } }),
      { type: 'renewal-stepped', step: 'sending' },
    );
    expect(making).toMatchObject({ step: 'sending', progress: { done: 0, total: 0 } });
    const error = new WebError('sign-in-refused');
    expect(accountReducer(making, { type: 'failed', error })).toMatchObject({
      screen: 'open',
      error,
      ...open,
    });
    expect(accountReducer(making, { type: 'renewal-cancelled' })).toMatchObject({ screen: 'open', ...open });
    expect(accountReducer(making, { type: 'renewed', ...open }).screen).toBe('renewed');
    expect(accountReducer(opened, { type: 'renewal-stepped', step: 'making' })).toBe(opened);
  });

  it('shows the receipt with the account as it is afterwards', () => {
    const receipt = { receiptId: 'r' } as never;
    expect(accountReducer(asked, { type: 'erased', receipt, ...open })).toMatchObject({
      receipt,
      busy: false,
    });
  });
});
