/**
 * Puts the provider into the Fastify shell so that the shell's hooks (headers, rate limits, logging) reach it.
 * @module
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OidcService } from '../ports/oidc.ts';

/**
 * Registers `/oidc/*` and discovery. Register the shell's plugins before; a limit they enforce is answered by
 * them, and the headers they put on the reply are carried over to the provider's own response.
 */
export function mountOidc(app: FastifyInstance, oidc: Pick<OidcService, 'handler'>): void {
  app.register(async (scope) => {
    // The provider reads the body itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));

    const serve = async (request: FastifyRequest, reply: FastifyReply) => {
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      await oidc.handler(request.raw, reply.raw);
    };
    scope.all('/oidc/*', serve);
    scope.route({
      method: ['GET', 'HEAD', 'OPTIONS'],
      url: '/.well-known/openid-configuration',
      handler: serve,
    });
  });
}
