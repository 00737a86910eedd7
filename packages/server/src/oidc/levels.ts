/**
 * Assurance levels: how the `acr` values of the product compare, and what a request demands.
 * Pure; knows nothing of HTTP or oidc-provider.
 * @module
 */
import type { ServerConfig } from '../config.ts';
import { acr } from '../ports/oidc.ts';

/** The values this server can reach, weakest first. A stronger sign-in satisfies a request for a weaker one. */
export type Levels = readonly string[];

export function levelsOf({ image }: Pick<ServerConfig, 'image'>): Levels {
  return image.check === 'off' ? [acr.pop, acr.sealed] : [acr.pop, acr.sealed, acr.image];
}

/** 1 for the weakest level, 0 for a value that is not ours (other providers' names are not an error). */
export function levelOf(levels: Levels, value: string | undefined): number {
  return value === undefined ? 0 : levels.indexOf(value) + 1;
}

export interface Demand {
  /** The client's own minimum, from the configuration. */
  readonly minimum?: string | undefined;
  /** `acr_values`, or the values of the `acr` claim request: any one of them will do. */
  readonly requested: readonly string[];
}

/** The level a sign-in must reach; 0 when anything will do. */
export function demandedLevel(levels: Levels, demand: Demand): number {
  const known = demand.requested.map((value) => levelOf(levels, value)).filter((level) => level > 0);
  return Math.max(levelOf(levels, demand.minimum), known.length > 0 ? Math.min(...known) : 0);
}

/** The `acr` value that meets the demand, or `undefined` when anything will do. */
export function demandedAcr(levels: Levels, demand: Demand): string | undefined {
  return levels[demandedLevel(levels, demand) - 1];
}
