/**
 * The enrolment page as a state machine. Pure.
 * @module
 */
import type { AccountView, ConsentText, UnlockProfile } from '@blindsight/protocol/wire';
import type { EnrolStep } from '../sdk/enrol.ts';
import type { WebError } from '../sdk/errors.ts';

export type EnrolAccount = Pick<AccountView, 'id' | 'displayName' | 'devices'>;

export interface Progress {
  readonly done: number;
  readonly total: number;
}

type Consented = {
  readonly account: EnrolAccount;
  readonly consent: ConsentText;
  readonly profile: UnlockProfile;
};

interface Enrolled {
  readonly account: EnrolAccount;
  readonly fellBack: boolean;
}

export type EnrolState =
  | { readonly screen: 'loading' }
  /** Name and passkey. `busy` while the passkey is asked for. */
  | { readonly screen: 'account'; readonly busy: boolean }
  | { readonly screen: 'consent'; readonly account: EnrolAccount; readonly consent: ConsentText }
  | ({ readonly screen: 'tips' } & Consented)
  | ({
      readonly screen: 'running';
      readonly step: EnrolStep | 'starting';
      readonly progress: Progress;
    } & Consented)
  /** `fellBack`: `verified` was chosen and the passkey could not do it. */
  | ({ readonly screen: 'done' } & Enrolled)
  /** Before `done`, once in the life of an account: what is shown now is shown never again. */
  | ({ readonly screen: 'codes'; readonly codes: readonly string[] } & Enrolled)
  | { readonly screen: 'failed'; readonly error: WebError; readonly back: EnrolState };

export type EnrolEvent =
  | { readonly type: 'session-missing' }
  | { readonly type: 'passkey-asked' }
  | { readonly type: 'account-ready'; readonly account: EnrolAccount; readonly consent: ConsentText }
  | { readonly type: 'consented'; readonly profile: UnlockProfile }
  | { readonly type: 'begun' }
  | { readonly type: 'stepped'; readonly step: EnrolStep }
  | { readonly type: 'progressed'; readonly progress: Progress }
  | {
      readonly type: 'finished';
      readonly profile: UnlockProfile;
      readonly recoveryCodes?: readonly string[] | undefined;
    }
  | { readonly type: 'codes-kept' }
  | { readonly type: 'failed'; readonly error: WebError }
  /** After `failed`: to the screen from which it can be tried again. */
  | { readonly type: 'retried' }
  | { readonly type: 'cancelled' };

export const atFirst: EnrolState = { screen: 'loading' };
const nothing: Progress = { done: 0, total: 0 };

/** Events that do not belong to the present state change nothing. */
export function enrolReducer(state: EnrolState, event: EnrolEvent): EnrolState {
  switch (event.type) {
    case 'session-missing':
      return { screen: 'account', busy: false };
    case 'passkey-asked':
      return state.screen === 'account' ? { ...state, busy: true } : state;
    case 'account-ready':
      return { screen: 'consent', account: event.account, consent: event.consent };
    case 'consented':
      if (state.screen !== 'consent') return state;
      return { ...state, screen: 'tips', profile: event.profile };
    case 'begun':
      if (state.screen !== 'tips') return state;
      return { ...state, screen: 'running', step: 'starting', progress: nothing };
    case 'stepped':
      return state.screen === 'running' ? { ...state, step: event.step, progress: nothing } : state;
    case 'progressed':
      return state.screen === 'running' ? { ...state, progress: event.progress } : state;
    case 'finished': {
      if (state.screen !== 'running') return state;
      const fellBack = state.profile === 'verified' && event.profile === 'quick';
      const done = { account: state.account, fellBack };
      const codes = event.recoveryCodes;
      return codes ? { screen: 'codes', ...done, codes } : { screen: 'done', ...done };
    }
    case 'codes-kept': {
      if (state.screen !== 'codes') return state;
      const { account, fellBack } = state;
      return { screen: 'done', account, fellBack };
    }
    case 'failed':
      return { screen: 'failed', error: event.error, back: before(state, event.error) };
    case 'retried':
      return state.screen === 'failed' ? state.back : state;
    case 'cancelled':
      return state.screen === 'running' ? before(state) : state;
  }
}

/** Where to start again. A text that changed has to be read again, a session that ended opened again. */
function before(state: EnrolState, error?: WebError): EnrolState {
  if (error?.code === 'consent-outdated') return { screen: 'loading' };
  if (error?.code === 'session-required') return { screen: 'account', busy: false };
  switch (state.screen) {
    case 'running': {
      const { account, consent, profile } = state;
      return { screen: 'tips', account, consent, profile };
    }
    case 'account':
      return { screen: 'account', busy: false };
    case 'failed':
      return state.back;
    default:
      return state;
  }
}
