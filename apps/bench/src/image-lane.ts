/** One thread of the evaluator that `image-evaluator.ts` starts. */
import { parentPort, workerData } from 'node:worker_threads';
import { image } from '@blindsight/protocol/server';

const lane = image.createLane(workerData as image.LaneOptions);
parentPort!.on('message', (job: image.LaneJob) => {
  const result = lane.run(job, (step) => parentPort!.postMessage({ step }));
  parentPort!.postMessage({ result });
});
parentPort!.postMessage({ result: {} });
