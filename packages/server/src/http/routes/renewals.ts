/**
 * Renewal up to the root match. Bound twice: to the account by its session, to the ceremony by our cookie. What
 * follows (statement, public key, tickets, finish) has the routes of an enrolment.
 * @module
 */
import { limits, type RenewalChallenge } from '@blindsight/protocol/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { ServerError } from '../../errors.ts';
import { idParams, renewalAnswerBody, startRenewalBody } from '../schemas.ts';
import { beginLimit, type RouteContext } from './context.ts';

type WithId = { Params: Static<typeof idParams> };

export function renewalRoutes(app: FastifyInstance, context: RouteContext): void {
  const { accounts, renewals, cookies, metrics, config } = context;
  const session = (request: FastifyRequest) => accounts.session(cookies.sessionSecret(request));
  const renewing = async (request: FastifyRequest) => ({
    accountId: (await session(request)).accountId,
    ownerHash: cookies.owner(request),
  });

  app.post<{ Body: Static<typeof startRenewalBody> }>(
    '/v1/renewals',
    { config: beginLimit(config.rateLimits), schema: { body: startRenewalBody } },
    async (request, reply): Promise<RenewalChallenge> => {
      const current = await session(request);
      accounts.requireFresh(current);
      const owner = cookies.ensureOwner(request, reply);
      const challenge = await renewals.begin(current.accountId, request.body.deviceId, owner);
      metrics.renewal('begun');
      reply.code(201);
      return challenge;
    },
  );

  app.post<WithId & { Body: Buffer }>(
    '/v1/renewals/:id/probe',
    { bodyLimit: limits.probe, schema: { params: idParams } },
    async (request, reply) => {
      const message = await renewals.probe(request.params.id, await renewing(request), request.body);
      return reply.type('application/octet-stream').send(Buffer.from(message));
    },
  );

  app.post<WithId & { Body: Static<typeof renewalAnswerBody> }>(
    '/v1/renewals/:id/answer',
    { schema: { params: idParams, body: renewalAnswerBody } },
    async (request, reply) => {
      try {
        await renewals.answer(request.params.id, await renewing(request), request.body);
        const raised = await accounts.raise(await session(request), { faceMatchedAt: context.clock() });
        cookies.setSession(reply, raised.secret);
      } catch (error) {
        if (error instanceof ServerError && error.code === 'sign-in-refused') metrics.renewal('refused');
        throw error;
      }
      metrics.renewal('matched');
      return reply.code(204).send();
    },
  );

  app.delete<WithId>('/v1/renewals/:id', { schema: { params: idParams } }, async (request, reply) => {
    await renewals.cancel(request.params.id, await renewing(request));
    metrics.renewal('cancelled');
    return reply.code(204).send();
  });
}
