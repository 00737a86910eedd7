/**
 * Whether this person may be shown changing colours. Asked once in each browser, never where the system asks for less
 * motion.
 * @module
 */
import type { ChallengeProfile } from '@blindsight/protocol/wire';
import type { Challenged } from '../sdk/challenged.ts';

const key = 'blindsight-light';

/** The profile to use; `undefined` when the person has to be asked first. */
export function knownProfile(policy: Challenged['policy']): ChallengeProfile | undefined {
  if (policy === 'no-light' || matchMedia('(prefers-reduced-motion: reduce)').matches) return 'no-light';
  return stored();
}

/** Remembers the answer; a browser that keeps nothing asks again. */
export function chooseProfile(profile: ChallengeProfile): void {
  try {
    localStorage.setItem(key, profile);
  } catch {
    // storage is switched off
  }
}

function stored(): ChallengeProfile | undefined {
  try {
    const value = localStorage.getItem(key);
    return value === 'default' || value === 'no-light' ? value : undefined;
  } catch {
    return undefined;
  }
}
