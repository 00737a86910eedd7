/**
 * A sign outside the database that there should be something in it. Browsers that remove only the large storage
 * leave it, and the page can then say "this browser has forgotten your keys" instead of "you are new here".
 * @module
 */
const key = 'blindsight.enrolled';

export function markEnrolled(): void {
  attempt(() => localStorage.setItem(key, '1'));
}
export function unmarkEnrolled(): void {
  attempt(() => localStorage.removeItem(key));
}
export function wasEnrolled(): boolean {
  return attempt(() => localStorage.getItem(key) === '1') ?? false;
}

/** Storage may be switched off; the marker is a kindness, not a need. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
