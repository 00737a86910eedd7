/**
 * How the command line speaks to a server that holds the database: a socket in the data directory, which only its
 * owner can enter. One line of JSON in, one out.
 * @module
 */
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ErasureVerification } from '@blindsight/protocol/wire';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { ServerError } from './errors.ts';
import type { Logger } from './ports/logger.ts';

export const controlSocket = (dataDirectory: string) => join(dataDirectory, 'control.sock');

export interface Controlled {
  backup(file: string): Promise<void>;
  verifyErasure(receiptId: string): Promise<ErasureVerification>;
  /** An evaluation record. */
  exportTranscript(imageCheckId: string): Promise<Uint8Array>;
}

const request = Type.Union([
  Type.Object({ do: Type.Literal('backup'), file: Type.String() }, { additionalProperties: false }),
  Type.Object(
    { do: Type.Literal('verify-erasure'), receiptId: Type.String() },
    { additionalProperties: false },
  ),
  Type.Object(
    { do: Type.Literal('export-transcript'), imageCheckId: Type.String() },
    { additionalProperties: false },
  ),
]);

export type ControlRequest = Static<typeof request>;

const maxLine = 8 * 1024;

/** @returns what stops it. Without the socket (a path too long for one) the server works, and says so in its log. */
export async function startControl(
  path: string,
  use: Controlled,
  logger: Logger,
): Promise<() => Promise<void>> {
  rmSync(path, { force: true }); // of a process that was killed: the database is ours, so it is not another's
  const server = createServer((socket) => serve(socket, use));
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  try {
    await listening;
  } catch (error) {
    logger.warn({ reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }, 'no control socket');
    return async () => {};
  }
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

function serve(socket: Socket, use: Controlled): void {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('data', async (chunk: string) => {
    text += chunk;
    if (text.length > maxLine) return socket.destroy();
    if (!text.endsWith('\n')) return;
    socket.pause();
    socket.end(`${JSON.stringify(await answer(text, use))}\n`);
  });
}

async function answer(line: string, use: Controlled): Promise<{ done: unknown } | { code: string }> {
  try {
    const asked: unknown = JSON.parse(line);
    if (!Value.Check(request, asked)) throw new ServerError('malformed-message');
    if (asked.do === 'backup') return { done: (await use.backup(asked.file)) ?? null };
    if (asked.do === 'export-transcript')
      return { done: Buffer.from(await use.exportTranscript(asked.imageCheckId)).toString('base64') };
    return { done: await use.verifyErasure(asked.receiptId) };
  } catch (error) {
    return { code: String((error as { code?: unknown }).code ?? 'internal') };
  }
}
