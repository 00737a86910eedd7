/**
 * Pages and models as files. Only what exists at start has a route.
 * @module
 */
import { existsSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerConfig } from '../../config.ts';
import { ServerError } from '../../errors.ts';
import { pagePolicy } from '../headers.ts';

const immutable = 'public, max-age=31536000, immutable';
const revalidated = 'no-cache';

/**
 * A `.br` file beside a file is sent to whoever accepts it, with `Vary`; it has no address of its own. Its entity tag
 * is its own too.
 */
const compressed = { preCompressed: true, globIgnore: ['**/*.br'] };

/** One document, many addresses: the page's own router reads the path. */
const pageRoutes = [
  '/',
  '/sign-in/:uid',
  '/enrol',
  '/add-device',
  '/account',
  '/about',
  '/self-test',
  '/error',
];

export async function fileRoutes(
  app: FastifyInstance,
  { webDirectory, modelsDirectory }: Pick<ServerConfig, 'webDirectory' | 'modelsDirectory'>,
): Promise<void> {
  await app.register(fastifyStatic, {
    root: modelsDirectory,
    prefix: '/models/',
    wildcard: false,
    index: false,
    cacheControl: false,
    // `sendFile` is the pages': a page must carry their policy
    decorateReply: false,
    ...compressed,
    // the name of a model carries its hash; the manifest keeps its name and changes
    setHeaders: (reply, path) =>
      reply.header('cache-control', basename(path) === 'manifest.json' ? revalidated : immutable),
  });
  if (webDirectory === undefined || !existsSync(join(webDirectory, 'index.html'))) {
    app.setNotFoundHandler(() => {
      throw new ServerError('not-found');
    });
    return;
  }

  await app.register(fastifyStatic, {
    root: webDirectory,
    wildcard: false,
    index: false,
    cacheControl: false,
    ...compressed,
    setHeaders: (reply, path) => pageHeaders(reply, path),
  });
  const page = (_request: FastifyRequest, reply: FastifyReply) => reply.sendFile('index.html');
  for (const url of pageRoutes) app.get(url, page);

  app.setNotFoundHandler((request, reply) => {
    const person = request.method === 'GET' && /\btext\/html\b/.test(request.headers.accept ?? '');
    if (!person || request.url.startsWith('/v1/')) throw new ServerError('not-found');
    return reply.code(404).sendFile('index.html', webDirectory);
  });
}

/** @param sent the file that is sent: the compressed one needs the policy of the script it stands for */
function pageHeaders(reply: FastifyReply, sent: string): void {
  const path = sent.replace(/\.br$/, '');
  const hashed = /[/\\]assets[/\\]/.test(path);
  reply.header('cache-control', hashed ? immutable : revalidated);
  if (['.html', '.js', '.mjs'].includes(extname(path))) reply.header('content-security-policy', pagePolicy);
}
