/**
 * The composition root: configuration in, a server that listens and closes out.
 * @module
 */
import type { FastifyInstance } from 'fastify';
import type { ServerConfig } from './config.ts';

export interface Server {
  /** For tests: `app.inject(...)` without a socket. */
  readonly app: FastifyInstance;
  /** Resolves to the address once it accepts connections. Rejects with `port-in-use`. */
  listen(): Promise<string>;
  /** Stops accepting, lets running requests end, stops the workers, closes the database. */
  close(): Promise<void>;
}

/**
 * Opens keys and storage, starts the workers and builds the app; nothing listens yet.
 * @throws {ServerError} `database-missing`, `database-locked`, `database-corrupt`, `data-key-missing`.
 */
export declare function createServer(config: ServerConfig): Promise<Server>;
