/**
 * The log: JSON lines by pino. Code logs ids, codes and sizes; the redaction below is the second line, for the
 * day somebody passes an object along.
 * @module
 */
import { type DestinationStream, pino } from 'pino';
import type { ServerConfig } from './config.ts';
import type { Logger } from './ports/logger.ts';

const secret = [
  ...['token', 'signature', 'probe', 'b', 'body', 'reply', 'ticket', 'publicKey', 'privateKey', 'dataKey'],
  ...[
    'nonce',
    'challenge',
    'response',
    'passkey',
    'headers',
    'cookie',
    'authorization',
    'secret',
    'password',
  ],
  ...['embedding', 'score', 'displayName'],
];

export function createLogger(level: ServerConfig['logLevel'], destination?: DestinationStream): Logger {
  const paths = secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = { level, base: null, redact: { paths, censor: '[redacted]' } };
  return destination ? pino(options, destination) : pino(options);
}
