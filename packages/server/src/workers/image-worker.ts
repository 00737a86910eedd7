/**
 * One thread of the encrypted-image evaluator. It keeps a network and the evaluation keys of a few devices, all public
 * to the operator, and nothing of a picture between jobs.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { image } from '@blindsight/protocol/server';
import type { LaneMessage, LaneReply } from './image-messages.ts';

const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread');

const options = workerData as image.LaneOptions;
const lane = image.createLane(options);
const say = (reply: LaneReply) => port.postMessage(reply);

port.on('message', ({ id, job }: LaneMessage) => {
  try {
    const onStep = options.lane === 0 ? (step: string) => say({ id, step }) : undefined;
    say({ id, result: lane.run(job, onStep) });
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    say({ id, failed: typeof code === 'string' ? code : 'internal' });
  }
});
say({ ready: true });
