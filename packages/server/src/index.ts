/**
 * The server: sign in with a face to an OpenID Connect application, on a server that cannot see a face.
 * @module
 */
export { verifyAudit } from './audit/verify.ts';
export type { ClientConfig, Policy, RateLimits, ServerConfig } from './config.ts';
export { type ConfigOverrides, defaultConfig, defaultPolicy } from './default-config.ts';
export { errorCodes, ServerError, type ServerErrorCode } from './errors.ts';
export { openDataDirectory } from './keys/data-directory.ts';
export { readModelPolicy } from './models.ts';
export { checkConfig, readConfig } from './read-config.ts';
export { createServer, type Replacements, type Server } from './server.ts';
