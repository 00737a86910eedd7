/**
 * Requests that change something must come from our own pages: a header that a foreign form cannot set, and the
 * Origin that the browser writes. SameSite cookies alone would trust every page of the same site.
 * @module
 */

import { requestHeader } from '@blindsight/protocol/wire';
import type { FastifyInstance } from 'fastify';
import { ServerError } from '../errors.ts';

export function ownPagesOnly(app: FastifyInstance, origin: string): void {
  app.addHook('onRequest', async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') return;
    const { headers } = request;
    if (headers[requestHeader] !== '1' || headers.origin !== origin) throw new ServerError('origin-refused');
  });
}
