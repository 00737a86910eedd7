/**
 * The one place where an error becomes HTTP: problem details, RFC 9457.
 * @module
 */
import type { FastifyError, FastifyInstance } from 'fastify';
import { ServerError, type ServerErrorCode } from '../errors.ts';
import type { Logger } from '../ports/logger.ts';

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ServerErrorCode;
  readonly retryAfterSeconds?: number;
}

export function toProblem(error: ServerError): ProblemDocument {
  const { code, status, message: title, retryAfterSeconds } = error;
  const base = { type: `urn:blindsight:error:${code}`, title, status, code };
  return retryAfterSeconds === undefined ? base : { ...base, retryAfterSeconds };
}

/** Ours as they are; the shell's own by what they mean; everything else is `internal`. */
function named(error: unknown): ServerError {
  if (error instanceof ServerError) return error;
  const { statusCode, validation } = error as Partial<FastifyError>;
  if (statusCode === 413) return new ServerError('message-too-large', { cause: error });
  if (statusCode === 404) return new ServerError('not-found', { cause: error });
  const ours =
    validation !== undefined || (statusCode !== undefined && statusCode >= 400 && statusCode < 500);
  return new ServerError(ours ? 'malformed-message' : 'internal', { cause: error });
}

/** Also for an answer that has begun: logs it and says what goes out. */
export function problemOf(thrown: unknown, route: string, logger: Logger): ProblemDocument {
  const error = named(thrown);
  const fields = { code: error.code, route, ...error.details };
  if (error.status >= 500) logger.error({ ...fields, stack: (thrown as Error).stack }, 'request failed');
  else logger.info(fields, 'request refused');
  return toProblem(error);
}

export function handleErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = problemOf(thrown, request.routeOptions.url ?? 'unknown', logger);
    if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
    return reply.code(error.status).type('application/problem+json').send(error);
  });
}
