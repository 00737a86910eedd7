/**
 * A trained network: manifest and weights as the trainer exports them, strictly checked. What the numbers mean is in
 * `training/README.md` ("The network"). Knows no encryption; `interpret.ts` runs it in the clear, `server/` encrypted.
 * @module
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { ProtocolError } from '../wire/errors.ts';
import { sha256 } from '../wire/ids.ts';
import { largestNorm } from './budget.ts';
import { gridSide, positions, taps } from './parameters.ts';

/** Integers, and one scale and bias for each output: weight = integer * scale. */
export interface Weights {
  readonly integers: Int8Array | Int16Array;
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

/** A convolution on the ring, its square, and the input again where `residual`. */
export interface RingLayer extends Weights {
  readonly name: string;
  readonly inputBlocks: number;
  readonly outputBlocks: number;
  /** In positions. `integers` has the shape [outputBlocks][inputBlocks][offsets][block][block]. */
  readonly offsets: readonly number[];
  readonly residual: boolean;
}

export interface Network {
  readonly name: string;
  readonly licence: string;
  /** SHA-256 of the manifest, which has that of the weights: names the network. Hex. */
  readonly hash: string;
  /** B: channels that one ciphertext holds, part of the wrap that the network was trained with. */
  readonly block: number;
  readonly channels: number;
  /** D. */
  readonly embedding: number;
  readonly layers: readonly RingLayer[];
  /** `integers` has the shape [embedding][blocks][slots]. */
  readonly head: Weights;
  /** What <e, e> of a picture may be. */
  readonly norm: { readonly low: number; readonly high: number };
}

/** One picture of an export with what the network makes of it. */
export interface GoldenPicture {
  /** [3][112][112], 0..255. */
  readonly chip: Uint8Array;
  /** By layer: some values, and statistics of all. */
  readonly layers: Readonly<Record<string, GoldenValues>>;
  readonly embedding: readonly number[];
}

export interface GoldenValues {
  readonly mean: number;
  readonly rms: number;
  readonly at: readonly number[];
  readonly values: readonly number[];
}

const format = 'ringface/1';
const goldenFormat = 'ringface-golden/1';
/** Pixels of a chip's side. */
export const chipSide = 112;
const longestText = 1024 * 1024;
/** Larger values have no room above them (`budget.ts`, levelTable). */
const largestValue = 2 ** 10;
/** The norm window is wider than what training saw, by this factor on each side. */
const normMargin = 1.5;
const neighbours = [-1, 0, 1].flatMap((row) => [-1, 0, 1].map((column) => row * gridSide + column));

/**
 * @param manifest the bytes of `manifest.json`. @param weights those of `weights.bin`.
 * @throws {ProtocolError} `network-refused` with the field that does not check.
 */
export function parseNetwork(manifest: Uint8Array, weights: Uint8Array): Network {
  const root = json(manifest, 'manifest');
  check(root['format'] === format, 'format');
  check(root['grid'] === gridSide && root['taps'] === taps, 'grid');
  const block = integer(root['block'], 'block', 4, 256);
  const channels = integer(root['channels'], 'channels', block, 512);
  const embedding = integer(root['embedding'], 'embedding', 16, 1024);
  check(channels % block === 0 && taps % block === 0, 'block');
  check(Number.isInteger(Math.log2(block)) && Number.isInteger(Math.log2(embedding)), 'powers of two');
  const squares = integer(root['squares'], 'squares', 1, 12);
  check(root['weightsSha256'] === bytesToHex(sha256(weights)), 'weightsSha256');

  const take = tensorReader(record(root['tensors'], 'tensors'), weights);
  const blocks = channels / block;
  const described = list(root['layers'], 'layers', squares + 1, squares + 1);
  const layers = described.slice(0, -1).map((value, index): RingLayer => {
    const layer = record(value, 'layer');
    const name = text(layer['name'], 'layer.name');
    const first = index === 0;
    const inputBlocks = first ? taps / block : blocks;
    const offsets = first ? [0] : neighbours;
    check(layer['kind'] === 'ring', `${name}.kind`);
    check(layer['inputBlocks'] === inputBlocks && layer['outputBlocks'] === blocks, `${name} blocks`);
    const same = list(layer['offsets'], `${name}.offsets`, offsets.length, offsets.length);
    check(
      same.every((offset, t) => offset === offsets[t]),
      `${name}.offsets`,
    );
    check(layer['residual'] === !first, `${name}.residual`);
    const range = record(layer['range'], `${name}.range`);
    for (const kind of ['z', 'h']) {
      real(record(range[kind], `${name}.range`)['max'], `${name}.range.${kind}.max`, 0, largestValue);
    }
    const rows = [blocks, block];
    const shape = [blocks, inputBlocks, offsets.length, block, block];
    return { name, inputBlocks, outputBlocks: blocks, offsets, residual: !first, ...take(name, shape, rows) };
  });
  const last = record(described.at(-1), 'head');
  check(last['kind'] === 'head' && last['name'] === 'head', 'head.kind');
  const head = take('head', [embedding, blocks, positions * block], [embedding]);
  take.end();

  const quantiles = record(root['norm'], 'norm');
  const norms = ['0.001', '0.99', '0.999'].map((q) => real(quantiles[q], `norm.${q}`, 0, 2 ** 10));
  const [shortest, usual, longest] = norms as [number, number, number];
  check(shortest <= usual && usual <= longest && usual ** 2 <= largestNorm, 'norm');
  const norm = {
    low: shortest ** 2 / normMargin,
    high: Math.min(largestNorm, longest ** 2 * normMargin),
  };
  return Object.freeze({
    name: text(root['name'], 'name'),
    licence: text(root['licence'], 'licence'),
    hash: bytesToHex(sha256(manifest)),
    block,
    channels,
    embedding,
    layers,
    head,
    norm,
  });
}

/**
 * The golden vectors of an export.
 * @param chips the bytes of `golden.bin`. @param golden those of `golden.json`.
 * @throws {ProtocolError} `network-refused`.
 */
export function parseGolden(manifest: Uint8Array, chips: Uint8Array, golden: Uint8Array): GoldenPicture[] {
  check(json(manifest, 'manifest')['goldenSha256'] === bytesToHex(sha256(chips)), 'goldenSha256');
  const root = json(golden, 'golden');
  check(root['format'] === goldenFormat, 'golden.format');
  const plane = chipSide * chipSide;
  const pictures = list(root['pictures'], 'golden.pictures', 1, 64);
  check(chips.length === pictures.length * 3 * plane, 'golden.shape');
  return pictures.map((value, k) => {
    const picture = record(value, 'golden picture');
    const layers = Object.entries(record(picture['layers'], 'golden.layers')).map(([name, one]) => {
      const { mean, rms, at, values } = record(one, `golden ${name}`);
      const indices = list(at, `golden ${name}.at`, 1, 4096).map((i) => integer(i, 'golden at', 0, 2 ** 24));
      return [
        name,
        { mean: number(mean), rms: number(rms), at: indices, values: numbers(values, name) },
      ] as const;
    });
    const chip = chips.slice(3 * k * plane, 3 * (k + 1) * plane);
    return {
      chip,
      layers: Object.fromEntries(layers),
      embedding: numbers(picture['embedding'], 'embedding'),
    };
  });
}

interface TensorReader {
  (layer: string, weight: readonly number[], rows: readonly number[]): Weights;
  /** Nothing may be left over. */
  end(): void;
}

const widths = { i8: 1, i16: 2, f32: 4 } as const;

/** Tensors by name; together they are exactly the bytes, each where the manifest says, none twice. */
function tensorReader(tensors: Record<string, unknown>, bytes: Uint8Array): TensorReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const spans: [start: number, end: number][] = [];
  const read = (name: string, shape: readonly number[], kinds: readonly (keyof typeof widths)[]) => {
    const tensor = record(tensors[name], name);
    const kind = kinds.find((one) => one === tensor['dtype']);
    check(kind !== undefined, `${name}.dtype`);
    const sizes = list(tensor['shape'], `${name}.shape`, shape.length, shape.length);
    check(
      sizes.every((size, k) => size === shape[k]),
      `${name}.shape`,
    );
    const count = shape.reduce((product, size) => product * size, 1);
    const start = integer(tensor['offset'], `${name}.offset`, 0, bytes.length - count * widths[kind]);
    spans.push([start, start + count * widths[kind]]);
    if (kind === 'i8') return Int8Array.from({ length: count }, (_, k) => view.getInt8(start + k));
    if (kind === 'i16') {
      return Int16Array.from({ length: count }, (_, k) => view.getInt16(start + 2 * k, true));
    }
    const out = new Float32Array(count);
    for (let k = 0; k < count; k++) out[k] = view.getFloat32(start + 4 * k, true);
    check(
      out.every((x) => Number.isFinite(x)),
      `${name}: finite`,
    );
    return out;
  };
  const take = (layer: string, weight: readonly number[], rows: readonly number[]) => ({
    integers: read(`${layer}.weight`, weight, ['i8', 'i16']) as Int8Array | Int16Array,
    scale: read(`${layer}.scale`, rows, ['f32']) as Float32Array,
    bias: read(`${layer}.bias`, rows, ['f32']) as Float32Array,
  });
  const end = () => {
    const sorted = spans.toSorted(([a], [b]) => a - b);
    const contiguous = sorted.every(([start], k) => start === (k === 0 ? 0 : sorted[k - 1]![1]));
    check(contiguous && sorted.at(-1)?.[1] === bytes.length, 'tensors cover the weights');
    check(Object.keys(tensors).length === spans.length, 'tensors');
  };
  return Object.assign(take, { end });
}

function json(bytes: Uint8Array, field: string): Record<string, unknown> {
  check(bytes.length <= longestText, `length of ${field}`);
  try {
    return record(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), field);
  } catch (cause) {
    throw new ProtocolError('network-refused', { cause, details: { field } });
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

function numbers(value: unknown, field: string): number[] {
  return list(value, `golden ${field}`, 1, 4096).map(number);
}

function number(value: unknown): number {
  return real(value, 'golden', -Infinity, Infinity);
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
