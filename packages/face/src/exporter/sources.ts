/**
 * The default profile: which networks are converted from which installed package, and how their input is made.
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NetSpec } from '../models/manifest.ts';
import { exportFaceRecognitionNet } from './face-recognition-net.ts';
import { installedPackage } from './installed-package.ts';
import { exportTfjsGraph } from './tfjs-graph.ts';

export type NetRole = 'detector' | 'landmarks' | 'embedder';

export interface NetSource {
  readonly package: string;
  /** Path inside the package, of the weights (whose size the conversion is measured by). */
  readonly file: string;
  readonly licence: string;
  /** All of the manifest's description but the golden vectors. */
  readonly spec: Omit<NetSpec, 'golden'>;
  convert(): Uint8Array<ArrayBuffer>;
}

const human = '@vladmandic/human';
const faceApi = '@vladmandic/face-api';
const path = (name: string, file: string): string => join(installedPackage(name).folder, file);

export const netSources: Readonly<Record<NetRole, NetSource>> = {
  detector: {
    package: human,
    file: 'models/blazeface.bin',
    licence: 'MIT',
    spec: {
      input: 'input',
      size: 256,
      mean: [127.5, 127.5, 127.5],
      scale: [1 / 127.5, 1 / 127.5, 1 / 127.5],
      crop: 'letterbox',
      outputs: [
        { name: 'scores16', meaning: 'logits of the 16 px grid, [1, 512, 1]' },
        {
          name: 'boxes16',
          meaning: 'centre, size and six points of each, [1, 512, 16], pixels of the input',
        },
        { name: 'scores8', meaning: 'logits of the 32 px grid, [1, 384, 1]' },
        { name: 'boxes8', meaning: 'centre, size and six points of each, [1, 384, 16], pixels of the input' },
      ],
    },
    convert: () =>
      exportTfjsGraph({
        json: path(human, 'models/blazeface.json'),
        name: 'blazeface',
        size: 256,
        outputs: [
          { node: 'Identity', name: 'scores16', shape: [1, 512, 1] },
          { node: 'Identity_2', name: 'boxes16', shape: [1, 512, 16] },
          { node: 'Identity_1', name: 'scores8', shape: [1, 384, 1] },
          { node: 'Identity_3', name: 'boxes8', shape: [1, 384, 16] },
        ],
      }),
  },
  landmarks: {
    package: human,
    file: 'models/facemesh.bin',
    licence: 'MIT',
    spec: {
      input: 'input',
      size: 192,
      mean: [0, 0, 0],
      scale: [1 / 255, 1 / 255, 1 / 255],
      crop: 'eye-line-roi',
      outputs: [
        { name: 'mesh', meaning: '468 points x, y, z, [1, 1404], pixels of the input' },
        { name: 'face', meaning: 'probability that the crop shows a face, [1, 1]' },
      ],
    },
    convert: () =>
      exportTfjsGraph({
        json: path(human, 'models/facemesh.json'),
        name: 'facemesh',
        size: 192,
        outputs: [
          { node: 'Identity_2', name: 'mesh', shape: [1, 1404] },
          { node: 'Identity_1', name: 'face', shape: [1, 1] },
        ],
      }),
  },
  embedder: {
    package: faceApi,
    file: 'model/face_recognition_model.bin',
    licence: 'MIT',
    spec: {
      input: 'input',
      size: 150,
      mean: [122.782, 117.001, 104.298],
      scale: [1 / 255, 1 / 255, 1 / 255],
      crop: 'dlib-chip',
      outputs: [{ name: 'embedding', meaning: 'not normalised, [1, 128]' }],
    },
    convert: () =>
      exportFaceRecognitionNet(path(faceApi, 'model/face_recognition_model-weights_manifest.json')),
  },
};

/** The WebAssembly that runs them all. */
export const runtimeSource = {
  package: 'onnxruntime-web',
  file: 'dist/ort-wasm-simd-threaded.wasm',
  licence: 'MIT',
  read: (): Uint8Array<ArrayBuffer> =>
    new Uint8Array(readFileSync(path('onnxruntime-web', 'dist/ort-wasm-simd-threaded.wasm'))),
} as const;
