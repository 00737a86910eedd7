/**
 * The encrypted-image check. Bound to the browser by our cookie; what is uploaded is bound to the device by signatures
 * and hashes.
 * @module
 */
import { PassThrough } from 'node:stream';
import {
  type EvaluationLine,
  type ImageReady,
  imageLimits,
  type MissingChunks,
  type Redirect,
} from '@blindsight/protocol/wire';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { ServerError } from '../../errors.ts';
import { type ProblemDocument, problemOf } from '../problems.ts';
import { chunkParams, consent, frameParams, idParams, startImageCheckBody } from '../schemas.ts';
import { beginLimit, enrollingAs, type RouteContext } from './context.ts';
import { finish } from './interactions.ts';

/** Proxies give up on an answer that is silent for a minute, some earlier. */
const awakeMs = 5_000;

type WithId = { Params: Static<typeof idParams> };
type WithBytes = WithId & { Body: Buffer };

export function imageCheckRoutes(app: FastifyInstance, context: RouteContext): void {
  const { imageChecks, enrolments, cookies, metrics, config, logger } = context;

  app.post<{ Body: Static<typeof startImageCheckBody> }>(
    '/v1/image-checks',
    { config: beginLimit(config.rateLimits), schema: { body: startImageCheckBody } },
    async (request, reply) => {
      const asking = await enrollingAs(context, request);
      const owner = cookies.ensureOwner(request, reply);
      const { enrolmentId } = request.body;
      const challenge = await imageChecks.beginAfterEnrolment(enrolments, enrolmentId, asking, owner);
      metrics.imageCheck('begun');
      reply.code(201);
      return challenge;
    },
  );

  app.put<WithId & { Body: Static<typeof consent> }>(
    '/v1/image-checks/:id/consent',
    { schema: { params: idParams, body: consent } },
    async (request, reply) => {
      await imageChecks.consent(request.params.id, cookies.owner(request), request.body);
      return reply.code(204).send();
    },
  );

  app.put<WithBytes>(
    '/v1/image-checks/:id/keys',
    { bodyLimit: imageLimits.keyManifest, schema: { params: idParams } },
    async (request): Promise<MissingChunks> => ({
      missing: await imageChecks.announceKeys(request.params.id, cookies.owner(request), request.body),
    }),
  );

  app.put<{ Params: Static<typeof chunkParams>; Body: Buffer }>(
    '/v1/image-checks/:id/keys/:chunk',
    { bodyLimit: imageLimits.chunk, schema: { params: chunkParams } },
    async (request, reply) => {
      const { id, chunk } = request.params;
      await imageChecks.putChunk(id, cookies.owner(request), Number(chunk), request.body);
      return reply.code(204).send();
    },
  );

  app.get<WithId>('/v1/image-checks/:id', { schema: { params: idParams } }, async (request) =>
    imageChecks.status(request.params.id, cookies.owner(request)),
  );

  app.post<{ Params: Static<typeof frameParams>; Body: Buffer }>(
    '/v1/image-checks/:id/images/:index',
    { bodyLimit: imageLimits.signedImage, schema: { params: frameParams } },
    async (request, reply) => {
      const { id, index } = request.params;
      const evaluation = await imageChecks.evaluate(id, cookies.owner(request), Number(index), request.body);
      const lines = new PassThrough();
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const say = (line: EvaluationLine | { readonly error: ProblemDocument }) =>
        lines.write(`${JSON.stringify(line)}\n`);
      const route = request.routeOptions.url ?? 'unknown';
      // the head goes out at once, and while it waits a line of nothing keeps what is in between awake
      lines.write('\n');
      const awake = setInterval(() => lines.write('\n'), awakeMs);
      evaluation(say, gone.signal)
        .then(
          (last) => {
            metrics.imageCheck('evaluated');
            say(last);
          },
          (error: unknown) => say({ error: problemOf(error, route, logger) }),
        )
        .finally(() => {
          clearInterval(awake);
          lines.end();
        });
      // a proxy that collects the lines would keep them from the person who waits
      reply.header('x-accel-buffering', 'no');
      return reply.type('application/x-ndjson').send(lines);
    },
  );

  app.get<WithId>(
    '/v1/image-checks/:id/message',
    { schema: { params: idParams } },
    async (request, reply) => {
      const message = await imageChecks.message(request.params.id, cookies.owner(request));
      return reply.type('application/octet-stream').send(Buffer.from(message));
    },
  );

  app.post<WithBytes>(
    '/v1/image-checks/:id/answer',
    { bodyLimit: imageLimits.signedAnswer, schema: { params: idParams } },
    async (request, reply): Promise<Redirect | ImageReady> => {
      try {
        const outcome = await imageChecks.answer(request.params.id, cookies.owner(request), request.body);
        metrics.imageCheck('accepted');
        if ('ready' in outcome) return outcome;
        const { interactionUid, ...login } = outcome.accepted;
        return await finish(context, request, reply, interactionUid, login);
      } catch (error) {
        const refused = error instanceof ServerError && /^(sign-in|image)-refused$/.test(error.code);
        if (refused) metrics.imageCheck('refused');
        throw error;
      }
    },
  );

  app.delete<WithId>('/v1/image-checks/:id', { schema: { params: idParams } }, async (request, reply) => {
    await imageChecks.cancel(request.params.id, cookies.owner(request));
    metrics.imageCheck('cancelled');
    return reply.code(204).send();
  });
}
