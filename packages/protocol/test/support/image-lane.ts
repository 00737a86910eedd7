/** One thread of the evaluator: what a server's worker does, job by job. */
import { parentPort, workerData } from 'node:worker_threads';
import { image } from '../../src/server.ts';

const lane = image.createLane(workerData as image.LaneOptions);
parentPort!.on('message', (job: image.LaneJob) => parentPort!.postMessage(lane.run(job)));
