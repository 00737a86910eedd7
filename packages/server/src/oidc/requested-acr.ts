/**
 * What one authorization request says about assurance, from its stored parameters.
 * @module
 */
import type { ClientConfig } from '../config.ts';
import type { Demand } from './levels.ts';

interface AcrClaim {
  readonly essential?: boolean;
  readonly value?: string;
  readonly values?: readonly string[];
}

export interface RequestedAcr extends Demand {
  /** OpenID Connect Core 5.5.1: an essential claim that cannot be met is an error, a voluntary one is not. */
  readonly essential: boolean;
}

/**
 * Reads `acr_values` and `claims.id_token.acr`. `claims` was validated as JSON by oidc-provider before;
 * what does not have the expected shape asks for nothing.
 */
export function requestedAcr(
  params: Readonly<Record<string, unknown>>,
  client: ClientConfig | undefined,
): RequestedAcr {
  const claim = acrClaim(params['claims']);
  const values = [
    ...words(params['acr_values']),
    ...(typeof claim.value === 'string' ? [claim.value] : []),
    ...(Array.isArray(claim.values) ? claim.values.filter((v) => typeof v === 'string') : []),
  ];
  return { minimum: client?.requiredAcr, requested: values, essential: claim.essential === true };
}

function words(value: unknown): string[] {
  return typeof value === 'string' ? value.split(' ').filter(Boolean) : [];
}

function acrClaim(claims: unknown): AcrClaim {
  if (typeof claims !== 'string') return {};
  try {
    return JSON.parse(claims)?.id_token?.acr ?? {};
  } catch {
    return {};
  }
}
