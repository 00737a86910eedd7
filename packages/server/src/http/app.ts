/**
 * The Fastify shell: limits, headers, logging and errors around every route, the OpenID provider's included.
 * @module
 */
import { challengeLimits } from '@blindsight/protocol/wire';
import fastifyCookie from '@fastify/cookie';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifyWebsocket from '@fastify/websocket';
import fastify, { type FastifyInstance } from 'fastify';
import { ServerError } from '../errors.ts';
import { mountOidc } from '../oidc/index.ts';
import type { OidcService } from '../ports/oidc.ts';
import { setHeaders } from './headers.ts';
import { ownPagesOnly } from './own-pages-only.ts';
import { handleErrors } from './problems.ts';
import { accountRoutes } from './routes/accounts.ts';
import { challengeRoutes } from './routes/challenges.ts';
import { bodyLimits, type RouteContext } from './routes/context.ts';
import { enrolmentRoutes } from './routes/enrolments.ts';
import { fileRoutes } from './routes/files.ts';
import { healthRoutes } from './routes/health.ts';
import { imageCheckRoutes } from './routes/image-checks.ts';
import { interactionRoutes } from './routes/interactions.ts';
import { pairingRoutes } from './routes/pairings.ts';
import { renewalRoutes } from './routes/renewals.ts';
import { secondFactorRoutes } from './routes/second-factors.ts';
import { signInRoutes } from './routes/sign-ins.ts';

export interface AppDeps extends RouteContext {
  readonly oidc: OidcService;
  /** Rejects when the server cannot work. */
  readonly ready: () => Promise<void>;
}

export async function createApp(deps: AppDeps): Promise<FastifyInstance> {
  const { config, logger, metrics } = deps;
  const secure = config.origin.startsWith('https:');
  const app = fastify({
    logger: false,
    bodyLimit: bodyLimits.json,
    trustProxy: (_address, hop) => hop < config.trustedProxies,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 100 },
    // refuse what does not fit, never bend it until it does
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
  });

  handleErrors(app, logger);
  setHeaders(app, secure);
  logRequests(app, deps);
  await app.register(fastifyRateLimit, {
    max: config.rateLimits.general,
    timeWindow: 60_000,
    // files are cheap and many; the health check must answer when everything else is busy
    allowList: (request) => /^\/(assets|models|health)\//.test(request.url),
    errorResponseBuilder: (_request, { ttl }) =>
      new ServerError('too-many-requests', { retryAfterSeconds: Math.max(1, Math.ceil(ttl / 1000)) }),
  });
  await app.register(fastifyCookie);
  await app.register(fastifyWebsocket, {
    options: { maxPayload: challengeLimits.message, perMessageDeflate: false },
  });

  await app.register(async (api) => {
    ownPagesOnly(api, config.origin);
    api.removeAllContentTypeParsers();
    api.addContentTypeParser(
      'application/json',
      { parseAs: 'string' },
      api.getDefaultJsonParser('error', 'error'),
    );
    api.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    requireBytes(api);
    accountRoutes(api, deps);
    secondFactorRoutes(api, deps);
    enrolmentRoutes(api, deps);
    interactionRoutes(api, deps);
    signInRoutes(api, deps);
    renewalRoutes(api, deps);
    pairingRoutes(api, deps);
    challengeRoutes(api, deps);
    imageCheckRoutes(api, deps);
  });
  healthRoutes(app, deps.ready, metrics);
  await fileRoutes(app, config);
  mountOidc(app, deps.oidc);
  return app;
}

/** A route without a schema for its body takes bytes and nothing else. */
function requireBytes(api: FastifyInstance): void {
  api.addHook('preValidation', async (request) => {
    const { schema, method } = request.routeOptions;
    const takesBytes = (method === 'PUT' || method === 'POST') && schema?.body === undefined;
    if (takesBytes && !Buffer.isBuffer(request.body)) throw new ServerError('malformed-message');
  });
}

/** The pattern of a route, never its address: addresses carry ids, states and nonces. */
function logRequests(app: FastifyInstance, { logger, metrics }: AppDeps): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const { method } = request;
    const ms = Math.round(reply.elapsedTime);
    metrics.request(route, method, reply.statusCode, ms / 1000);
    logger.info({ route, method, status: reply.statusCode, ms }, 'request');
  });
}
