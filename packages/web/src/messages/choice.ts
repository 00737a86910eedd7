/**
 * Which languages are wanted on this page: the person's choice, then what the application asked for, then the
 * browser's. Storage may be switched off: then the later ones decide.
 * @module
 */
const key = 'blindsight.language';

/** BCP 47 tags, the most wanted first. */
export function wantedLanguages(): readonly string[] {
  return [...chosen(), ...asked(), ...(globalThis.navigator?.languages ?? [])];
}

/** Kept by this browser until another is chosen. */
export function storeChoice(language: string): void {
  attempt(() => localStorage.setItem(key, language));
}

const chosen = (): readonly string[] => tags(attempt(() => localStorage.getItem(key)));

/** OpenID Connect Core 3.1.2.1, `ui_locales`; holds for the pages that follow in this tab. */
function asked(): readonly string[] {
  const now = attempt(() => new URLSearchParams(location.search).get('ui_locales'));
  if (now) attempt(() => sessionStorage.setItem(key, now));
  return tags(now ?? attempt(() => sessionStorage.getItem(key)));
}

const tags = (list: string | null | undefined): readonly string[] => list?.split(' ') ?? [];

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
