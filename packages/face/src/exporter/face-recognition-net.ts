/**
 * The 128-dimensional recognition network of `@vladmandic/face-api` (a dlib-like ResNet) to ONNX.
 * Its package ships weights only; the layers below follow its `src/faceRecognitionNet`.
 *
 * Each layer there is conv, + bias, * scale, + shift. Scale and bias fold into the convolution: the 8-bit
 * filters stay as delivered, and their one scale becomes one for each output channel.
 * @module
 */
import { readFileSync } from 'node:fs';
import { FaceError } from '../core/errors.ts';
import { OnnxGraph, type Tensor } from './onnx.ts';
import {
  permute,
  readTfjsWeights,
  type TfjsWeight,
  type WeightGroups,
  weightValues,
} from './tfjs-weights.ts';

const size = 150;

/** Blocks after the first convolution; `down` halves the sides. */
const blocks: readonly { name: string; down?: true }[] = [
  { name: 'conv32_1' },
  { name: 'conv32_2' },
  { name: 'conv32_3' },
  { name: 'conv64_down', down: true },
  { name: 'conv64_1' },
  { name: 'conv64_2' },
  { name: 'conv64_3' },
  { name: 'conv128_down', down: true },
  { name: 'conv128_1' },
  { name: 'conv128_2' },
  { name: 'conv256_down', down: true },
  { name: 'conv256_1' },
  { name: 'conv256_2' },
  { name: 'conv256_down_out', down: true },
];

/** A feature map: its tensor, channels and side. */
interface FeatureMap {
  tensor: Tensor;
  channels: number;
  side: number;
}

/** @throws {FaceError} `export-unsupported` when a weight is missing or not stored as expected. */
export function exportFaceRecognitionNet(manifestJson: string): Uint8Array<ArrayBuffer> {
  const groups = JSON.parse(readFileSync(manifestJson, 'utf8')) as WeightGroups;
  const layers = new Layers(readTfjsWeights(groups, manifestJson));
  const { graph } = layers;

  let x: FeatureMap = { tensor: graph.input('input', [1, 3, size, size]), channels: 3, side: size };
  x = layers.relu(layers.convolution(x, 'conv32_down', { stride: 2, pad: 0 }));
  x = {
    ...x,
    tensor: graph.node('MaxPool', [x.tensor], { kernel_shape: [3, 3], strides: [2, 2] }),
    side: pooled(x.side, 3),
  };
  for (const { name, down } of blocks) x = down ? layers.downBlock(x, name) : layers.block(x, name);

  const mean = graph.node('Flatten', [graph.node('GlobalAveragePool', [x.tensor])]);
  graph.output('embedding', graph.node('MatMul', [mean, layers.matrix('fc')]), [1, 128]);
  return graph.encode('face-recognition-net');
}

/** Side after a window of `kernel` with stride 2 and no padding. */
const pooled = (side: number, kernel: number): number => Math.floor((side - kernel) / 2) + 1;

class Layers {
  readonly graph = new OnnxGraph();
  readonly #weights: ReadonlyMap<string, TfjsWeight>;

  constructor(weights: ReadonlyMap<string, TfjsWeight>) {
    this.#weights = weights;
  }

  relu(x: FeatureMap): FeatureMap {
    return { ...x, tensor: this.graph.node('Relu', [x.tensor]) };
  }

  /** relu(conv2(relu(conv1 x)) + x) */
  block(x: FeatureMap, name: string): FeatureMap {
    const inner = this.relu(this.convolution(x, `${name}/conv1`, { stride: 1, pad: 1 }));
    return this.#add(this.convolution(inner, `${name}/conv2`, { stride: 1, pad: 1 }), x);
  }

  /** The same with stride 2; the shortcut is averaged, and whichever side is smaller is padded with zeros. */
  downBlock(x: FeatureMap, name: string): FeatureMap {
    const inner = this.relu(this.convolution(x, `${name}/conv1`, { stride: 2, pad: 0 }));
    const out = this.convolution(inner, `${name}/conv2`, { stride: 1, pad: 1 });
    const shortcut: FeatureMap = {
      tensor: this.graph.node('AveragePool', [x.tensor], { kernel_shape: [2, 2], strides: [2, 2] }),
      channels: x.channels,
      side: pooled(x.side, 2),
    };
    const side = Math.max(out.side, shortcut.side);
    const channels = Math.max(out.channels, shortcut.channels);
    return this.#add(this.#padEnd(out, channels, side), this.#padEnd(shortcut, channels, side));
  }

  convolution(x: FeatureMap, name: string, { stride, pad }: { stride: number; pad: number }): FeatureMap {
    const filters = this.#weight(`${name}/conv/filters`); // HWIO
    const [kernel, , , channels] = filters.shape as [number, number, number, number];
    const scale = weightValues(this.#weight(`${name}/scale/weights`));
    const shift = weightValues(this.#weight(`${name}/scale/biases`));
    const bias = weightValues(this.#weight(`${name}/conv/bias`)).map((b, i) => b * scale[i]! + shift[i]!);
    const tensor = this.graph.node(
      'Conv',
      [x.tensor, this.#scaledFilters(filters, scale), this.graph.floats(Float32Array.from(bias))],
      { strides: [stride, stride], pads: [pad, pad, pad, pad] },
    );
    return { tensor, channels, side: Math.floor((x.side + 2 * pad - kernel) / stride) + 1 };
  }

  /** A two-dimensional weight, [in, out]. */
  matrix(name: string): Tensor {
    const weight = this.#weight(name);
    return this.#dequantise(weight, weight, new Float64Array([1]));
  }

  #scaledFilters(filters: TfjsWeight, scale: Float64Array): Tensor {
    const order = [3, 2, 0, 1];
    const { shape, bytes } = permute(filters, order);
    if (filters.type === 'uint8') return this.#dequantise(filters, { shape, bytes }, scale);
    // A few layers are delivered as single floats; the scale goes into them, at the same size.
    const values = weightValues({ ...filters, bytes });
    const perChannel = values.length / scale.length;
    return this.graph.floats(
      Float32Array.from(values, (v, i) => v * scale[Math.floor(i / perChannel)]!),
      shape,
    );
  }

  /** value = (q - zero) * scale, along axis 0 when there are several scales. */
  #dequantise(
    source: TfjsWeight,
    { shape, bytes }: { shape: readonly number[]; bytes: Uint8Array },
    scales: Float64Array,
  ): Tensor {
    if (!source.affine) throw new FaceError('export-unsupported', { details: { name: source.name } });
    const { scale, min } = source.affine;
    const zero = Math.round(-min / scale);
    // The packager moves the minimum so that 0 is a level; a file where it is not would be read wrongly.
    if (zero < 0 || zero > 255 || Math.abs(zero * scale + min) > 1e-3 * scale) {
      throw new FaceError('export-unsupported', { details: { name: source.name, zero } });
    }
    const single = scales.length === 1;
    const dimensions = single ? [] : [scales.length];
    return this.graph.node(
      'DequantizeLinear',
      [
        this.graph.weights({ type: 'uint8', shape, bytes }),
        this.graph.floats(
          Float32Array.from(scales, (s) => s * scale),
          dimensions,
        ),
        this.graph.weights({
          type: 'uint8',
          shape: dimensions,
          bytes: new Uint8Array(scales.length).fill(zero),
        }),
      ],
      single ? {} : { axis: 0 },
    );
  }

  #add(a: FeatureMap, b: FeatureMap): FeatureMap {
    return this.relu({ ...a, tensor: this.graph.node('Add', [a.tensor, b.tensor]) });
  }

  /** Zeros after the last channel, row and column. */
  #padEnd(x: FeatureMap, channels: number, side: number): FeatureMap {
    if (x.channels === channels && x.side === side) return x;
    const rows = side - x.side;
    const pads = this.graph.int64s([0, 0, 0, 0, 0, channels - x.channels, rows, rows]);
    return { tensor: this.graph.node('Pad', [x.tensor, pads]), channels, side };
  }

  #weight(name: string): TfjsWeight {
    const weight = this.#weights.get(name);
    if (!weight) throw new FaceError('export-unsupported', { details: { name } });
    return weight;
  }
}
