/**
 * The second factor: showing it, and making codes and passkeys that can be it.
 * @module
 */
import type { AccountResponse, Reauthentication, RecoveryCodes } from '@blindsight/protocol/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { NewSession } from '../../domain/accounts.ts';
import { addPasskeyBody, authenticationBody, empty, secondFactorBody } from '../schemas.ts';
import { beginLimit, bodyLimits, type RouteContext } from './context.ts';

export function secondFactorRoutes(app: FastifyInstance, context: RouteContext): void {
  const { accounts, secondFactors, page, cookies, config } = context;
  const session = (request: FastifyRequest) => accounts.session(cookies.sessionSecret(request));
  const begin = { config: beginLimit(config.rateLimits) };
  const webAuthn = { bodyLimit: bodyLimits.webAuthn };
  const shown = (reply: FastifyReply, { secret }: NewSession): Reauthentication => {
    cookies.setSession(reply, secret);
    return { validUntil: context.clock() + config.policy.reauthenticationMs };
  };

  app.post<{ Body: Static<typeof secondFactorBody> }>(
    '/v1/second-factors/code',
    { ...begin, schema: { body: secondFactorBody } },
    async (request, reply) =>
      shown(reply, await secondFactors.proveByCode(await session(request), request.body.code)),
  );

  app.post('/v1/second-factors/passkey/options', { ...begin, schema: { body: empty } }, async (request) =>
    secondFactors.beginPasskey(await session(request)),
  );

  app.post<{ Body: Static<typeof authenticationBody> }>(
    '/v1/second-factors/passkey',
    { ...webAuthn, schema: { body: authenticationBody } },
    async (request, reply) => {
      const { authenticationId, response } = request.body;
      return shown(
        reply,
        await secondFactors.proveByPasskey(await session(request), authenticationId, response),
      );
    },
  );

  app.post(
    '/v1/account/recovery-codes',
    { ...begin, schema: { body: empty } },
    async (request, reply): Promise<RecoveryCodes> => {
      const current = await session(request);
      await secondFactors.requireForFactors(current);
      reply.code(201).header('cache-control', 'no-store');
      return secondFactors.makeCodes(current);
    },
  );

  app.post('/v1/account/passkeys/options', { ...begin, schema: { body: empty } }, async (request) => {
    const current = await session(request);
    await secondFactors.requireForFactors(current);
    return accounts.beginPasskey(current);
  });

  app.post<{ Body: Static<typeof addPasskeyBody> }>(
    '/v1/account/passkeys',
    { ...webAuthn, schema: { body: addPasskeyBody } },
    async (request, reply): Promise<AccountResponse> => {
      const current = await session(request);
      await secondFactors.requireForFactors(current);
      await accounts.addPasskey(current, request.body.registrationId, request.body.response);
      reply.code(201);
      return { account: await page.view(current.accountId) };
    },
  );
}
