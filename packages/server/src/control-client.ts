/**
 * The other end of `control.ts`.
 * @module
 */
import { connect } from 'node:net';
import { type ControlRequest, controlSocket } from './control.ts';
import { errorCodes, ServerError, type ServerErrorCode } from './errors.ts';

/**
 * @returns what the server did.
 * @throws {ServerError} its refusal; `database-locked` when nobody answers. An `EEXIST` error as it was there.
 */
export async function askServer(dataDirectory: string, request: ControlRequest): Promise<unknown> {
  const reply = JSON.parse(await exchange(controlSocket(dataDirectory), `${JSON.stringify(request)}\n`)) as {
    readonly done?: unknown;
    readonly code?: string;
  };
  if (reply.code === undefined) return reply.done;
  if (errorCodes.includes(reply.code as ServerErrorCode))
    throw new ServerError(reply.code as ServerErrorCode);
  throw Object.assign(new Error(`the server answered ${reply.code}`), { code: reply.code });
}

function exchange(path: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(path);
    socket.setEncoding('utf8');
    socket.once('connect', () => socket.write(line));
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.once('error', (cause) => reject(new ServerError('database-locked', { cause })));
    socket.once('end', () => resolve(text));
  });
}
