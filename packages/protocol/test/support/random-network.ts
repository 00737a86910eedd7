/** A network with random weights in the form of an export, normalised as one is: for tests that need no training. */
import { createHash } from 'node:crypto';
import { frontEnd } from '../../src/image/front-end.ts';
import { convolve, interpret } from '../../src/image/interpret.ts';
import { type Network, parseNetwork, type RingLayer } from '../../src/image/network.ts';
import { gridSide, type ImageParameters, positions, taps } from '../../src/image/parameters.ts';

/** A deterministic stream of numbers, normally distributed. */
export function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

const side = 112;

/** A smooth picture that is no face: sums of waves, other ones for each name. [3][112][112], 0..255. */
export function pattern(name: number): Uint8Array {
  const next = normals(name + 1000);
  const waves = Array.from({ length: 24 }, () => ({
    direction: [next(), next()] as const,
    phase: next(),
    colour: Array.from({ length: 3 }, () => 1 + 0.2 * next()),
  }));
  const light = new Float64Array(side * side * 3).fill(128);
  for (const { direction, phase, colour } of waves) {
    for (let at = 0; at < side * side; at++) {
      const turns = (2 * (direction[0] * (at % side) + direction[1] * Math.floor(at / side))) / side + phase;
      const wave = 12 * Math.cos(2 * Math.PI * turns);
      for (let k = 0; k < 3; k++) light[k * side * side + at]! += colour[k]! * wave;
    }
  }
  return Uint8Array.from(light, (v) => Math.min(255, Math.max(0, Math.round(v))));
}

export interface Exported {
  readonly manifest: Uint8Array;
  readonly weights: Uint8Array;
  readonly golden: Uint8Array;
  readonly chips: Uint8Array;
  readonly network: Network;
}

/**
 * Manifest, weights and golden vectors as the trainer writes them.
 * @param inputs the pictures that it is normalised on.
 */
export function randomNetwork(
  set: ImageParameters,
  channels: number,
  inputs: readonly ArrayLike<number>[] = [101, 102, 103, 104, 105, 106].map(pattern),
): Exported {
  const { block, squares, embedding } = set;
  const next = normals(7);
  const blocks = channels / block;
  const slots = positions * block;
  let states = inputs.map((chip) => frontEnd(chip, block));
  const layers: RingLayer[] = [];
  for (let k = 0; k < squares; k++) {
    const offsets = k === 0 ? [0] : [-1, 0, 1].flatMap((row) => [-1, 0, 1].map((c) => row * gridSide + c));
    const inputBlocks = k === 0 ? taps / block : blocks;
    const count = blocks * inputBlocks * offsets.length * block * block;
    const draft = {
      name: `conv${k + 1}`,
      inputBlocks,
      outputBlocks: blocks,
      offsets,
      residual: k > 0,
      integers: Int16Array.from({ length: count }, () => Math.round(4000 * next())),
      scale: new Float32Array(channels).fill(1),
      bias: new Float32Array(channels),
    };
    // What is squared has about the same mean square everywhere, and a mean of its own, as after batch normalisation.
    const sums = states.map((x) => convolve(block, draft, x));
    const size = k === 0 ? 0.8 : 0.5;
    const [scale, bias] = [new Float32Array(channels), new Float32Array(channels)];
    for (let o = 0; o < channels; o++) {
      const own = sums.flatMap((z) =>
        Array.from(
          { length: positions },
          (_, p) => z[Math.floor(o / block) * slots + p * block + (o % block)]!,
        ),
      );
      const mean = own.reduce((s, v) => s + v, 0) / own.length;
      const deviation = Math.sqrt(own.reduce((s, v) => s + (v - mean) ** 2, 0) / own.length);
      scale[o] = size / deviation;
      bias[o] = -size * (mean / deviation) + 0.3 * size * next();
    }
    const layer = { ...draft, scale, bias };
    states = states.map((x) =>
      convolve(block, layer, x).map((z, at) => z * z + (layer.residual ? x[at]! : 0)),
    );
    layers.push(layer);
  }

  const size = blocks * slots;
  const integers = Int16Array.from({ length: embedding * size }, () => Math.round(4000 * next()));
  const raw = states.map((x) =>
    Array.from({ length: embedding }, (_, j) => {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += integers[j * size + k]! * x[k]!;
      return sum;
    }),
  );
  const centre = raw[0]!.map((_, j) => raw.reduce((sum, e) => sum + e[j]!, 0) / raw.length);
  const squared = raw.map((e) => e.reduce((s, v, j) => s + (v - centre[j]!) ** 2, 0));
  const gain = 2 / Math.sqrt(squared.reduce((sum, v) => sum + v, 0) / raw.length);
  const head = {
    integers,
    scale: new Float32Array(embedding).fill(gain),
    bias: Float32Array.from(centre, (v) => -v * gain),
  };

  const range = { rms: 1, p999: 10, max: 100 };
  const { weights, tensors } = packed([...layers, { ...head, name: 'head' }], (layer) =>
    layer.name === 'head'
      ? { weight: [embedding, blocks, slots], rows: [embedding] }
      : {
          weight: [
            blocks,
            (layer as RingLayer).inputBlocks,
            (layer as RingLayer).offsets.length,
            block,
            block,
          ],
          rows: [blocks, block],
        },
  );
  const chips = Uint8Array.from(inputs[0]!);
  const manifest = encoded({
    format: 'ringface/1',
    name: `random ${set.id}`,
    grid: gridSide,
    block,
    channels,
    taps,
    squares,
    embedding,
    licence: 'Apache-2.0',
    layers: [
      ...layers.map(({ name, inputBlocks, outputBlocks, offsets, residual }) => ({
        name,
        kind: 'ring',
        inputBlocks,
        outputBlocks,
        offsets,
        residual,
        range: { inputRms: 1, z: range, h: range },
      })),
      { name: 'head', kind: 'head', inputBlocks: blocks, outputBlocks: 1, residual: false, range: {} },
    ],
    norm: { '0.001': 1, '0.01': 1.2, '0.5': 2, '0.99': 3, '0.999': 3.5 },
    tensors,
    weightsSha256: hash(weights),
    goldenSha256: hash(chips),
  });
  const network = parseNetwork(manifest, weights);
  const run = interpret(network, chips);
  const sampled = (xs: Float64Array) => {
    const at = Array.from({ length: 48 }, (_, k) => (k * 173) % xs.length);
    return {
      mean: xs.reduce((s, v) => s + v, 0) / xs.length,
      rms: Math.sqrt(xs.reduce((s, v) => s + v * v, 0) / xs.length),
      at,
      values: at.map((k) => xs[k]!),
    };
  };
  const seen = [
    ['input', run.input],
    ...layers.map(({ name }, k) => [name, run.layers[k]!] as const),
    ['head', run.embedding],
  ] as const;
  const golden = encoded({
    format: 'ringface-golden/1',
    shape: [1, 3, side, side],
    pictures: [
      {
        layers: Object.fromEntries(seen.map(([name, xs]) => [name, sampled(xs)])),
        embedding: [...run.embedding],
      },
    ],
  });
  return { manifest, weights, golden, chips, network };
}

interface Named {
  readonly name: string;
  readonly integers: Int8Array | Int16Array;
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

/** All tensors in one file, wide ones first. */
function packed<T extends Named>(
  layers: readonly T[],
  shapesOf: (layer: T) => Record<'weight' | 'rows', number[]>,
) {
  const parts: Uint8Array[] = [];
  const tensors: Record<string, unknown> = {};
  let offset = 0;
  const add = (name: string, values: Int8Array | Int16Array | Float32Array, shape: number[]) => {
    const dtype = values instanceof Float32Array ? 'f32' : values instanceof Int16Array ? 'i16' : 'i8';
    tensors[name] = { dtype, shape, offset };
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    offset += values.byteLength;
  };
  for (const layer of layers) {
    const { rows } = shapesOf(layer);
    add(`${layer.name}.scale`, layer.scale, rows);
    add(`${layer.name}.bias`, layer.bias, rows);
  }
  for (const layer of layers) add(`${layer.name}.weight`, layer.integers, shapesOf(layer).weight);
  return { weights: new Uint8Array(Buffer.concat(parts)), tensors };
}

function encoded(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
