/**
 * The libraries the models come from, running in Node on TensorFlow.js's plain CPU backend: slow (0.2 to
 * 0.6 s a run) and exact. The reference for golden vectors and parity tests; never part of the product.
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installedPackage } from '../../src/exporter/installed-package.ts';
import type { NetRole } from '../../src/exporter/sources.ts';

interface TfTensor {
  shape: number[];
  dataSync(): Float32Array;
}
interface Tf {
  env(): { setPlatform(name: string, platform: object): void };
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor(values: Float32Array, shape: number[]): TfTensor;
  io: { decodeWeights(bytes: ArrayBuffer, entries: unknown[]): unknown };
  loadGraphModel(source: {
    load(): Promise<object>;
  }): Promise<{ execute(input: TfTensor): TfTensor | TfTensor[] }>;
}
interface FaceApi {
  tf: Tf;
  FaceRecognitionNet: new () => {
    loadFromWeightMap(weights: unknown): void;
    forwardInput(input: { toBatchTensor(): TfTensor }): TfTensor;
  };
}

/** Takes planes as our networks do (R G B, scaled by the spec); gives each output, found by its element count. */
export type OriginalNet = (planes: Float32Array) => Map<number, Float32Array[]>;

export async function originalNet(role: NetRole): Promise<OriginalNet> {
  if (role === 'detector') return graphNet('blazeface', 256);
  if (role === 'landmarks') return graphNet('facemesh', 192);
  return recognitionNet();
}

async function graphNet(name: string, size: number): Promise<OriginalNet> {
  const tf = await load<Tf>('@vladmandic/human', 'dist/tfjs.esm.js');
  await start(tf);
  const folder = join(installedPackage('@vladmandic/human').folder, 'models');
  const json = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  const weightData = arrayBuffer(join(folder, `${name}.bin`));
  const weightSpecs = json.weightsManifest[0].weights;
  const model = await tf.loadGraphModel({ load: async () => ({ ...json, weightSpecs, weightData }) });
  return (planes) => group(model.execute(tf.tensor(channelsLast(planes), [1, size, size, 3])));
}

async function recognitionNet(): Promise<OriginalNet> {
  const faceApi = await load<FaceApi>('@vladmandic/face-api', 'dist/face-api.esm.js');
  await start(faceApi.tf);
  const folder = join(installedPackage('@vladmandic/face-api').folder, 'model');
  const json = JSON.parse(readFileSync(join(folder, 'face_recognition_model-weights_manifest.json'), 'utf8'));
  const net = new faceApi.FaceRecognitionNet();
  net.loadFromWeightMap(
    faceApi.tf.io.decodeWeights(arrayBuffer(join(folder, 'face_recognition_model.bin')), json[0].weights),
  );
  // The library subtracts the mean and divides by 255 itself; it is given colours.
  const mean = [122.782, 117.001, 104.298];
  return (planes) => {
    const colours = channelsLast(planes).map((value, i) => value * 255 + mean[i % 3]!);
    return group(net.forwardInput({ toBatchTensor: () => faceApi.tf.tensor(colours, [1, 150, 150, 3]) }));
  };
}

/** Both bundles take themselves for the Node build in Node, and then miss a module they do not carry. */
async function load<T>(name: string, file: string): Promise<T> {
  const versions = Object.getOwnPropertyDescriptor(process, 'versions')!;
  const { warn } = console;
  Object.defineProperty(process, 'versions', { value: {}, configurable: true });
  console.warn = () => {};
  try {
    return (await import(pathToFileURL(join(installedPackage(name).folder, file)).href)) as T;
  } finally {
    Object.defineProperty(process, 'versions', versions);
    console.warn = warn;
  }
}

async function start(tf: Tf): Promise<void> {
  const { warn } = console;
  console.warn = () => {};
  tf.env().setPlatform('tests', {
    isTypedArray: (a: unknown) => ArrayBuffer.isView(a) && !(a instanceof DataView),
    now: () => performance.now(),
    encode: (s: string) => new TextEncoder().encode(s),
    decode: (b: Uint8Array) => new TextDecoder().decode(b),
    fetch: () => Promise.reject(new Error('no network')),
  });
  await tf.setBackend('cpu');
  await tf.ready();
  console.warn = warn;
}

function channelsLast(planes: Float32Array): Float32Array {
  const n = planes.length / 3;
  return Float32Array.from(planes, (_, i) => planes[(i % 3) * n + Math.floor(i / 3)]!);
}

function group(result: TfTensor | TfTensor[]): Map<number, Float32Array[]> {
  const outputs = new Map<number, Float32Array[]>();
  for (const tensor of [result].flat()) {
    const values = tensor.dataSync();
    outputs.set(values.length, [...(outputs.get(values.length) ?? []), values]);
  }
  return outputs;
}

function arrayBuffer(path: string): ArrayBuffer {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
