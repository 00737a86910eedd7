/** One thread of an evaluation that two share: what a server's worker does. Lane 0 answers with the embedding. */
import { parentPort, workerData } from 'node:worker_threads';
import { ckks } from '@blindsight/fhe/evaluate';
import { image } from '../../src/server.ts';

export interface LaneJob extends image.Lane {
  readonly set: string;
  readonly manifest: Uint8Array;
  readonly weights: Uint8Array;
  readonly keys: Uint8Array;
  readonly image: Uint8Array;
  readonly region: SharedArrayBuffer;
}

const job = workerData as LaneJob;
const set = image.imageParametersOf(job.set);
const context = image.createImageContext(set);
const network = image.prepareNetwork(context, set, image.parseNetwork(job.manifest, job.weights), job);
const exchange = image.sharedExchange(job.region, job);
const keys = image.parseKeys(context, set, job.keys);
const embedding = image.embed(network, keys, image.parseImage(context, set, job.image), { exchange });
parentPort!.postMessage(embedding && ckks.serializeCiphertext(embedding));
