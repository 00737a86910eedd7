/** A network with random weights, normalised as an export is: for tests that need no training. */
import { createHash } from 'node:crypto';
import { frontEnd } from '../../src/image/front-end.ts';
import { interpret, linear } from '../../src/image/interpret.ts';
import { type Layer, type Network, parseNetwork } from '../../src/image/network.ts';
import { type ImageParameters, positions, taps } from '../../src/image/parameters.ts';

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

/** A smooth picture that is no face: sums of waves, other ones for each name. [64][64][3], 0..255. */
export function pattern(name: number): Float64Array {
  const next = normals(name + 1000);
  const waves = Array.from({ length: 24 }, () => ({
    direction: [next(), next()] as const,
    phase: next(),
    colour: Array.from({ length: 3 }, () => 1 + 0.2 * next()),
  }));
  return Float64Array.from({ length: 64 * 64 * 3 }, (_, at) => {
    const [y, x, k] = [Math.floor(at / 192) / 64, (Math.floor(at / 3) % 64) / 64, at % 3];
    const sum = waves.reduce(
      (s, { direction: [a, b], phase, colour }) =>
        s + colour[k]! * Math.cos(2 * Math.PI * (2 * a * x + 2 * b * y + phase)),
      0,
    );
    return Math.min(255, Math.max(0, 128 + 12 * sum));
  });
}

export interface Exported {
  readonly manifest: Uint8Array;
  readonly weights: Uint8Array;
  readonly golden: Uint8Array;
  readonly network: Network;
}

/** Manifest, weights and golden vectors as the trainer writes them. @param change plants a fault in the manifest. */
export function randomNetwork(
  set: ImageParameters,
  channels: number,
  change: (manifest: Record<string, unknown>) => unknown = (manifest) => manifest,
): Exported {
  const next = normals(7);
  const inputs = [101, 102, 103, 104, 105, 106].map(pattern);
  const numbers: number[] = [];
  const shapes: Omit<Layer, 'weight' | 'bias'>[] = [];
  const draft = { block: set.block, channels, embedding: set.embedding };
  let states = inputs.map(frontEnd);
  for (let k = 0; k < set.squares; k++) {
    const shape = {
      kind: k === 0 ? ('pointwise' as const) : ('conv3x3' as const),
      inputs: k === 0 ? taps : channels,
      outputs: channels,
      residual: k > 1 && k % 2 === 0,
    };
    const points = k === 0 ? 1 : 9;
    const weight = Float32Array.from({ length: channels * shape.inputs * points }, next);
    const bias = new Float32Array(channels);
    // What is squared has mean square 1 and a mean of its own, as after batch normalisation.
    const draftLayer = { ...shape, peak: 1, rms: 1, weight, bias };
    const sums = states.map((x) => linear(set.block, draftLayer, x));
    for (let o = 0; o < channels; o++) {
      const row = sums.flatMap((z) => [...z.subarray(o * positions, (o + 1) * positions)]);
      const mean = row.reduce((s, v) => s + v, 0) / row.length;
      const deviation = Math.sqrt(row.reduce((s, v) => s + (v - mean) ** 2, 0) / row.length) || 1;
      const each = shape.inputs * points;
      for (let i = 0; i < each; i++) weight[o * each + i]! *= 0.8 / deviation;
      bias[o] = (-0.8 * mean) / deviation + 0.3 * next();
    }
    const layer = { ...shape, peak: 64, rms: 1, weight, bias };
    states = states.map((x) =>
      linear(set.block, layer, x).map((z, at) => z * z + (layer.residual ? x[at]! : 0)),
    );
    numbers.push(...weight, ...bias);
    shapes.push({ ...shape, peak: 64, rms: 1 });
  }
  const size = channels * positions;
  const head = Float32Array.from({ length: set.embedding * size }, () => next() / size);
  const embed = (x: Float64Array, j: number) => x.reduce((s, v, k) => s + v * head[j * size + k]!, 0);
  const raw = states.map((x) => Array.from({ length: set.embedding }, (_, j) => embed(x, j)));
  const centre = Array.from(
    { length: set.embedding },
    (_, j) => raw.reduce((sum, e) => sum + e[j]!, 0) / raw.length,
  );
  const squared = raw.map((e) => e.reduce((s, v, j) => s + (v - centre[j]!) ** 2, 0));
  const gain = 1 / Math.sqrt(squared.reduce((sum, v) => sum + v, 0) / raw.length);
  for (let k = 0; k < head.length; k++) head[k]! *= gain;
  const headBias = Float32Array.from(centre, (v) => -v * gain);

  const weights = floatBytes([Float32Array.from(numbers), head, headBias]);
  const manifestOf = (golden: Uint8Array) => ({
    format: 'blindsight-image-network/1',
    name: `random ${set.id}`,
    licence: 'Apache-2.0',
    statement: 'random weights, for tests',
    datasets: [],
    ...draft,
    layers: shapes,
    norm: { low: 0.1, high: 4 },
    threshold: [{ far: 0.01, cosine: 0.3 }],
    weights: { bytes: weights.length, sha256: hash(weights) },
    golden: { bytes: golden.length, sha256: hash(golden), count: 1 },
  });
  const encoded = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const first = parseNetwork(encoded(manifestOf(new Uint8Array())), weights);
  const run = interpret(first, inputs[0]!);
  const golden = floatBytes([inputs[0]!, run.taps, ...run.layers, run.embedding]);
  const manifest = encoded(change(manifestOf(golden)));
  return {
    manifest,
    weights,
    golden,
    get network() {
      return parseNetwork(manifest, weights);
    },
  };
}

function floatBytes(parts: readonly ArrayLike<number>[]): Uint8Array {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const out = new DataView(new ArrayBuffer(4 * total));
  let at = 0;
  for (const part of parts) {
    for (let k = 0; k < part.length; k++, at += 4) out.setFloat32(at, part[k]!, true);
  }
  return new Uint8Array(out.buffer);
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
