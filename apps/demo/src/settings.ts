/**
 * The demo's settings, from the environment.
 * @module
 */
export interface Settings {
  /** The provider. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  /** Public address of this application, without a trailing slash. */
  readonly origin: string;
  readonly host: string;
  readonly port: number;
}

/**
 * `ISSUER`, `CLIENT_ID`, `CLIENT_SECRET`, `PORT`, `HOST`, `ORIGIN`; every one has a default that fits
 * `npm start`. The redirect address to register at the provider is `ORIGIN/callback`.
 * @throws {RangeError} naming the variable that cannot be used
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const port = Number(env['PORT'] ?? 4401);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError('PORT is not a port number');
  const secret = env['CLIENT_SECRET'];
  return {
    issuer: address('ISSUER', env['ISSUER'] ?? 'http://localhost:4400'),
    clientId: env['CLIENT_ID'] ?? 'demo',
    ...(secret ? { clientSecret: secret } : {}),
    origin: address('ORIGIN', env['ORIGIN'] ?? `http://localhost:${port}`),
    host: env['HOST'] ?? 'localhost',
    port,
  };
}

function address(name: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new RangeError(`${name} is not an http(s) address`);
  return text.replace(/\/$/, '');
}
