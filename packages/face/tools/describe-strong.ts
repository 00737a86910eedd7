/**
 * Writes `calibration/strong.json`: what the manifest says about the plug-in embedder MobileFaceNet, with its golden
 * vectors. The file is ONNX as published, so the golden vectors are what ONNX Runtime computes for it: they bind
 * preprocessing and channel order, not a conversion. Its thresholds are beside it, in `strong-thresholds.json`.
 *
 * Run: node packages/face/tools/describe-strong.ts PATH-OF-MOBILEFACENET.ONNX
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { goldenInput, goldenSample } from '../src/core/golden.ts';
import { ortLoader } from '../src/core/ort.ts';
import { scaleColours } from '../src/core/warp.ts';
import type { PlugInDescription } from '../src/exporter/plug-in.ts';
import { runtimeSource } from '../src/exporter/sources.ts';
import type { NetSpec } from '../src/models/manifest.ts';
import { sha256Hex } from '../src/models/sha256.ts';

const seed = 20_261_120;
const target = new URL('../calibration/strong.json', import.meta.url);
const bytes = new Uint8Array(readFileSync(process.argv[2]!));
const [mean, deviation] = [
  [0.485, 0.456, 0.406],
  [0.229, 0.224, 0.225],
];

const spec: NetSpec = {
  input: 'input0',
  size: 112,
  mean: mean.map((value) => Number((255 * value).toFixed(3))),
  scale: deviation.map((value) => 1 / (255 * value)),
  crop: 'arcface-chip',
  outputs: [{ name: 'output0', meaning: 'not normalised, [1, 128]' }],
  golden: { seed, minCosine: 0.9999, values: [] },
};
const net = await ortLoader(runtimeSource.read())(bytes, spec);
const outputs = await net.run(scaleColours(goldenInput(seed, spec.size), spec.mean, spec.scale));
const values = outputs.map((output) => goldenSample(output).map((value) => Number(value.toPrecision(7))));

const before = JSON.parse(readFileSync(target, 'utf8')) as PlugInDescription;
const description: PlugInDescription = {
  ...before,
  version: 1,
  profile: 'strong',
  embedding: { dimensions: 128, networkDimensions: 128, map: 'identity', file: null },
  embedder: {
    sha256: await sha256Hex(bytes),
    licence: 'Apache-2.0 (trained on MS1M, a research set)',
    source: {
      package: 'github.com/foamliu/mobilefacenet',
      version: 'b7120c09',
      file: 'weights/MobileFaceNet.onnx',
    },
    spec: { ...spec, golden: { ...spec.golden, values } },
  },
};
writeFileSync(target, `${JSON.stringify(description, null, 2)}\n`);
