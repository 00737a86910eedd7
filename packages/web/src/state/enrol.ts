/**
 * The enrolment page as a state machine. Pure.
 * @module
 */
import type { AccountView, ConsentText, ImageChallenge, UnlockProfile } from '@blindsight/protocol/wire';
import type { EnrolStep } from '../sdk/enrol.ts';
import type { WebError } from '../sdk/errors.ts';
import type { ImageProgress } from '../sdk/image-check.ts';

export type EnrolAccount = Pick<AccountView, 'id' | 'displayName' | 'devices'>;

export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** `image`: the text of the image check, where the application behind this enrolment asks for it. */
type Texts = {
  readonly account: EnrolAccount;
  readonly consent: ConsentText;
  readonly image?: ConsentText | undefined;
};
/** From here on `image` is there when it was agreed to. */
type Consented = Texts & { readonly profile: UnlockProfile };

interface Enrolled {
  readonly account: EnrolAccount;
  readonly fellBack: boolean;
}

/** The image check that is set up after the enrolment, and the text that was agreed to. */
export interface ImageSetUp {
  readonly challenge: ImageChallenge;
  readonly consent: ConsentText;
}

export type EnrolState =
  | { readonly screen: 'loading' }
  /** Name and passkey. `busy` while the passkey is asked for. */
  | { readonly screen: 'account'; readonly busy: boolean }
  | ({ readonly screen: 'consent' } & Texts)
  | ({ readonly screen: 'image-consent'; readonly image: ConsentText } & Consented)
  | ({ readonly screen: 'tips' } & Consented)
  | ({
      readonly screen: 'running';
      readonly step: EnrolStep | 'starting';
      readonly progress: Progress;
    } & Consented)
  /**
   * `fellBack`: `verified` was chosen and the passkey could not do it. `image`: whether the image check is set up,
   * where it was wanted.
   */
  | ({ readonly screen: 'done'; readonly image?: 'ready' | 'missing' } & Enrolled)
  /** Before `done`, once in the life of an account: what is shown now is shown never again. */
  | ({ readonly screen: 'codes'; readonly codes: readonly string[]; readonly next: Next } & Enrolled)
  | ({ readonly screen: 'image'; readonly progress: ImageProgress } & ImageSetUp & Enrolled)
  | { readonly screen: 'failed'; readonly error: WebError; readonly back: EnrolState };

/** What comes before `done`. */
type Next = ImageSetUp | 'done' | 'missing';

export type EnrolEvent =
  | { readonly type: 'session-missing' }
  | { readonly type: 'passkey-asked' }
  | ({ readonly type: 'account-ready' } & Texts)
  | { readonly type: 'consented'; readonly profile: UnlockProfile }
  | { readonly type: 'image-answered'; readonly agreed: boolean }
  | { readonly type: 'begun' }
  | { readonly type: 'stepped'; readonly step: EnrolStep }
  | { readonly type: 'progressed'; readonly progress: Progress }
  | {
      readonly type: 'finished';
      readonly profile: UnlockProfile;
      readonly recoveryCodes?: readonly string[] | undefined;
      /** Where it was agreed to, and could be begun. */
      readonly imageCheck?: ImageChallenge | undefined;
    }
  | { readonly type: 'codes-kept' }
  | { readonly type: 'image-progressed'; readonly progress: ImageProgress }
  | { readonly type: 'image-ended'; readonly ready: boolean }
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
      return { screen: 'consent', account: event.account, consent: event.consent, image: event.image };
    case 'consented': {
      if (state.screen !== 'consent') return state;
      const { image } = state;
      const consented = { ...state, profile: event.profile };
      return image ? { ...consented, screen: 'image-consent', image } : { ...consented, screen: 'tips' };
    }
    case 'image-answered':
      if (state.screen !== 'image-consent') return state;
      return { ...state, screen: 'tips', image: event.agreed ? state.image : undefined };
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
      const enrolled = { account: state.account, fellBack };
      const next = nextOf(state, event.imageCheck);
      const codes = event.recoveryCodes;
      return codes ? { screen: 'codes', ...enrolled, codes, next } : after(enrolled, next);
    }
    case 'codes-kept':
      return state.screen === 'codes' ? after(state, state.next) : state;
    case 'image-progressed':
      return state.screen === 'image' ? { ...state, progress: event.progress } : state;
    case 'image-ended': {
      if (state.screen !== 'image') return state;
      const { account, fellBack } = state;
      return { screen: 'done', account, fellBack, image: event.ready ? 'ready' : 'missing' };
    }
    case 'failed':
      return { screen: 'failed', error: event.error, back: before(state, event.error) };
    case 'retried':
      return state.screen === 'failed' ? state.back : state;
    case 'cancelled':
      return state.screen === 'running' ? before(state) : state;
  }
}

function nextOf({ image }: Consented, challenge: ImageChallenge | undefined): Next {
  if (!image) return 'done';
  return challenge ? { challenge, consent: image } : 'missing';
}

function after({ account, fellBack }: Enrolled, next: Next): EnrolState {
  const enrolled = { account, fellBack };
  if (next === 'done') return { screen: 'done', ...enrolled };
  if (next === 'missing') return { screen: 'done', ...enrolled, image: 'missing' };
  return { screen: 'image', ...enrolled, ...next, progress: { stage: 'making', ...nothing } };
}

/** Where to start again. A text that changed has to be read again, a session that ended opened again. */
function before(state: EnrolState, error?: WebError): EnrolState {
  if (error?.code === 'consent-outdated') return { screen: 'loading' };
  if (error?.code === 'session-required') return { screen: 'account', busy: false };
  switch (state.screen) {
    case 'running': {
      const { account, consent, profile, image } = state;
      return { screen: 'tips', account, consent, profile, image };
    }
    case 'account':
      return { screen: 'account', busy: false };
    case 'failed':
      return state.back;
    default:
      return state;
  }
}
