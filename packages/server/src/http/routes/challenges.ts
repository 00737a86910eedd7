/**
 * The liveness challenge of a ceremony, over a WebSocket. Bound as the ceremony is: a sign-in to the browser that began
 * it, an enrolment to the account's session, a renewal to both, a new device to the browser that came by the code.
 * @module
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { WebSocket } from 'ws';
import type { Challenged, Line } from '../../domain/challenges.ts';
import { ServerError } from '../../errors.ts';
import { measureRoundTrip } from '../round-trip.ts';
import { idParams } from '../schemas.ts';
import type { RouteContext } from './context.ts';

/** With the stable error code as its reason (RFC 6455, 7.4.2: private use). */
const refusedCode = 4000;
const doneCode = 1000;

type Request = FastifyRequest<{ Params: Static<typeof idParams> }>;

export function challengeRoutes(app: FastifyInstance, context: RouteContext): void {
  const { accounts, challenges, cookies, config, enrolments, pairings, renewals, signIns } = context;
  const accountId = async (request: FastifyRequest) =>
    (await accounts.session(cookies.sessionSecret(request))).accountId;

  const serve = (path: string, open: (id: string, request: Request) => Promise<Challenged>) =>
    app.get<{ Params: Static<typeof idParams> }>(
      path,
      {
        websocket: true,
        schema: { params: idParams },
        // a WebSocket is opened with a GET, which the rule for requests that change something lets through
        onRequest: async ({ headers }) => {
          if (headers.origin !== config.origin) throw new ServerError('origin-refused');
        },
      },
      (socket, request) => {
        const conversation = challenges.converse(open(request.params.id, request), lineTo(socket));
        socket.on('message', (data, isBinary) =>
          conversation.received(isBinary ? new Uint8Array(data as Buffer) : new Uint8Array()),
        );
        socket.on('close', () => conversation.lost());
        // a frame too large or not a frame; `close` follows
        socket.on('error', () => {});
      },
    );

  serve('/v1/sign-ins/:id/challenge', (id, request) => signIns.challenged(id, cookies.owner(request)));
  serve('/v1/enrolments/:id/challenge', async (id, request) =>
    enrolments.challenged(id, { accountId: await accountId(request) }),
  );
  serve('/v1/pairings/:id/guest/challenge', (id, request) => pairings.challenged(id, cookies.owner(request)));
  serve('/v1/renewals/:id/challenge', async (id, request) => {
    const renewing = { accountId: await accountId(request), ownerHash: cookies.owner(request) };
    return renewals.challenged(id, renewing);
  });
}

function lineTo(socket: WebSocket): Line {
  const roundTrip = measureRoundTrip(socket);
  return {
    send: (message) => socket.send(message),
    close: (code) => (code === undefined ? socket.close(doneCode) : socket.close(refusedCode, code)),
    roundTrip: () => roundTrip,
  };
}
