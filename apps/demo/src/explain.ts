/**
 * What to tell a person when a sign-in fails.
 * @module
 */
import * as client from 'openid-client';
import { AssuranceTooLow } from './relying-party.ts';

export interface Explanation {
  readonly status: number;
  /** Stable. */
  readonly code: string;
  readonly text: string;
  readonly detail?: string;
}

/** The provider's own refusals, in words; the code is OpenID Connect's. */
const refusals: Readonly<Record<string, string>> = {
  access_denied: 'You did not approve this sign-in, so nothing was sent.',
  login_required: 'The provider needs you to sign in.',
  unmet_authentication_requirements:
    'The provider could not confirm you at the level this application asked for.',
};

export function explain(error: unknown, issuer: string): Explanation {
  if (error instanceof client.AuthorizationResponseError) {
    const text = refusals[error.error] ?? 'The provider refused this sign-in.';
    return { status: 400, code: error.error, text, detail: error.error_description ?? '' };
  }
  if (error instanceof client.ResponseBodyError) {
    const text = 'The provider did not accept the code this sign-in came back with.';
    return { status: 502, code: error.error, text, detail: error.error_description ?? '' };
  }
  if (error instanceof AssuranceTooLow) {
    const text = 'This needs a sign-in by face, and the provider did not vouch for one.';
    return { status: 403, code: 'assurance-too-low', text };
  }
  if (unreachable(error)) {
    const text = `The provider at ${issuer} cannot be reached. Is it running? Start it and try again.`;
    return { status: 503, code: 'provider-unreachable', text };
  }
  if (error instanceof client.ClientError) {
    const text = 'What came back from the provider did not pass the checks, so you are not signed in.';
    return { status: 400, code: 'sign-in-not-verified', text, detail: error.message };
  }
  return { status: 500, code: 'internal', text: 'Something went wrong in the demo application.' };
}

/** `fetch` reports a refused connection as a TypeError; a proxy in between answers with a 5xx. */
function unreachable(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at.message === 'fetch failed' || at.name === 'TimeoutError') return true;
    if ((at as { code?: string }).code === 'OAUTH_RESPONSE_IS_NOT_CONFORM') return true;
  }
  return false;
}
