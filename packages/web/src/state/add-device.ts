/**
 * The page of a device that another one lets in, as a state machine. Pure.
 * @module
 */
import type { ConsentText } from '@blindsight/protocol/wire';
import type { WebError } from '../sdk/errors.ts';
import type { JoinStep } from '../sdk/join.ts';
import type { Progress } from './enrol.ts';

export type AddDeviceState =
  | { readonly screen: 'loading' }
  | { readonly screen: 'consent'; readonly consent: ConsentText }
  | { readonly screen: 'tips'; readonly consent: ConsentText }
  | {
      readonly screen: 'running';
      readonly step: JoinStep | 'starting';
      readonly progress: Progress;
      /** Six digits, while they are to be compared. */
      readonly code?: string;
    }
  | { readonly screen: 'done'; readonly displayName: string }
  /** There is no way back: a link works once. */
  | { readonly screen: 'failed'; readonly error: WebError };

export type AddDeviceEvent =
  | { readonly type: 'loaded'; readonly consent: ConsentText }
  | { readonly type: 'consented' }
  | { readonly type: 'begun' }
  | { readonly type: 'stepped'; readonly step: JoinStep }
  | { readonly type: 'coded'; readonly code: string }
  | { readonly type: 'progressed'; readonly progress: Progress }
  | { readonly type: 'finished'; readonly displayName: string }
  | { readonly type: 'failed'; readonly error: WebError };

export const atFirst: AddDeviceState = { screen: 'loading' };
const nothing: Progress = { done: 0, total: 0 };

/** Events that do not belong to the present state change nothing. */
export function addDeviceReducer(state: AddDeviceState, event: AddDeviceEvent): AddDeviceState {
  switch (event.type) {
    case 'loaded':
      return state.screen === 'loading' ? { screen: 'consent', consent: event.consent } : state;
    case 'consented':
      return state.screen === 'consent' ? { ...state, screen: 'tips' } : state;
    case 'begun':
      return state.screen === 'tips' ? { screen: 'running', step: 'starting', progress: nothing } : state;
    case 'stepped': {
      if (state.screen !== 'running') return state;
      const { step } = event;
      const compared = step === 'comparing' && state.code !== undefined;
      return { screen: 'running', step, progress: nothing, ...(compared ? { code: state.code } : {}) };
    }
    case 'coded':
      return state.screen === 'running' ? { ...state, code: event.code } : state;
    case 'progressed':
      return state.screen === 'running' ? { ...state, progress: event.progress } : state;
    case 'finished':
      return state.screen === 'running' ? { screen: 'done', displayName: event.displayName } : state;
    case 'failed':
      return { screen: 'failed', error: event.error };
  }
}
