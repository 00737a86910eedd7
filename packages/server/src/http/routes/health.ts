/**
 * Liveness, readiness, metrics.
 * @module
 */
import type { FastifyInstance } from 'fastify';
import { ServerError } from '../../errors.ts';
import type { Metrics } from '../metrics.ts';

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** @param ready rejects when the server cannot work. */
export function healthRoutes(app: FastifyInstance, ready: () => Promise<void>, metrics: Metrics): void {
  app.get('/health/live', async () => ({ status: 'ok' }));

  app.get('/health/ready', async () => {
    await ready().catch((cause: unknown) => {
      throw new ServerError('server-busy', { cause });
    });
    return { status: 'ok' };
  });

  // numbers without names, but still for the machine's own scraper only
  app.get('/metrics', async (request, reply) => {
    if (!loopback.has(request.ip)) throw new ServerError('not-found');
    return reply.type(metrics.contentType).send(await metrics.text());
  });
}
