/**
 * One evaluation thread: job bytes in, result bytes out. It holds no key and keeps nothing between jobs.
 * @module
 */
import { parentPort } from 'node:worker_threads';
import { runJob } from '@blindsight/protocol/server';
import type { JobMessage, ResultMessage } from './messages.ts';

const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread');

port.on('message', ({ id, job }: JobMessage) => {
  try {
    const result = runJob(job);
    port.postMessage({ id, result } satisfies ResultMessage, [result.buffer]);
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    port.postMessage({ id, failed: typeof code === 'string' ? code : 'internal' } satisfies ResultMessage);
  }
});
