/**
 * The sign-in page as a state machine: every screen is one state, every change one event. Pure.
 * @module
 */
import type { ConsentText, InteractionView, NewDeviceNotice } from '@blindsight/protocol/wire';
import type { WebError } from '../sdk/errors.ts';
import type { ImageRun } from '../sdk/image-check.ts';
import type { SignInStep } from '../sdk/sign-in.ts';
import type { KnownAccount } from '../sdk/store/devices.ts';

export interface Loaded {
  readonly interaction: InteractionView;
  readonly accounts: readonly KnownAccount[];
  /** This browser was enrolled once and no longer holds anything. */
  readonly forgotten: boolean;
}

/** What is said on the way out, when there is something to say. */
export interface News {
  /** Only when a renewal is due. */
  readonly ticketsLeft?: number;
  readonly newDevices?: readonly NewDeviceNotice[];
}

export type SignInState =
  | { readonly screen: 'loading' }
  /** The interaction itself could not be opened. */
  | { readonly screen: 'broken'; readonly error: WebError }
  | ({ readonly screen: 'choose' | 'consent' | 'lost' | 'passkey' | 'leaving' } & Loaded)
  | ({
      readonly screen: 'face';
      readonly account: KnownAccount;
      readonly step: SignInStep | 'starting';
    } & Loaded)
  /** Before the image check is set up. */
  | ({
      readonly screen: 'image-consent';
      readonly account: KnownAccount;
      readonly consent: ConsentText;
    } & Loaded)
  | ({ readonly screen: 'image'; readonly account: KnownAccount } & ImageRun & Loaded)
  /** It is set up: the next sign-in is checked. */
  | ({ readonly screen: 'image-ready'; readonly account: KnownAccount } & Loaded)
  /** `account`: whose attempt it was, for "try again"; absent for a passkey. */
  | ({ readonly screen: 'failed'; readonly error: WebError; readonly account?: KnownAccount } & Loaded)
  | ({ readonly screen: 'done'; readonly account?: KnownAccount } & News & Loaded);

export type SignInEvent =
  | ({ readonly type: 'loaded' } & Loaded)
  | { readonly type: 'broke'; readonly error: WebError }
  | { readonly type: 'picked'; readonly account: KnownAccount }
  | { readonly type: 'stepped'; readonly step: SignInStep }
  | { readonly type: 'image-asked'; readonly consent: ConsentText }
  | ({ readonly type: 'image-progressed' } & ImageRun)
  | { readonly type: 'image-ready' }
  | { readonly type: 'passkey-asked' }
  | { readonly type: 'failed'; readonly error: WebError }
  | ({ readonly type: 'accepted' } & News)
  | { readonly type: 'cancelled' }
  | { readonly type: 'left' };

export const atFirst: SignInState = { screen: 'loading' };

/** Events that do not belong to the present state are late echoes of something cancelled: they change nothing. */
export function signInReducer(state: SignInState, event: SignInEvent): SignInState {
  switch (event.type) {
    case 'loaded':
      return state.screen === 'loading' ? opening(event) : state;
    case 'broke':
      return { screen: 'broken', error: event.error };
  }
  if (state.screen === 'loading' || state.screen === 'broken') return state;
  const { interaction, accounts, forgotten } = state;
  const loaded: Loaded = { interaction, accounts, forgotten };

  switch (event.type) {
    case 'picked':
      return state.screen === 'face'
        ? state
        : { ...loaded, screen: 'face', account: event.account, step: 'starting' };
    case 'stepped':
      return state.screen === 'face' ? { ...state, step: event.step } : state;
    case 'image-asked':
      return trying(state)
        ? { ...loaded, screen: 'image-consent', account: state.account, consent: event.consent }
        : state;
    case 'image-progressed':
      return trying(state)
        ? { ...loaded, screen: 'image', account: state.account, kind: event.kind, progress: event.progress }
        : state;
    case 'image-ready':
      return trying(state) ? { ...loaded, screen: 'image-ready', account: state.account } : state;
    case 'passkey-asked':
      return { ...loaded, screen: 'passkey' };
    case 'failed':
      if (trying(state)) return { ...loaded, screen: 'failed', error: event.error, account: state.account };
      return { ...loaded, screen: 'failed', error: event.error };
    case 'accepted':
      if (trying(state)) {
        const { type: _type, ...due } = event;
        return { ...loaded, screen: 'done', account: state.account, ...due };
      }
      return { ...loaded, screen: 'done' };
    case 'cancelled':
      return opening(loaded);
    case 'left':
      return { ...loaded, screen: 'leaving' };
  }
}

type Trying = Extract<SignInState, { screen: 'face' | 'image-consent' | 'image' }>;

/** An attempt with the face of one account is under way. */
const trying = (state: SignInState): state is Trying =>
  state.screen === 'face' || state.screen === 'image-consent' || state.screen === 'image';

function opening({ interaction, accounts, forgotten }: Loaded): SignInState {
  const loaded = { interaction, accounts: preferred(accounts, interaction.loginHint), forgotten };
  if (interaction.prompt === 'consent') return { ...loaded, screen: 'consent' };
  if (forgotten && accounts.length === 0) return { ...loaded, screen: 'lost' };
  return { ...loaded, screen: 'choose' };
}

/** The account the application hinted at comes first; the others stay: a hint does not decide. */
function preferred(accounts: readonly KnownAccount[], hint: string | undefined): readonly KnownAccount[] {
  const hinted = (account: KnownAccount) => account.accountId === hint || account.displayName === hint;
  return [...accounts.filter(hinted), ...accounts.filter((account) => !hinted(account))];
}
