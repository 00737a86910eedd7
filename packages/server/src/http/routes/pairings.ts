/**
 * Another device. The enrolled one is bound to the account by its session and to the ceremony by our cookie; the new
 * one, which has no session, by our cookie alone, from the moment it came by the code.
 * @module
 */
import {
  type JoinedPairing,
  limits,
  type PairingChallenge,
  type PairingGuestStatus,
  type PairingStatus,
} from '@blindsight/protocol/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { idParams, joinPairingBody, renewalAnswerBody, startRenewalBody } from '../schemas.ts';
import { beginLimit, type RouteContext } from './context.ts';

type WithId = { Params: Static<typeof idParams> };
const withId = { schema: { params: idParams } };

export function pairingRoutes(app: FastifyInstance, context: RouteContext): void {
  const { accounts, secondFactors, pairings, cookies, config } = context;
  const begin = { config: beginLimit(config.rateLimits) };
  const session = (request: FastifyRequest) => accounts.session(cookies.sessionSecret(request));
  const asking = async (request: FastifyRequest) => ({
    accountId: (await session(request)).accountId,
    ownerHash: cookies.owner(request),
  });

  app.post<{ Body: Static<typeof startRenewalBody> }>(
    '/v1/pairings',
    { ...begin, schema: { body: startRenewalBody } },
    async (request, reply): Promise<PairingChallenge> => {
      const current = await session(request);
      accounts.requireFresh(current);
      secondFactors.requireShown(current);
      const owner = cookies.ensureOwner(request, reply);
      reply.code(201);
      return pairings.begin(current.accountId, request.body.deviceId, owner);
    },
  );

  app.get<WithId>(
    '/v1/pairings/:id',
    withId,
    async (request): Promise<PairingStatus> => pairings.status(request.params.id, await asking(request)),
  );

  app.get<WithId>('/v1/pairings/:id/offer', withId, async (request, reply) => {
    const offer = await pairings.offered(request.params.id, await asking(request));
    return reply.type('application/octet-stream').send(Buffer.from(offer));
  });

  app.post<WithId & { Body: Buffer }>(
    '/v1/pairings/:id/confirmation',
    { bodyLimit: limits.probe, ...withId },
    async (request, reply) => {
      await pairings.confirm(request.params.id, await asking(request), request.body);
      return reply.code(204).send();
    },
  );

  app.post<WithId & { Body: Buffer }>(
    '/v1/pairings/:id/probe',
    { bodyLimit: limits.probe, ...withId },
    async (request, reply) => {
      const message = await pairings.probe(request.params.id, await asking(request), request.body);
      return reply.type('application/octet-stream').send(Buffer.from(message));
    },
  );

  app.post<WithId & { Body: Static<typeof renewalAnswerBody> }>(
    '/v1/pairings/:id/answer',
    { schema: { params: idParams, body: renewalAnswerBody } },
    async (request, reply) => {
      await pairings.answer(request.params.id, await asking(request), request.body);
      return reply.code(204).send();
    },
  );

  app.post<WithId & { Body: Buffer }>(
    '/v1/pairings/:id/authorisation',
    { bodyLimit: limits.authorisation, ...withId },
    async (request, reply) => {
      await pairings.authorise(request.params.id, await asking(request), request.body);
      return reply.code(204).send();
    },
  );

  app.delete<WithId>('/v1/pairings/:id', withId, async (request, reply) => {
    await pairings.cancel(request.params.id, await asking(request));
    return reply.code(204).send();
  });

  // ---------------------------------------------------------------- the new device

  app.post<WithId & { Body: Static<typeof joinPairingBody> }>(
    '/v1/pairings/:id/guest',
    { ...begin, schema: { params: idParams, body: joinPairingBody } },
    async (request, reply): Promise<JoinedPairing> => {
      const owner = cookies.ensureOwner(request, reply);
      return pairings.join(request.params.id, owner, request.body);
    },
  );

  app.put<WithId & { Body: Buffer }>(
    '/v1/pairings/:id/guest/offer',
    { bodyLimit: limits.offer, ...withId },
    async (request, reply) => {
      await pairings.offer(request.params.id, cookies.owner(request), request.body);
      return reply.code(204).send();
    },
  );

  app.get<WithId>(
    '/v1/pairings/:id/guest',
    withId,
    async (request): Promise<PairingGuestStatus> =>
      pairings.guestStatus(request.params.id, cookies.owner(request)),
  );

  app.delete<WithId>('/v1/pairings/:id/guest', withId, async (request, reply) => {
    await pairings.leave(request.params.id, cookies.owner(request));
    return reply.code(204).send();
  });
}
