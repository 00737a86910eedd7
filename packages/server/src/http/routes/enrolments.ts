/**
 * Consent and enrolment.
 * @module
 */

import { type ConsentText, limits } from '@blindsight/protocol/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { consentText } from '../../domain/consent/texts.ts';
import {
  classParams,
  deviceHeader,
  empty,
  idParams,
  languageQuery,
  placeParams,
  purposeParams,
  startEnrolmentBody,
} from '../schemas.ts';
import { beginLimit, enrollingAs, type RouteContext } from './context.ts';

type WithBytes<P> = { Params: P; Body: Buffer };

export function enrolmentRoutes(app: FastifyInstance, context: RouteContext): void {
  const { accounts, secondFactors, enrolments, cookies, metrics, config } = context;
  const session = (request: FastifyRequest) => accounts.session(cookies.sessionSecret(request));
  const enrolling = (request: FastifyRequest) => enrollingAs(context, request);

  app.get<{ Params: Static<typeof purposeParams>; Querystring: Static<typeof languageQuery> }>(
    '/v1/consents/:purpose',
    { schema: { params: purposeParams, querystring: languageQuery } },
    async ({ params, query }): Promise<ConsentText> => consentText(params.purpose, query.lang ?? 'en'),
  );

  app.post<{ Body: Static<typeof startEnrolmentBody> }>(
    '/v1/enrolments',
    { config: beginLimit(config.rateLimits), schema: { body: startEnrolmentBody } },
    async (request, reply) => {
      const current = await session(request);
      accounts.requireFresh(current);
      // the passkey alone makes face material only where there was none
      const recovery = !(await secondFactors.isFresh(current.accountId));
      if (recovery) secondFactors.requireShown(current);
      const challenge = await enrolments.begin(current.accountId, request.body, recovery);
      metrics.enrolment('begun');
      reply.code(201);
      return challenge;
    },
  );

  app.put<WithBytes<Static<typeof idParams>>>(
    '/v1/enrolments/:id/statement',
    { bodyLimit: limits.statement, schema: { params: idParams } },
    async (request, reply) => {
      await enrolments.state(request.params.id, await enrolling(request), request.body);
      return reply.code(204).send();
    },
  );

  app.put<WithBytes<Static<typeof classParams>>>(
    '/v1/enrolments/:id/public-keys/:ticketClass',
    { bodyLimit: limits.publicKey, schema: { params: classParams } },
    async (request, reply) => {
      const { id, ticketClass } = request.params;
      await enrolments.putPublicKey(id, await enrolling(request), ticketClass, request.body);
      return reply.code(204).send();
    },
  );

  app.put<WithBytes<Static<typeof placeParams>>>(
    '/v1/enrolments/:id/tickets/:ticketClass/:index',
    { bodyLimit: limits.ticket, schema: { params: placeParams } },
    async (request, reply) => {
      const { id, ticketClass, index } = request.params;
      await enrolments.putTicket(id, await enrolling(request), ticketClass, Number(index), request.body);
      return reply.code(204).send();
    },
  );

  app.put<WithBytes<Static<typeof placeParams>>>(
    '/v1/enrolments/:id/sealed-tickets/:ticketClass/:index',
    { bodyLimit: limits.sealedTicket, schema: { params: placeParams } },
    async (request, reply) => {
      const { id, ticketClass, index } = request.params;
      await enrolments.putSealedTicket(id, ticketClass, Number(index), request.body);
      return reply.code(204).send();
    },
  );

  app.post<{ Params: Static<typeof idParams> }>(
    '/v1/enrolments/:id/finish',
    { schema: { params: idParams, body: empty } },
    async (request, reply) => {
      const finished = await enrolments.finish(request.params.id, await enrolling(request));
      metrics.enrolment('finished');
      reply.code(201);
      return finished;
    },
  );

  app.get<{ Params: Static<typeof idParams>; Headers: Static<typeof deviceHeader> }>(
    '/v1/enrolments/:id',
    { schema: { params: idParams, headers: deviceHeader } },
    async (request) => {
      const deviceId = request.headers['x-blindsight-device'];
      if (deviceId !== undefined) return enrolments.progress(request.params.id, { deviceId });
      const { accountId } = await session(request);
      return enrolments.progress(request.params.id, { accountId });
    },
  );

  app.delete<{ Params: Static<typeof idParams> }>(
    '/v1/enrolments/:id',
    { schema: { params: idParams } },
    async (request, reply) => {
      await enrolments.cancel(request.params.id, await enrolling(request));
      metrics.enrolment('cancelled');
      return reply.code(204).send();
    },
  );
}
