/**
 * The demo application: four routes around `relying-party.ts`.
 * @module
 */
import { readFileSync } from 'node:fs';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { explain } from './explain.ts';
import type { Html } from './html.ts';
import { errorPage, homePage, signedInPage } from './pages.ts';
import { begin, discover, finish, type Provider, signOutAddress } from './relying-party.ts';
import { createSessions, remember } from './sessions.ts';
import type { Settings } from './settings.ts';

const read = (file: string) => readFileSync(new URL(file, import.meta.url));

/** Builds the application; nothing listens yet and the provider need not be up. */
export function createApp(settings: Settings): FastifyInstance {
  const { origin, issuer } = settings;
  const registration = { ...settings, redirectUri: `${origin}/callback` };
  const sessions = createSessions(origin.startsWith('https:'));
  const provider = lazily(() => discover(registration));
  const policy = contentPolicy(issuer);

  const app = fastify();
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });
  // Forms carry no fields here.
  app.addContentTypeParser('application/x-www-form-urlencoded', (_request, body, done) => {
    body.resume();
    done(null);
  });
  app.setErrorHandler((error, _request, reply) => {
    const { status, code, text, detail } = explain(error, issuer);
    return show(reply.code(status), errorPage(code, text, detail));
  });
  app.setNotFoundHandler((_request, reply) =>
    show(reply.code(404), errorPage('not-found', 'There is no such page.')),
  );

  app.get('/', (request, reply) => {
    const user = sessions.find(request.headers.cookie)?.user;
    return show(reply, user ? signedInPage(user) : homePage());
  });

  app.get<{ Querystring: { face?: string; acr?: string } }>('/sign-in', async (request, reply) => {
    const { face, acr: level } = request.query;
    const acr = levels.get(level ?? (face === 'required' ? 'face' : ''));
    const { address, checks } = await begin(await provider(), registration.redirectUri, acr);
    const existing = sessions.find(request.headers.cookie);
    const session = existing ?? { pending: new Map() };
    remember(session, checks);
    if (!existing) reply.header('set-cookie', sessions.begin(session));
    return reply.redirect(address.href);
  });

  app.get('/callback', async (request, reply) => {
    const currentUrl = new URL(request.url, origin);
    const state = currentUrl.searchParams.get('state') ?? '';
    const session = sessions.find(request.headers.cookie);
    const checks = session?.pending.get(state);
    if (!session || !checks) {
      const text = 'This sign-in was not begun in this browser, or was finished already.';
      return show(reply.code(400), errorPage('unexpected-callback', text));
    }
    session.pending.delete(state); // once, whatever comes of it
    session.user = await finish(await provider(), currentUrl, checks);
    return reply.header('set-cookie', sessions.begin(session)).redirect('/');
  });

  app.post('/sign-out', async (request, reply) => {
    const user = sessions.find(request.headers.cookie)?.user;
    const next = user ? signOutAddress(await provider(), user.idToken, `${origin}/`).href : '/';
    return reply.header('set-cookie', sessions.end(request.headers.cookie)).redirect(next, 303);
  });

  for (const [file, type] of [
    ['style.css', 'text/css'],
    ['icon.svg', 'image/svg+xml'],
  ] as const) {
    const content = read(file);
    app.get(`/${file}`, (_request, reply) => reply.type(type).send(content));
  }
  return app;
}

/** What can be asked for, by the name in the address of `/sign-in?acr=NAME`. */
const levels: ReadonlyMap<string, string> = new Map([
  ['face', 'urn:blindsight:acr:sealed'],
  ['image', 'urn:blindsight:acr:sealed+image'],
]);

/** Discovers on first use, so that the demo may start before the provider; a failure is not remembered. */
function lazily(discovery: () => Promise<Provider>): () => Promise<Provider> {
  let found: Promise<Provider> | undefined;
  return () => {
    found ??= discovery().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
}

/** `form-action` names the provider because signing out posts here and is redirected there. */
function contentPolicy(issuer: string): string {
  const { origin } = new URL(issuer);
  return `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${origin}; base-uri 'none'; frame-ancestors 'none'`;
}

function show(reply: FastifyReply, { text }: Html): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(text);
}
