/**
 * Sealed sign-in. Bound twice: to the interaction by the provider's cookie, to the ceremony by ours.
 * @module
 */

import { limits, type SignInChallenge, type SignInOutcome } from '@blindsight/protocol/wire';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { ServerError } from '../../errors.ts';
import { acr } from '../../ports/oidc.ts';
import { answerBody, idParams, startSignInBody } from '../schemas.ts';
import { beginLimit, bodyLimits, type RouteContext } from './context.ts';
import { finish } from './interactions.ts';

type WithId = { Params: Static<typeof idParams> };

export function signInRoutes(app: FastifyInstance, context: RouteContext): void {
  const { signIns, imageChecks, interactions, cookies, metrics, config } = context;

  app.post<{ Body: Static<typeof startSignInBody> }>(
    '/v1/sign-ins',
    { config: beginLimit(config.rateLimits), schema: { body: startSignInBody } },
    async (request, reply): Promise<SignInChallenge> => {
      const { interactionUid } = request.body;
      const { client, prompt, acrRequested } = await interactions.details(
        request.raw,
        reply.raw,
        interactionUid,
      );
      if (prompt !== 'login') throw new ServerError('interaction-expired');
      const owner = cookies.ensureOwner(request, reply);
      const image = acrRequested === acr.image;
      const challenge = await signIns.begin(request.body, { interactionUid, client, image }, owner);
      metrics.signIn('begun');
      reply.code(201);
      return challenge;
    },
  );

  app.post<WithId & { Body: Buffer }>(
    '/v1/sign-ins/:id/probe',
    { bodyLimit: limits.probe, schema: { params: idParams } },
    async (request, reply) => {
      const message = await signIns.probe(request.params.id, cookies.owner(request), request.body);
      metrics.signIn('replied');
      return reply.type('application/octet-stream').send(Buffer.from(message));
    },
  );

  app.post<WithId & { Body: Static<typeof answerBody> }>(
    '/v1/sign-ins/:id/answer',
    { bodyLimit: bodyLimits.webAuthn, schema: { params: idParams, body: answerBody } },
    async (request, reply): Promise<SignInOutcome> => {
      const { id } = request.params;
      try {
        const { proof, ...accepted } = await signIns.answer(id, cookies.owner(request), request.body);
        metrics.signIn('accepted');
        if (proof) {
          const owner = cookies.ensureOwner(request, reply);
          const image = await imageChecks.beginAfterSignIn(accepted, proof, owner);
          metrics.imageCheck('begun');
          return { image };
        }
        const { interactionUid, ...login } = accepted;
        return await finish(context, request, reply, interactionUid, login);
      } catch (error) {
        if (error instanceof ServerError && error.code === 'sign-in-refused') metrics.signIn('refused');
        throw error;
      }
    },
  );

  app.delete<WithId>('/v1/sign-ins/:id', { schema: { params: idParams } }, async (request, reply) => {
    await signIns.cancel(request.params.id, cookies.owner(request));
    metrics.signIn('cancelled');
    return reply.code(204).send();
  });
}
