/**
 * The network in the clear, in doubles: the oracle of the encrypted run. Tests, calibration and auditors only.
 * @module
 */
import { ProtocolError } from '../wire/errors.ts';
import { frontEnd } from './front-end.ts';
import { carry, moved } from './layout.ts';
import type { GoldenVector, Layer, Network } from './network.ts';
import { positions, rowPositions } from './parameters.ts';

export interface Interpretation {
  /** [96][256]. */
  readonly taps: Float64Array;
  /** Before the square, [channels][256] for each layer. */
  readonly sums: readonly Float64Array[];
  /** After square and residual. */
  readonly layers: readonly Float64Array[];
  /** [D]. */
  readonly embedding: Float64Array;
}

/** @param crop [64][64][3], RGB from 0 to 255. */
export function interpret(network: Network, crop: ArrayLike<number>): Interpretation {
  const taps = frontEnd(crop);
  const [sums, layers]: [Float64Array[], Float64Array[]] = [[], []];
  let x = taps;
  for (const layer of network.layers) {
    const z = linear(network.block, layer, x);
    const before = x;
    x = layer.residual ? z.map((v, k) => v * v + before[k]!) : z.map((v) => v * v);
    sums.push(z);
    layers.push(x);
  }
  const size = x.length;
  const embedding = Float64Array.from(network.headBias, (bias, j) => {
    let sum = bias;
    for (let k = 0; k < size; k++) sum += network.headWeight[j * size + k]! * x[k]!;
    return sum;
  });
  return { taps, sums, layers, embedding };
}

/** z of one layer. @param x [inputs][256]. */
export function linear(block: number, layer: Layer, x: Float64Array): Float64Array {
  const { inputs, outputs, weight, bias, kind } = layer;
  const steps =
    kind === 'pointwise' ? [0] : [-1, 0, 1].flatMap((row) => [-1, 0, 1].map((c) => row * rowPositions + c));
  // The ring twice over, so that a moved row is a contiguous one.
  const rings = Array.from({ length: inputs }, (_, i) => {
    const ring = x.subarray(i * positions, (i + 1) * positions);
    return Float64Array.from({ length: 2 * positions }, (_, p) => ring[p % positions]!);
  });
  const out = new Float64Array(outputs * positions);
  for (let o = 0; o < outputs; o++) {
    const row = out.subarray(o * positions, (o + 1) * positions).fill(bias[o]!);
    for (let i = 0; i < inputs; i++) {
      for (const [t, step] of steps.entries()) {
        const w = weight[(o * inputs + i) * steps.length + t]!;
        const start = moved(step, carry(block, o, i));
        const ring = rings[i]!;
        for (let p = 0; p < positions; p++) row[p]! += w * ring[start + p]!;
      }
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

/** Largest difference that float32 weights and rounding at the end explain, relative to the largest value. */
const goldenTolerance = 1e-4;

/** @throws {ProtocolError} `network-refused` naming the first stage where the interpreter and the exporter differ. */
export function checkGolden(network: Network, vectors: readonly GoldenVector[]): void {
  for (const golden of vectors) {
    const { taps, layers, embedding } = interpret(network, golden.crop);
    const stages: [string, Float64Array, Float32Array][] = [
      ['taps', taps, golden.taps],
      ...layers.map((x, i): [string, Float64Array, Float32Array] => [`layer ${i + 1}`, x, golden.layers[i]!]),
      ['embedding', embedding, golden.embedding],
    ];
    for (const [field, ours, theirs] of stages) {
      const largest = ours.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
      const off = ours.reduce((m, v, k) => Math.max(m, Math.abs(v - theirs[k]!)), 0);
      if (!(off <= goldenTolerance * largest)) {
        throw new ProtocolError('network-refused', { details: { field: `golden ${field}` } });
      }
    }
  }
}
