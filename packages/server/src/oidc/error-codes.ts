/**
 * From oidc-provider's errors to the codes a person sees on the error page.
 * @module
 */
import type { ErrorOut } from 'oidc-provider';

/** `unknown-client`, `invalid-redirect-uri`, `interaction-expired` and `internal` are the server's own codes. */
export type PageErrorCode =
  | 'unknown-client'
  | 'invalid-redirect-uri'
  | 'interaction-expired'
  | 'invalid-request'
  | 'internal';

export interface PageError {
  readonly code: PageErrorCode;
  /** For the application's developer; only where the library vouches for it (`expose`). */
  readonly detail?: string;
}

export function pageError(out: ErrorOut, error: Error): PageError {
  const code = pageErrorCode(out, error);
  const detail = code === 'invalid-request' ? `${out.error}: ${out.error_description ?? ''}` : undefined;
  return { code, ...(detail === undefined ? {} : { detail }) };
}

function pageErrorCode(out: ErrorOut, error: Error): PageErrorCode {
  const thrown = error.name;
  if (thrown === 'InvalidClient') return 'unknown-client';
  if (thrown === 'InvalidRedirectUri' || /redirect_uri not registered/.test(out.error_description ?? '')) {
    return 'invalid-redirect-uri';
  }
  if (thrown === 'SessionNotFound') return 'interaction-expired';
  return out.error === 'server_error' ? 'internal' : 'invalid-request';
}
