/**
 * The two cookies: the account's session, and the mark of the browser that began a sign-in.
 * @module
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hashOfSecret, newSecret } from '../random.ts';

export interface Cookies {
  sessionSecret(request: FastifyRequest): string | undefined;
  setSession(reply: FastifyReply, secret: string): void;
  clearSession(reply: FastifyReply): void;
  /** Hash of this browser's ceremony mark; `undefined` when it has none. */
  owner(request: FastifyRequest): string | undefined;
  /** The same, marking the browser first when needed. */
  ensureOwner(request: FastifyRequest, reply: FastifyReply): string;
}

/** Over https the names carry `__Host-`: no subdomain can set them for us. */
export function cookies(secure: boolean, sessionMs: number): Cookies {
  const prefix = secure ? '__Host-' : '';
  const session = `${prefix}blindsight_session`;
  const ceremony = `${prefix}blindsight_ceremony`;
  const common = { path: '/', httpOnly: true, secure } as const;
  const wellFormed = (value: string | undefined) => (value && /^[\w-]{43}$/.test(value) ? value : undefined);
  const ownerSecret = (request: FastifyRequest) => wellFormed(request.cookies[ceremony]);
  return {
    sessionSecret: (request) => wellFormed(request.cookies[session]),
    setSession(reply, secret) {
      reply.setCookie(session, secret, { ...common, sameSite: 'lax', maxAge: Math.floor(sessionMs / 1000) });
    },
    clearSession(reply) {
      reply.clearCookie(session, { ...common, sameSite: 'lax' });
    },
    owner(request) {
      const secret = ownerSecret(request);
      return secret === undefined ? undefined : hashOfSecret(secret);
    },
    ensureOwner(request, reply) {
      const known = ownerSecret(request);
      const secret = known ?? newSecret();
      // one mark for all ceremonies of this browser, or a second tab would disown the first
      if (!known) reply.setCookie(ceremony, secret, { ...common, sameSite: 'strict' });
      return hashOfSecret(secret);
    },
  };
}
