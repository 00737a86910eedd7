/**
 * A trained network: JSON manifest and flat weights, strictly checked, as the contract in `training/README.md`
 * ("The network") has it. Knows no encryption; `interpret.ts` runs it in the clear, `server/` under encryption.
 * @module
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { ProtocolError } from '../wire/errors.ts';
import { sha256 } from '../wire/ids.ts';
import { largestNorm } from './budget.ts';
import { positions, taps } from './parameters.ts';

export interface Layer {
  /** `pointwise` reads one position, `conv3x3` the nine around it. */
  readonly kind: 'pointwise' | 'conv3x3';
  readonly inputs: number;
  readonly outputs: number;
  /** Whether the layer's input is added to its square. */
  readonly residual: boolean;
  /** Largest size of a value before or after the square. */
  readonly peak: number;
  /** Root mean square after the square. */
  readonly rms: number;
  /** [outputs][inputs] or [outputs][inputs][3][3]. */
  readonly weight: Float32Array;
  /** [outputs]. */
  readonly bias: Float32Array;
}

export interface Threshold {
  /** False accept rate that the threshold was chosen for. */
  readonly far: number;
  readonly cosine: number;
}

export interface Network {
  readonly name: string;
  readonly licence: string;
  readonly statement: string;
  /** SHA-256 of the manifest, which has that of the weights: names the network. Hex. */
  readonly hash: string;
  /** B: channels that one ciphertext holds, part of the wrap that the network was trained with. */
  readonly block: number;
  readonly channels: number;
  /** D. */
  readonly embedding: number;
  readonly layers: readonly Layer[];
  /** [D][channels][256]. */
  readonly headWeight: Float32Array;
  /** [D]. */
  readonly headBias: Float32Array;
  /** What <e, e> may be. */
  readonly norm: { readonly low: number; readonly high: number };
  readonly thresholds: readonly Threshold[];
}

/** One input of the exporter with everything that the network makes of it. */
export interface GoldenVector {
  /** [64][64][3], 0..255. */
  readonly crop: Float32Array;
  /** [96][256]. */
  readonly taps: Float32Array;
  /** [channels][256] for each layer. */
  readonly layers: readonly Float32Array[];
  /** [D]. */
  readonly embedding: Float32Array;
}

const format = 'blindsight-image-network/1';
/** Pixels of a crop's side. */
export const cropSide = 64;
const longestManifest = 256 * 1024;
/** A weight above this is a broken export: it would not fit the scales. */
const largestWeight = 64;

/**
 * @param manifest the bytes of `manifest.json`. @param weights those of `weights.bin`.
 * @throws {ProtocolError} `network-refused` with the field that does not check.
 */
export function parseNetwork(manifest: Uint8Array, weights: Uint8Array): Network {
  const root = record(json(manifest), 'manifest');
  check(root['format'] === format, 'format');
  const block = integer(root['block'], 'block', 4, 256);
  const channels = integer(root['channels'], 'channels', block, 512);
  const embedding = integer(root['embedding'], 'embedding', 16, 1024);
  check(channels % block === 0 && taps % block === 0, 'block');
  check(Number.isInteger(Math.log2(block)) && Number.isInteger(Math.log2(embedding)), 'powers of two');
  const shapes = list(root['layers'], 'layers', 1, 12).map((layer, i) => layerShape(layer, i, channels));

  const numbers = floats(weights, record(root['weights'], 'weights'), 'weights');
  const bounded = numbers.every((w) => Math.abs(w) <= largestWeight);
  check(bounded, 'size of weights');
  let at = 0;
  const take = (count: number) => {
    check(at + count <= numbers.length, 'number of weights');
    at += count;
    return numbers.subarray(at - count, at);
  };
  const layers = shapes.map((shape) => {
    const points = shape.kind === 'conv3x3' ? 9 : 1;
    return { ...shape, weight: take(shape.outputs * shape.inputs * points), bias: take(shape.outputs) };
  });
  const headWeight = take(embedding * channels * positions);
  const headBias = take(embedding);
  check(at === numbers.length, 'number of weights');

  const window = record(root['norm'], 'norm');
  const low = real(window['low'], 'norm.low', 0, largestNorm);
  const norm = { low, high: real(window['high'], 'norm.high', low, largestNorm) };
  const thresholds = list(root['threshold'], 'threshold', 0, 16).map((entry) => {
    const one = record(entry, 'threshold');
    return {
      far: real(one['far'], 'threshold.far', 0, 1),
      cosine: real(one['cosine'], 'threshold.cosine', -1, 1),
    };
  });
  return Object.freeze({
    name: text(root['name'], 'name'),
    licence: text(root['licence'], 'licence'),
    statement: text(root['statement'], 'statement'),
    hash: bytesToHex(sha256(manifest)),
    block,
    channels,
    embedding,
    layers,
    headWeight,
    headBias,
    norm,
    thresholds,
  });
}

/**
 * The golden vectors of the same export.
 * @throws {ProtocolError} `network-refused`.
 */
export function parseGolden(network: Network, manifest: Uint8Array, golden: Uint8Array): GoldenVector[] {
  check(bytesToHex(sha256(manifest)) === network.hash, 'golden of another manifest');
  const described = record(record(json(manifest), 'manifest')['golden'], 'golden');
  const numbers = floats(golden, described, 'golden');
  const count = integer(described['count'], 'golden.count', 1, 64);
  const { layers, channels, embedding } = network;
  const sizes = [
    cropSide * cropSide * 3,
    taps * positions,
    ...layers.map(() => channels * positions),
    embedding,
  ];
  const one = sizes.reduce((sum, size) => sum + size, 0);
  check(numbers.length === count * one, 'number of golden values');
  return Array.from({ length: count }, (_, k) => {
    let at = k * one;
    const [crop, first, ...rest] = sizes.map((size) => {
      at += size;
      return numbers.subarray(at - size, at);
    });
    return { crop: crop!, taps: first!, layers: rest.slice(0, -1), embedding: rest.at(-1)! };
  });
}

function layerShape(value: unknown, index: number, channels: number): Omit<Layer, 'weight' | 'bias'> {
  const layer = record(value, 'layer');
  const first = index === 0;
  const { kind, residual } = layer;
  check(kind === (first ? 'pointwise' : 'conv3x3'), 'layer.kind');
  check(typeof residual === 'boolean' && !(first && residual), 'layer.residual');
  const inputs = integer(layer['inputs'], 'layer.inputs', 1, 512);
  const outputs = integer(layer['outputs'], 'layer.outputs', 1, 512);
  check(inputs === (first ? taps : channels) && outputs === channels, 'layer shape');
  return {
    kind: kind as Layer['kind'],
    inputs,
    outputs,
    residual: residual as boolean,
    peak: real(layer['peak'], 'layer.peak', 0, 2 ** 12),
    rms: real(layer['rms'], 'layer.rms', 2 ** -6, 2 ** 6),
  };
}

/** Little-endian float32, with the length and the hash that the manifest says, all finite. */
function floats(bytes: Uint8Array, described: Record<string, unknown>, field: string): Float32Array {
  check(described['bytes'] === bytes.length && bytes.length % 4 === 0, `${field}.bytes`);
  check(described['sha256'] === bytesToHex(sha256(bytes)), `${field}.sha256`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const out = Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  check(
    out.every((x) => Number.isFinite(x)),
    `${field}: finite`,
  );
  return out;
}

function json(bytes: Uint8Array): unknown {
  check(bytes.length <= longestManifest, 'length of manifest');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ProtocolError('network-refused', { cause, details: { field: 'manifest' } });
  }
}

function check(holds: boolean, field: string): asserts holds {
  if (!holds) throw new ProtocolError('network-refused', { details: { field } });
}

function record(value: unknown, field: string): Record<string, unknown> {
  check(typeof value === 'object' && value !== null && !Array.isArray(value), field);
  return value as Record<string, unknown>;
}

function list(value: unknown, field: string, least: number, most: number): unknown[] {
  check(Array.isArray(value) && value.length >= least && value.length <= most, field);
  return value;
}

function integer(value: unknown, field: string, least: number, most: number): number {
  check(Number.isInteger(value), field);
  return real(value, field, least, most);
}

function real(value: unknown, field: string, least: number, most: number): number {
  check(typeof value === 'number' && value >= least && value <= most, field);
  return value;
}

function text(value: unknown, field: string): string {
  check(typeof value === 'string' && value.length > 0 && value.length <= 4096, field);
  return value;
}
