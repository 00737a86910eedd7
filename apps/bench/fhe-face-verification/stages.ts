/**
 * The stages of the public benchmark "face verification" (HomomorphicEncryption.org): each reads and writes files of
 * the harness's folder and nothing else. Stages of the client hold the key; those of the server never read its folder.
 * @module
 */
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { image as client } from '@blindsight/protocol/client';
import { image as server } from '@blindsight/protocol/server';
import { openEngine, readChip, writeChip } from './frames.ts';
import {
  freshFolder,
  type Places,
  pairName,
  pictureName,
  placesOf,
  requireCount,
  serverData,
} from './places.ts';

/** What an installation runs with; tests use the small set. */
export interface Setting {
  readonly set: client.ImageParameters;
  /** Folder with `manifest.json` and `weights.bin`. */
  readonly weights: string;
}

const shipped: Setting = {
  set: client.ringface64,
  weights: fileURLToPath(new URL('../../../training/weights/ringface-64', import.meta.url)),
};

/** Inner products of one pair: <a, a>, <a, b>, <b, b>. */
const productsOfPair = 3;
/** The one key set that the workers have. */
const device = 'benchmark';
const pictures = [0, 1] as const;

export type Stage = (root: string, size: string | undefined, setting?: Setting) => Promise<void>;

/** By the names that the harness calls. */
export const stages: Readonly<Record<string, Stage>> = {
  async client_key_generation(root, size, { set } = shipped) {
    const { secretKey, publicKeys } = placesOf(root, size);
    const seed = crypto.getRandomValues(new Uint8Array(32));
    writeFileSync(join(freshFolder(secretKey), 'seed'), seed, { mode: 0o600 });
    const keys = client.makeImageKeys(client.createImageContext(set), set, seed);
    writeFileSync(join(freshFolder(publicKeys), 'keys'), keys);
  },

  async server_preprocess_model(root, _size, { weights } = shipped) {
    if (!existsSync(join(weights, 'manifest.json'))) {
      throw new Error(`no weights in ${weights}: export a network there (training/README.md)`);
    }
    const target = freshFolder(serverData(root));
    for (const name of ['manifest.json', 'weights.bin'])
      copyFileSync(join(weights, name), join(target, name));
    server.parseNetwork(
      readFileSync(join(target, 'manifest.json')),
      readFileSync(join(target, 'weights.bin')),
    );
  },

  /** After `client_preprocess_input.py` has unpacked the harness's pictures. */
  async client_preprocess_input(root, size) {
    const { pairs, frames, chips } = placesOf(root, size);
    requireCount(frames, 2 * pairs);
    const target = freshFolder(chips);
    const engine = await openEngine();
    let found = 0;
    for (const name of everyPicture(pairs)) {
      found += Number(await writeChip(engine, join(frames, `${name}.ppm`), join(target, name)));
    }
    await engine.close();
    console.log(`a face found in ${found} of ${2 * pairs} pictures`);
  },

  async client_encode_encrypt_input(root, size, { set } = shipped) {
    const places = placesOf(root, size);
    const { context, secretKey } = openKey(places, set);
    const target = freshFolder(places.upload);
    for (const name of everyPicture(places.pairs)) {
      const chip = readChip(places.chips, name);
      writeFileSync(join(target, name), client.encryptImage(secretKey, context, set, chip));
      chip.fill(0);
    }
  },

  async server_encrypted_compute(root, size, { set } = shipped) {
    const { pairs, publicKeys, upload, download, serverReport } = placesOf(root, size);
    const start = performance.now();
    const data = serverData(root);
    const [manifest, weights] = ['manifest.json', 'weights.bin'].map((name) =>
      readFileSync(join(data, name)),
    );
    const options = { set: set.id, manifest: manifest!, weights: weights!, lane: 0, lanes: 1 };
    // Evaluators with one thread each, picture by picture: two pictures of a single pair keep two cores busy.
    const workers = Array.from({ length: Math.min(availableParallelism(), 2 * pairs) }, () =>
      startLane(options),
    );
    const keys = readFileSync(join(publicKeys, 'keys'));
    await Promise.all(workers.map(({ run }) => run({ kind: 'load-keys', device, keys })));
    const ready = performance.now();

    const target = freshFolder(download);
    const names = [...everyPicture(pairs)];
    const embeddings = new Map<string, Uint8Array>();
    await Promise.all(
      workers.map(async ({ run }) => {
        for (let name = names.shift(); name !== undefined; name = names.shift()) {
          const { ciphertext } = await run({
            kind: 'embed',
            device,
            image: readFileSync(join(upload, name)),
          });
          embeddings.set(name, ciphertext!);
        }
      }),
    );
    for (let pair = 0; pair < pairs; pair++) {
      const both = pictures.map((which) => embeddings.get(pictureName(pair, which))!) as [
        Uint8Array,
        Uint8Array,
      ];
      const seed = crypto.getRandomValues(new Uint8Array(32));
      const { message } = await workers[0]!.run({ kind: 'mask-pair', device, embeddings: both, seed });
      // This benchmark wants scores opened by the client: it gets the masks too.
      writeFileSync(join(target, pairName(pair)), Buffer.concat([seed, message!]));
    }
    await Promise.all(workers.map(({ worker }) => worker.terminate()));
    const seconds = (from: number, to: number) => (to - from) / 1000;
    const report = {
      'Load model and keys': seconds(start, ready),
      Evaluate: seconds(ready, performance.now()),
    };
    writeFileSync(serverReport, `${JSON.stringify(report)}\n`);
  },

  async client_decrypt_decode(root, size, { set } = shipped) {
    const places = placesOf(root, size);
    requireCount(places.download, places.pairs);
    const { context, secretKey } = openKey(places, set);
    const scores = Array.from({ length: places.pairs }, (_, pair) => {
      const bytes = readFileSync(join(places.download, pairName(pair)));
      const [seed, message] = [bytes.subarray(0, 32), bytes.subarray(32)];
      const answer = client.openMaskedAnswer(secretKey, context, message, 3 * productsOfPair);
      const [aa, ab, bb] = server.unmaskInnerProducts(set, productsOfPair, seed, answer);
      return ab! / Math.sqrt(aa! * bb!);
    });
    writeFileSync(places.scores, JSON.stringify(scores));
  },

  async client_postprocess(root, size) {
    const { pairs, scores, predictions } = placesOf(root, size);
    const values = JSON.parse(readFileSync(scores, 'utf8')) as number[];
    if (values.length !== pairs || !values.every(Number.isFinite))
      throw new Error('not one finite score a pair');
    rmSync(predictions, { force: true });
    writeFileSync(predictions, `${values.map((value) => value.toFixed(6)).join('\n')}\n`);
  },
};

function* everyPicture(pairs: number): Generator<string> {
  for (let pair = 0; pair < pairs; pair++) for (const which of pictures) yield pictureName(pair, which);
}

function openKey({ secretKey }: Places, set: client.ImageParameters) {
  const context = client.createImageContext(set);
  return { context, secretKey: client.imageSecretKey(context, readFileSync(join(secretKey, 'seed'))) };
}

function startLane(workerData: server.LaneOptions) {
  const worker = new Worker(new URL('../src/image-lane.ts', import.meta.url), { workerData });
  const result = async (): Promise<server.LaneResult> => {
    for (;;) {
      const [message] = (await once(worker, 'message')) as [{ result?: server.LaneResult }];
      if (message.result) return message.result;
    }
  };
  const started = result();
  return {
    worker,
    async run(job: server.LaneJob): Promise<server.LaneResult> {
      await started;
      worker.postMessage(job);
      return await result();
    },
  };
}
