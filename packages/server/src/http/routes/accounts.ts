/**
 * Accounts, sessions, reauthentication.
 * @module
 */

import type {
  AccountResponse,
  AccountView,
  ErasureVerification,
  Reauthentication,
} from '@blindsight/protocol/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import {
  accountOptionsBody,
  authenticationBody,
  createAccountBody,
  deviceParams,
  empty,
  receiptParams,
} from '../schemas.ts';
import { beginLimit, bodyLimits, type RouteContext } from './context.ts';

export function accountRoutes(app: FastifyInstance, context: RouteContext): void {
  const { accounts, secondFactors, page, erasures, cookies, config } = context;
  const session = (request: FastifyRequest) => accounts.session(cookies.sessionSecret(request));
  const begin = { config: beginLimit(config.rateLimits) };
  const webAuthn = { bodyLimit: bodyLimits.webAuthn };

  app.post<{ Body: Static<typeof accountOptionsBody> }>(
    '/v1/accounts/options',
    { ...begin, schema: { body: accountOptionsBody } },
    async ({ body }) => accounts.beginRegistration(body.displayName.trim()),
  );

  app.post<{ Body: Static<typeof createAccountBody> }>(
    '/v1/accounts',
    { ...webAuthn, schema: { body: createAccountBody } },
    async ({ body }, reply): Promise<AccountResponse> => {
      const { account, secret } = await accounts.register(body.registrationId, body.response);
      cookies.setSession(reply, secret);
      reply.code(201);
      return { account: await page.view(account.id) };
    },
  );

  app.post('/v1/sessions/options', { ...begin, schema: { body: empty } }, async () =>
    accounts.beginAuthentication(),
  );

  app.post<{ Body: Static<typeof authenticationBody> }>(
    '/v1/sessions',
    { ...webAuthn, schema: { body: authenticationBody } },
    async ({ body }, reply): Promise<AccountResponse> => {
      const proof = await accounts.authenticate(body.authenticationId, body.response);
      const { secret } = await accounts.beginSession(proof);
      cookies.setSession(reply, secret);
      return { account: await page.view(proof.passkey.accountId) };
    },
  );

  app.delete('/v1/sessions/current', async (request, reply) => {
    await accounts.endSession(await session(request));
    cookies.clearSession(reply);
    return reply.code(204).send();
  });

  app.get(
    '/v1/account',
    async (request): Promise<AccountView> => page.view((await session(request)).accountId),
  );

  app.post('/v1/reauthentications/options', { ...begin, schema: { body: empty } }, async (request) =>
    accounts.beginReauthentication(await session(request)),
  );

  app.post<{ Body: Static<typeof authenticationBody> }>(
    '/v1/reauthentications',
    { ...webAuthn, schema: { body: authenticationBody } },
    async (request, reply): Promise<Reauthentication> => {
      const { authenticationId, response } = request.body;
      const next = await accounts.reauthenticate(await session(request), authenticationId, response);
      cookies.setSession(reply, next.secret);
      return { validUntil: next.session.authenticatedAt + config.policy.reauthenticationMs };
    },
  );

  const erasing = [
    ['/v1/account/devices/:deviceId', 'revoked'],
    ['/v1/account/devices/:deviceId/enrolment', 'erased'],
  ] as const;
  for (const [path, to] of erasing) {
    app.delete<{ Params: Static<typeof deviceParams> }>(
      path,
      { schema: { params: deviceParams } },
      async (request) => {
        const current = await session(request);
        accounts.requireFresh(current);
        await secondFactors.requireForRemoval(current, request.params.deviceId);
        return erasures.erase(current.accountId, request.params.deviceId, to);
      },
    );
  }

  // no session: the account may be gone, and the receipt's number is known to whoever was given it
  app.get<{ Params: Static<typeof receiptParams> }>(
    '/v1/erasures/:receiptId',
    { schema: { params: receiptParams } },
    async ({ params }): Promise<ErasureVerification> => erasures.verify(params.receiptId),
  );
}
