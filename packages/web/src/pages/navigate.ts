/**
 * Leaving a page: only to our own origin, and only to addresses that look like ours.
 * @module
 */
import { WebError } from '../sdk/errors.ts';

/** Follows the server's `redirectTo`. @throws {WebError} `reply-invalid` when it points to another origin. */
export function follow(redirectTo: string): void {
  const target = new URL(redirectTo, location.href);
  if (target.origin !== location.origin) throw new WebError('reply-invalid');
  location.assign(target);
}

/** The `return` parameter, if it is the address of a sign-in. Anything else is dropped, not followed. */
export function returnPath(search: string): string | undefined {
  const wanted = new URLSearchParams(search).get('return');
  return wanted && /^\/sign-in\/[\w-]{1,64}$/.test(wanted) ? wanted : undefined;
}

/** The enrolment page, coming back to a sign-in afterwards. */
export function enrolPath(returnTo?: string): string {
  return returnTo ? `/enrol?return=${encodeURIComponent(returnTo)}` : '/enrol';
}
