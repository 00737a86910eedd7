/**
 * The one Trusted Types policy of these pages. It lets through the address of our own worker and nothing else;
 * scripts and HTML have no policy at all, so no string can become either.
 * @module
 */
import workerUrl from './device-worker.ts?worker&url';

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): {
    createScriptURL(url: string): string;
  };
}

const rules = {
  createScriptURL(url: string): string {
    if (url !== workerUrl) throw new TypeError('not our worker');
    return url;
  },
};

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

/** The worker's address, trusted where the browser knows Trusted Types. */
export function workerScriptUrl(): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  // Creating a policy twice is refused by the CSP, so it is made once.
  policy ??= types ? types.createPolicy('blindsight-worker', rules) : rules;
  return policy.createScriptURL(workerUrl);
}
