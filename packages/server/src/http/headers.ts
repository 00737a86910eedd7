/**
 * Response headers by kind of response. Every page and every script carries the page policy: a worker takes its
 * policy from its own script's response.
 * @module
 */
import type { FastifyInstance } from 'fastify';

/**
 * Nothing but our own files; no inline script, no eval but WebAssembly, no frame around us, no string that
 * becomes script or markup (the one Trusted Types policy lets the worker's address through).
 */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "style-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types blindsight-worker',
].join('; ');

const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The camera for our own pages; nothing else that a browser can hand out. */
const permissions = [
  'camera=(self)',
  'publickey-credentials-get=(self)',
  'publickey-credentials-create=(self)',
  ...['microphone', 'geolocation', 'display-capture', 'payment', 'usb', 'midi', 'serial'].map(
    (name) => `${name}=()`,
  ),
].join(', ');

/** Set before anything else runs, so that refusals and the OpenID provider's responses carry them too. */
export function setHeaders(app: FastifyInstance, secure: boolean): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'content-security-policy': dataPolicy,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'permissions-policy': permissions,
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
      ...(secure ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
    });
  });
}
