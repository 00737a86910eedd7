/**
 * The account page as a state machine. Pure.
 * @module
 */
import type { AccountView, ErasureReceipt } from '@blindsight/protocol/wire';
import type { AdmitStep } from '../sdk/admit.ts';
import type { Erasure } from '../sdk/erase.ts';
import type { WebError } from '../sdk/errors.ts';
import type { RenewStep } from '../sdk/renew.ts';

/** An erasure a person has asked for and not yet confirmed. */
export interface Question {
  readonly kind: Erasure;
  readonly deviceId: string;
}

export interface Open {
  readonly account: AccountView;
  /** Enrolments whose keys this browser holds. */
  readonly local: readonly string[];
  /** This browser should hold keys and holds none. */
  readonly lost: boolean;
}

export interface Comparison {
  readonly code: string;
  /** What the other device calls itself. */
  readonly label: string;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
}

export type AccountState =
  | { readonly screen: 'loading' }
  | { readonly screen: 'sign-in'; readonly busy: boolean }
  | ({
      readonly screen: 'open';
      readonly question?: Question;
      readonly busy: boolean;
      readonly receipt?: ErasureReceipt;
      /** What the last action failed with; the page stays. */
      readonly error?: WebError;
    } & Open)
  | ({
      readonly screen: 'renewing';
      readonly step: RenewStep | 'starting';
      readonly progress: Progress;
    } & Open)
  | ({ readonly screen: 'renewed' | 'admitted' } & Open)
  | ({
      readonly screen: 'admitting';
      readonly step: AdmitStep;
      /** Of the QR code. */
      readonly address?: string;
      /** While a person is asked whether the other device shows the same digits. */
      readonly comparison?: Comparison;
    } & Open)
  | ({ readonly screen: 'codes'; readonly codes: readonly string[] } & Open)
  | { readonly screen: 'failed'; readonly error: WebError };

export type AccountEvent =
  | { readonly type: 'session-missing' }
  | { readonly type: 'passkey-asked' }
  | ({ readonly type: 'opened' } & Open)
  | { readonly type: 'asked'; readonly question: Question }
  | { readonly type: 'kept' }
  | { readonly type: 'confirmed' }
  | ({ readonly type: 'erased'; readonly receipt: ErasureReceipt } & Open)
  | { readonly type: 'renewal-begun' }
  | { readonly type: 'renewal-stepped'; readonly step: RenewStep }
  | { readonly type: 'renewal-progressed'; readonly progress: Progress }
  | { readonly type: 'renewal-cancelled' }
  | ({ readonly type: 'renewed' | 'admitted' } & Open)
  | { readonly type: 'admission-begun' }
  | { readonly type: 'admission-stepped'; readonly step: AdmitStep }
  | { readonly type: 'admission-shown'; readonly address: string }
  | { readonly type: 'digits-asked'; readonly comparison: Comparison }
  | { readonly type: 'admission-cancelled' }
  | ({ readonly type: 'codes-made'; readonly codes: readonly string[] } & Open)
  | { readonly type: 'failed'; readonly error: WebError };

export const atFirst: AccountState = { screen: 'loading' };
const nothing: Progress = { done: 0, total: 0 };

export function accountReducer(state: AccountState, event: AccountEvent): AccountState {
  switch (event.type) {
    case 'session-missing':
      return { screen: 'sign-in', busy: false };
    case 'passkey-asked':
      return { screen: 'sign-in', busy: true };
    case 'opened':
      return { screen: 'open', busy: false, ...parts(event) };
    case 'renewed':
    case 'admitted':
      return { screen: event.type, ...parts(event) };
    case 'codes-made':
      return { screen: 'codes', codes: event.codes, ...parts(event) };
    case 'erased':
      return { screen: 'open', busy: false, ...parts(event), receipt: event.receipt };
    case 'failed':
      if (event.error.code === 'session-required') return { screen: 'sign-in', busy: false };
      if (state.screen !== 'open' && state.screen !== 'renewing' && state.screen !== 'admitting')
        return { screen: 'failed', error: event.error };
      return { screen: 'open', busy: false, ...parts(state), error: event.error };
  }
  if (state.screen === 'renewing') return renewing(state, event);
  if (state.screen === 'admitting') return admitting(state, event);
  if (state.screen !== 'open') return state;
  switch (event.type) {
    case 'asked':
      return { screen: 'open', busy: false, ...parts(state), question: event.question };
    case 'kept':
      return { screen: 'open', busy: false, ...parts(state) };
    case 'confirmed':
      return state.question ? { ...state, busy: true } : state;
    case 'renewal-begun':
      return { screen: 'renewing', step: 'starting', progress: nothing, ...parts(state) };
    case 'admission-begun':
      return { screen: 'admitting', step: 'starting', ...parts(state) };
    default:
      return state;
  }
}

function renewing(state: Extract<AccountState, { screen: 'renewing' }>, event: AccountEvent): AccountState {
  switch (event.type) {
    case 'renewal-stepped':
      return { ...state, step: event.step, progress: nothing };
    case 'renewal-progressed':
      return { ...state, progress: event.progress };
    case 'renewal-cancelled':
      return { screen: 'open', busy: false, ...parts(state) };
    default:
      return state;
  }
}

function admitting(state: Extract<AccountState, { screen: 'admitting' }>, event: AccountEvent): AccountState {
  switch (event.type) {
    case 'admission-stepped': {
      const { comparison: _asked, ...rest } = state;
      return { ...rest, step: event.step };
    }
    case 'admission-shown':
      return { ...state, address: event.address };
    case 'digits-asked':
      return { ...state, comparison: event.comparison };
    case 'admission-cancelled':
      return { screen: 'open', busy: false, ...parts(state) };
    default:
      return state;
  }
}

const parts = ({ account, local, lost }: Open): Open => ({ account, local, lost });
