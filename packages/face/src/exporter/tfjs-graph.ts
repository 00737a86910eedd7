/**
 * TensorFlow.js graph model (NHWC) to ONNX (NCHW), for the few operations face detectors and meshes use.
 *
 * Every four-dimensional tensor is held as NCHW in the new graph. Where the source flattens one (Reshape),
 * a transpose restores the NHWC order first, so outputs keep the meaning of the source.
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

interface SourceNode {
  name: string;
  op: string;
  input?: string[];
  attr?: Record<string, { s?: string; i?: string; list?: { i?: string[]; s?: string[] } }>;
}
interface GraphModel {
  modelTopology: { node: SourceNode[] };
  weightsManifest: WeightGroups;
}

export interface GraphExport {
  /** Path of the model JSON; the binaries lie beside it. */
  readonly json: string;
  readonly name: string;
  /** Side of the square RGB input. */
  readonly size: number;
  /** Wanted outputs: source node, name in the new graph, shape. What only other outputs need is left out. */
  readonly outputs: readonly {
    readonly node: string;
    readonly name: string;
    readonly shape: readonly number[];
  }[];
}

/** @throws {FaceError} `export-unsupported` names the operation or attribute we do not know. */
export function exportTfjsGraph({ json, name, size, outputs }: GraphExport): Uint8Array<ArrayBuffer> {
  const source = JSON.parse(readFileSync(json, 'utf8')) as GraphModel;
  const converter = new Converter(source, readTfjsWeights(source.weightsManifest, json), size);
  for (const output of outputs) converter.output(output.node, output.name, output.shape);
  return converter.graph.encode(name);
}

class Converter {
  readonly graph = new OnnxGraph();
  readonly #nodes: ReadonlyMap<string, SourceNode>;
  readonly #weights: ReadonlyMap<string, TfjsWeight>;
  readonly #size: number;
  readonly #done = new Map<string, Tensor>();

  constructor(source: GraphModel, weights: ReadonlyMap<string, TfjsWeight>, size: number) {
    this.#nodes = new Map(source.modelTopology.node.map((node) => [node.name, node]));
    this.#weights = weights;
    this.#size = size;
  }

  output(node: string, name: string, shape: readonly number[]): void {
    this.graph.output(name, this.#tensor(node), shape);
  }

  /** The new tensor for a source node; converts what it depends on first. */
  #tensor(name: string): Tensor {
    const known = this.#done.get(name);
    if (known !== undefined) return known;
    const node = this.#nodes.get(name);
    if (!node) throw new FaceError('export-unsupported', { details: { name } });
    const made = this.#convert(node, node.input ?? []);
    this.#done.set(name, made);
    return made;
  }

  #convert(node: SourceNode, input: readonly string[]): Tensor {
    const graph = this.graph;
    const data = () => this.#tensor(input[0]!);
    switch (node.op) {
      case 'Placeholder':
        return graph.input('input', [1, 3, this.#size, this.#size]);
      case 'Identity':
        return data();
      case 'Relu':
      case 'Sigmoid':
        return graph.node(node.op, [data()]);
      case 'AddV2':
        return graph.node('Add', [data(), this.#tensor(input[1]!)]);
      case 'Prelu':
        return this.#prelu(data(), input[1]!);
      case '_FusedConv2D':
        return this.#fusedConvolution(node, data(), input);
      case 'DepthwiseConv2dNative':
        return this.#depthwise(node, data(), input[1]!);
      case 'MaxPool':
        return graph.node('MaxPool', [data()], {
          kernel_shape: middle(node, 'ksize'),
          strides: middle(node, 'strides'),
          auto_pad: padding(node),
        });
      case 'Pad':
        return graph.node('Pad', [data(), graph.int64s(channelsFirstPads(this.#values(input[1]!)))]);
      case 'Reshape':
        return graph.node('Reshape', [
          graph.node('Transpose', [data()], { perm: [0, 2, 3, 1] }),
          graph.int64s(this.#values(input[1]!)),
        ]);
      default:
        throw new FaceError('export-unsupported', { details: { op: node.op, name: node.name } });
    }
  }

  /** Convolution, bias, activation in one source node. */
  #fusedConvolution(node: SourceNode, data: Tensor, input: readonly string[]): Tensor {
    const [bias, activation, ...more] = (node.attr?.['fused_ops']?.list?.s ?? []).map(decode);
    if (bias !== 'BiasAdd' || more.length > 0)
      throw new FaceError('export-unsupported', { details: { name: node.name } });
    const filters = this.#weight(input[1]!); // HWIO
    const out = this.graph.node(
      'Conv',
      [data, this.#floats(filters, permute(filters, [3, 2, 0, 1])), this.#vector(input[2]!)],
      { strides: middle(node, 'strides'), auto_pad: padding(node) },
    );
    if (activation === undefined) return out;
    if (activation === 'Relu') return this.graph.node('Relu', [out]);
    if (activation === 'Prelu') return this.#prelu(out, input[3]!);
    throw new FaceError('export-unsupported', { details: { name: node.name, activation } });
  }

  /** Filters are [height, width, channels, 1]: one group for each channel. */
  #depthwise(node: SourceNode, data: Tensor, filterName: string): Tensor {
    const filters = this.#weight(filterName);
    if (filters.shape[3] !== 1) throw new FaceError('export-unsupported', { details: { name: node.name } });
    return this.graph.node('Conv', [data, this.#floats(filters, permute(filters, [2, 3, 0, 1]))], {
      strides: middle(node, 'strides'),
      auto_pad: padding(node),
      group: filters.shape[2]!,
    });
  }

  /** Slopes are [1, 1, channels]; NCHW wants [channels, 1, 1]. */
  #prelu(data: Tensor, slopeName: string): Tensor {
    const slope = this.#weight(slopeName);
    const channels = slope.shape.at(-1)!;
    return this.graph.node('PRelu', [
      data,
      this.#floats(slope, { shape: [channels, 1, 1], bytes: slope.bytes }),
    ]);
  }

  /** Half floats stay half floats in the file and are widened by the graph. */
  #floats(weight: TfjsWeight, { shape, bytes }: { shape: readonly number[]; bytes: Uint8Array }): Tensor {
    const { type } = weight;
    if (type === 'float32') return this.graph.weights({ type, shape, bytes });
    if (type === 'float16')
      return this.graph.node('Cast', [this.graph.weights({ type, shape, bytes })], { to: 1 });
    throw new FaceError('export-unsupported', { details: { name: weight.name, type } });
  }

  /** A bias vector. */
  #vector(name: string): Tensor {
    const weight = this.#weight(name);
    const known = this.#done.get(name);
    if (known !== undefined) return known;
    const made = this.#floats(weight, {
      shape: [weight.bytes.length / (weight.type === 'float16' ? 2 : 4)],
      bytes: weight.bytes,
    });
    this.#done.set(name, made);
    return made;
  }

  #values(name: string): number[] {
    return Array.from(weightValues(this.#weight(name)));
  }

  #weight(name: string): TfjsWeight {
    const weight = this.#weights.get(name);
    if (!weight) throw new FaceError('export-unsupported', { details: { name } });
    return weight;
  }
}

/** The two spatial entries of an NHWC attribute. */
function middle(node: SourceNode, attribute: string): number[] {
  return (node.attr?.[attribute]?.list?.i ?? []).slice(1, 3).map(Number);
}

/** TensorFlow's SAME puts the odd pixel at the end, which ONNX calls SAME_UPPER. */
function padding(node: SourceNode): string {
  const name = decode(node.attr?.['padding']?.s ?? '');
  if (name === 'SAME') return 'SAME_UPPER';
  if (name === 'VALID') return 'VALID';
  throw new FaceError('export-unsupported', { details: { name: node.name, padding: name } });
}

/** [[n, n], [h, h], [w, w], [c, c]] to all begins, then all ends, in NCHW. */
function channelsFirstPads(pads: readonly number[]): number[] {
  const order = [0, 3, 1, 2];
  return [...order.map((axis) => pads[2 * axis]!), ...order.map((axis) => pads[2 * axis + 1]!)];
}

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString('latin1');
