/**
 * Configuration from the environment, validated once. Unknown or impossible values stop the start with
 * `bad-configuration` and the name of the variable; a typing error must not become a default.
 * @module
 */
import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { type ClientConfig, imageNetworks, type ServerConfig } from './config.ts';
import { type ConfigOverrides, defaultConfig } from './default-config.ts';
import { ServerError } from './errors.ts';
import { acr } from './ports/oidc.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const uri = Type.String({ pattern: '^https?://[^\\s#]+$', maxLength: 2000 });

const clientsFile = Type.Array(
  Type.Object(
    {
      id: Type.String({ pattern: '^[\\w.:-]{1,128}$' }),
      name: Type.String({ minLength: 1, maxLength: 80 }),
      secret: Type.Optional(Type.String({ minLength: 32 })),
      redirectUris: Type.Array(uri, { minItems: 1, maxItems: 20 }),
      postLogoutRedirectUris: Type.Optional(Type.Array(uri, { maxItems: 20 })),
      implicitIdToken: Type.Optional(Type.Boolean()),
      skipConsent: Type.Optional(Type.Boolean()),
      requiredAcr: Type.Optional(
        Type.String({ pattern: '^urn:blindsight:acr:(pop|sealed|sealed\\+image)$' }),
      ),
    },
    { additionalProperties: false },
  ),
  { maxItems: 1000 },
);

/**
 * Variables: BLINDSIGHT_ORIGIN, _HOST, _PORT, _TRUSTED_PROXIES, _PRODUCTION, _STORAGE, _DATA, _WEB, _MODELS,
 * _WORKERS, _LOG_LEVEL, _CLIENTS (path of a JSON file), and for policy in seconds _ENROLMENT_SECONDS,
 * _SIGN_IN_SECONDS, _SESSION_SECONDS, in days _RETENTION_DAYS; _CHALLENGE; counts _FAILURES_TO_LOCK, _SIGN_INS_PER_DAY, _SIGN_INS_PER_DAY_AND_CLIENT,
 * _REQUESTS_PER_MINUTE and _BEGINNINGS_PER_MINUTE (per address); _IMAGE_CHECK, _IMAGE_THREADS, _IMAGE_THRESHOLD and
 * _IMAGE_WEIGHTS for the encrypted-image check.
 *
 * @param base what the caller already knows (paths, demo clients); the environment wins over it.
 * @throws {ServerError} `bad-configuration`, `dev-keys-in-production`
 */
export function readConfig(
  env: Environment,
  base: ConfigOverrides & Pick<ServerConfig, 'modelsDirectory'>,
): ServerConfig {
  const text = (name: string) => env[`BLINDSIGHT_${name}`] || undefined;
  const integer = (name: string, least: number, most: number) => {
    const value = text(name);
    if (value === undefined) return undefined;
    if (!/^\d{1,12}$/.test(value) || Number(value) < least || Number(value) > most) throw refused(name);
    return Number(value);
  };
  const milliseconds = (name: string) => {
    const seconds = integer(name, 1, 31_536_000);
    return seconds === undefined ? undefined : seconds * 1000;
  };
  // Not longer than the law's three years; the consent text names the default.
  const days = (name: string) => {
    const count = integer(name, 1, 1_095);
    return count === undefined ? undefined : count * 86_400_000;
  };
  const cosine = (name: string) => {
    const value = text(name);
    if (value === undefined) return undefined;
    if (!/^0\.\d{1,6}$/.test(value) || Number(value) === 0) throw refused(name);
    return Number(value);
  };
  const oneOf = <const T extends string>(name: string, choices: readonly T[]) => {
    const value = text(name);
    if (value === undefined) return undefined;
    const found = choices.find((choice) => choice === value);
    if (!found) throw refused(name);
    return found;
  };

  const policy = defined({
    enrolmentMs: milliseconds('ENROLMENT_SECONDS'),
    signInMs: milliseconds('SIGN_IN_SECONDS'),
    retentionMs: days('RETENTION_DAYS'),
    sessionMs: milliseconds('SESSION_SECONDS'),
    challenge: oneOf('CHALLENGE', ['default', 'no-light', 'none']),
    failuresToLock: integer('FAILURES_TO_LOCK', 1, 100),
    signInsPerDay: integer('SIGN_INS_PER_DAY', 1, 10_000),
    signInsPerDayAndClient: integer('SIGN_INS_PER_DAY_AND_CLIENT', 1, 10_000),
  });
  const rateLimits = defined({
    general: integer('REQUESTS_PER_MINUTE', 1, 1_000_000),
    begin: integer('BEGINNINGS_PER_MINUTE', 1, 1_000_000),
  });
  const image = defined({
    check: oneOf('IMAGE_CHECK', ['off', ...imageNetworks]),
    threads: integer('IMAGE_THREADS', 1, 16),
    threshold: cosine('IMAGE_THRESHOLD'),
    weightsDirectory: text('IMAGE_WEIGHTS'),
  });
  const production = oneOf('PRODUCTION', ['1', '0']);
  const clients = text('CLIENTS');
  const given = defined({
    origin: text('ORIGIN'),
    host: text('HOST'),
    port: integer('PORT', 0, 65_535),
    trustedProxies: integer('TRUSTED_PROXIES', 0, 10),
    production: production === undefined ? undefined : production === '1',
    storage: oneOf('STORAGE', ['sqlite', 'memory']),
    dataDirectory: text('DATA'),
    webDirectory: text('WEB'),
    modelsDirectory: text('MODELS'),
    workers: integer('WORKERS', 1, 256),
    logLevel: oneOf('LOG_LEVEL', ['silent', 'error', 'warn', 'info', 'debug']),
    clients: clients === undefined ? undefined : readClients(clients),
  });
  const config = defaultConfig({
    ...base,
    ...given,
    image: { ...base.image, ...image },
    policy: { ...base.policy, ...policy },
    rateLimits: { ...base.rateLimits, ...rateLimits },
  });
  checkConfig(config);
  return config;
}

/** What no single value shows. @throws {ServerError} as `readConfig` */
export function checkConfig(config: ServerConfig): void {
  const { origin, production, storage, clients, image } = config;
  const url = URL.parse(origin);
  if (!url || url.origin !== origin || !/^https?:$/.test(url.protocol)) throw refused('ORIGIN');
  // WebAuthn needs a domain name; an address would fail at the first passkey
  if (/^[\d.]+$|^\[/.test(url.hostname)) throw refused('ORIGIN');
  if (url.protocol === 'http:' && url.hostname !== 'localhost') throw refused('ORIGIN');
  if (production && (url.protocol !== 'https:' || storage === 'memory')) {
    throw new ServerError('dev-keys-in-production', { details: { origin, storage } });
  }
  // who asks for what is never done here could never be signed in
  const unmet = clients.find(({ requiredAcr }) => requiredAcr === acr.image);
  if (unmet && image.check === 'off') {
    const reason = 'requires the image check, which is off';
    throw new ServerError('bad-configuration', { details: { client: unmet.id, reason } });
  }
}

function readClients(path: string): ClientConfig[] {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (Value.Check(clientsFile, value)) return value as ClientConfig[];
  } catch {
    // the same refusal
  }
  throw refused('CLIENTS');
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

const refused = (name: string) =>
  new ServerError('bad-configuration', { details: { variable: `BLINDSIGHT_${name}` } });
