/**
 * What the sign-in page knows about the application that asks, and the ways out that are not a face.
 * @module
 */

import type { InteractionView, Redirect } from '@blindsight/protocol/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { loginByPasskey, loginBySession } from '../../domain/interactions.ts';
import type { LoginResult } from '../../ports/oidc.ts';
import { authenticationBody, consentBody, empty, uidParams } from '../schemas.ts';
import { bodyLimits, type RouteContext } from './context.ts';

type WithUid = { Params: Static<typeof uidParams> };

export function interactionRoutes(app: FastifyInstance, context: RouteContext): void {
  const { accounts, interactions, cookies } = context;
  const params = uidParams;

  app.get<WithUid>(
    '/v1/interactions/:uid',
    { schema: { params } },
    async (request, reply): Promise<InteractionView> => {
      const { accountId: _signedIn, ...view } = await interactions.details(
        request.raw,
        reply.raw,
        request.params.uid,
      );
      return view;
    },
  );

  app.post<WithUid & { Body: Static<typeof authenticationBody> }>(
    '/v1/interactions/:uid/passkey',
    { bodyLimit: bodyLimits.webAuthn, schema: { params, body: authenticationBody } },
    async (request, reply): Promise<Redirect> => {
      const { authenticationId, response } = request.body;
      await interactions.details(request.raw, reply.raw, request.params.uid);
      const proof = await accounts.authenticate(authenticationId, response);
      return finish(context, request, reply, request.params.uid, loginByPasskey(proof));
    },
  );

  app.post<WithUid>(
    '/v1/interactions/:uid/session',
    { schema: { params, body: empty } },
    async (request, reply): Promise<Redirect> => {
      const session = await accounts.session(cookies.sessionSecret(request));
      accounts.requireRecent(session);
      return finish(context, request, reply, request.params.uid, loginBySession(session));
    },
  );

  app.post<WithUid & { Body: Static<typeof consentBody> }>(
    '/v1/interactions/:uid/consent',
    { schema: { params, body: consentBody } },
    async (request, reply): Promise<Redirect> => {
      const { uid } = request.params;
      if (!request.body.accept) return abort(context, request, reply, uid);
      return { redirectTo: await interactions.finishConsent(request.raw, reply.raw, uid) };
    },
  );

  app.post<WithUid>(
    '/v1/interactions/:uid/abort',
    { schema: { params, body: empty } },
    async (request, reply): Promise<Redirect> => abort(context, request, reply, request.params.uid),
  );
}

/** Hands what was proven to the provider. */
export async function finish(
  { interactions, audit, clock }: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
  uid: string,
  login: LoginResult,
): Promise<Redirect> {
  const { client } = await interactions.details(request.raw, reply.raw, uid);
  const redirectTo = await interactions.finishLogin(request.raw, reply.raw, uid, login);
  const { accountId, acr: reason } = login;
  await audit.append({ at: clock(), kind: 'interaction-finished', accountId, clientId: client.id, reason });
  return { redirectTo };
}

async function abort(
  { interactions, audit, clock }: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
  uid: string,
): Promise<Redirect> {
  const { client } = await interactions.details(request.raw, reply.raw, uid);
  const redirectTo = await interactions.abort(request.raw, reply.raw, uid);
  await audit.append({ at: clock(), kind: 'interaction-aborted', clientId: client.id });
  return { redirectTo };
}
