/**
 * The network in the clear, in doubles: the oracle of the encrypted run. Tests, calibration and auditors only.
 * @module
 */
import { ProtocolError } from '../wire/errors.ts';
import { frontEnd } from './front-end.ts';
import type { GoldenPicture, Network, RingLayer } from './network.ts';
import { positions } from './parameters.ts';

/** All lists by block, then slot. */
export interface Interpretation {
  readonly input: Float64Array;
  /** Before the square, for each layer. */
  readonly sums: readonly Float64Array[];
  /** After square and residual. */
  readonly layers: readonly Float64Array[];
  readonly embedding: Float64Array;
}

/** @param chip [3][112][112], planes R G B from 0 to 255. */
export function interpret(network: Network, chip: ArrayLike<number>): Interpretation {
  const input = frontEnd(chip, network.block);
  const [sums, layers]: [Float64Array[], Float64Array[]] = [[], []];
  let x = input;
  for (const layer of network.layers) {
    const z = convolve(network.block, layer, x);
    const before = x;
    x = layer.residual ? z.map((v, k) => v * v + before[k]!) : z.map((v) => v * v);
    sums.push(z);
    layers.push(x);
  }
  const { integers, scale, bias } = network.head;
  const size = x.length;
  const embedding = Float64Array.from(bias, (b, j) => {
    let sum = 0;
    for (let k = 0; k < size; k++) sum += integers[j * size + k]! * x[k]!;
    return b + scale[j]! * sum;
  });
  return { input, sums, layers, embedding };
}

/**
 * z[o][s] = bias[o][u] + sum over i, t, d of W[o][i][t][u][d] x[i][(s + B off_t + d) mod S], u = s mod B.
 * @param x [inputBlocks][S]. @returns [outputBlocks][S].
 */
export function convolve(block: number, layer: RingLayer, x: Float64Array): Float64Array {
  const { inputBlocks, outputBlocks, offsets, integers, scale, bias } = layer;
  const slots = positions * block;
  // The ring twice over, so that no index has to be brought back.
  const rings = Array.from({ length: inputBlocks }, (_, i) => {
    const ring = new Float64Array(2 * slots);
    for (const start of [0, slots]) ring.set(x.subarray(i * slots, (i + 1) * slots), start);
    return ring;
  });
  const out = new Float64Array(outputBlocks * slots);
  const row = new Float64Array(positions);
  for (let o = 0; o < outputBlocks; o++) {
    for (let u = 0; u < block; u++) {
      row.fill(0);
      for (const [i, ring] of rings.entries()) {
        for (const [t, offset] of offsets.entries()) {
          const at = (((o * inputBlocks + i) * offsets.length + t) * block + u) * block;
          for (let d = 0; d < block; d++) {
            const w = integers[at + d]!;
            const start = (((u + block * offset + d) % slots) + slots) % slots;
            for (let p = 0; p < positions; p++) row[p]! += w * ring[start + p * block]!;
          }
        }
      }
      const channel = o * block + u;
      for (let p = 0; p < positions; p++)
        out[o * slots + p * block + u] = bias[channel]! + scale[channel]! * row[p]!;
    }
  }
  return out;
}

export function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return inner(a, b) / Math.sqrt(inner(a, a) * inner(b, b));
}

/** Two implementations in doubles differ by less, relative to the layer's root mean square. */
const goldenTolerance = 1e-9;

/** @throws {ProtocolError} `network-refused` naming the first stage where the interpreter and the exporter differ. */
export function checkGolden(network: Network, pictures: readonly GoldenPicture[]): void {
  for (const { chip, layers, embedding } of pictures) {
    const run = interpret(network, chip);
    const ours: Record<string, Float64Array> = { input: run.input, head: run.embedding };
    for (const [k, { name }] of network.layers.entries()) ours[name] = run.layers[k]!;
    const agree = (field: string, value: number, golden: number, size: number) => {
      if (!(Math.abs(value - golden) <= goldenTolerance * size)) {
        throw new ProtocolError('network-refused', { details: { field: `golden ${field}` } });
      }
    };
    for (const [name, values] of Object.entries(ours)) {
      const golden = layers[name];
      if (!golden) throw new ProtocolError('network-refused', { details: { field: `golden ${name}` } });
      agree(name, Math.sqrt(inner(values, values) / values.length), golden.rms, golden.rms);
      agree(name, values.reduce((sum, v) => sum + v, 0) / values.length, golden.mean, golden.rms);
      for (const [k, at] of golden.at.entries())
        agree(name, values[at] ?? Number.NaN, golden.values[k]!, golden.rms);
    }
    const size = Math.sqrt(inner(embedding, embedding) / embedding.length);
    for (const [j, value] of embedding.entries()) agree('embedding', run.embedding[j]!, value, size);
  }
}
