/**
 * When a person must be asked again: oidc-provider's prompts with the step-up rule of this product.
 * `acr_values` alone is voluntary for the library, so the comparison is ours.
 * @module
 */
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { ClientConfig } from '../config.ts';
import { demandedLevel, type Levels, levelOf } from './levels.ts';
import { requestedAcr } from './requested-acr.ts';

const { Check, base } = interactionPolicy;

export function promptPolicy(
  levels: Levels,
  clientOf: (id: string) => ClientConfig | undefined,
): interactionPolicy.DefaultPolicy {
  const policy = base();
  const login = policy.get('login');
  if (!login) throw new Error('oidc-provider has no login prompt');

  // These compare for equality; a stronger sign-in than the one asked for must satisfy them too.
  login.checks.remove('essential_acr');
  login.checks.remove('essential_acrs');

  login.checks.add(
    new Check('account_gone', 'End-User authentication is required', 'login_required', (ctx) => {
      const { oidc } = ctx;
      return oidc.session?.accountId !== undefined && oidc.account === undefined;
    }),
  );
  login.checks.add(
    new Check(
      'acr_too_low',
      'the requested assurance level could not be obtained',
      'unmet_authentication_requirements',
      (ctx) => assuranceTooLow(ctx, levels, clientOf),
    ),
  );
  login.checks.add(
    new Check('implicit_without_state', 'state is required', 'invalid_request', (ctx) => {
      const { params } = ctx.oidc;
      if (params?.['response_type'] === 'id_token' && !params['state']) {
        throw new errors.InvalidRequest('state is required for this response_type');
      }
      return false;
    }),
  );
  return policy;
}

function assuranceTooLow(
  { oidc }: KoaContextWithOIDC,
  levels: Levels,
  clientOf: (id: string) => ClientConfig | undefined,
): boolean {
  const asked = requestedAcr(oidc.params ?? {}, clientOf(oidc.client?.clientId ?? ''));
  const level = demandedLevel(levels, asked);
  const known = asked.requested.some((value) => levelOf(levels, value) > 0);
  if (asked.essential && asked.requested.length > 0 && !known) {
    throw new errors.UnmetAuthenticationRequirements('none of the essential acr values is known here');
  }
  return levelOf(levels, oidc.session?.acr) < level;
}
