/**
 * What the server writes to its log. Shaped after pino, so that pino fits without a wrapper.
 * Fields are sizes, ids, codes and durations: never pixels, vectors, scores, keys or tokens.
 * @module
 */
type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

export interface Logger {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
}

/** For tests and tools that want silence. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
