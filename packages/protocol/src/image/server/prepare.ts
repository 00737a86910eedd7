/**
 * A network's weights as the evaluator multiplies with them: once for each worker, public to the operator.
 * @module
 */
import { ckks } from '@blindsight/fhe/evaluate';
import { ProtocolError } from '../../wire/errors.ts';
import { above } from '../layout.ts';
import type { Layer, Network } from '../network.ts';
import { type ImageParameters, taps } from '../parameters.ts';
import { headPlan, type LinearPlan, layerPlans } from '../plan.ts';

/** Which part of the output blocks one thread computes: those that are `lane` modulo `lanes`. */
export interface Lane {
  readonly lane: number;
  readonly lanes: number;
}

export interface PreparedLayer {
  readonly plan: LinearPlan;
  readonly residual: boolean;
  /** For each output block of the lane. */
  readonly blocks: readonly {
    /** One sum over all babies of all inputs for each giant. */
    readonly giants: readonly ckks.PeriodicWeights[];
    readonly bias: ckks.Plaintext;
  }[];
}

export interface PreparedHead {
  readonly plan: LinearPlan;
  /** For each input block of the lane, for each giant, one plaintext for each baby. */
  readonly blocks: readonly (readonly (readonly ckks.Plaintext[])[])[];
  readonly bias: ckks.Plaintext;
}

export interface PreparedNetwork extends Lane {
  readonly set: ImageParameters;
  readonly context: ckks.Context;
  /** Hash of the network. */
  readonly hash: string;
  readonly channels: number;
  readonly layers: readonly PreparedLayer[];
  readonly head: PreparedHead;
}

/**
 * Cost for RingFace-64: about a second, and 140 MB for the dense head.
 * @throws {ProtocolError} `network-refused` when the network does not have the shape of the parameter set.
 */
export function prepareNetwork(
  context: ckks.Context,
  set: ImageParameters,
  network: Network,
  { lane, lanes }: Lane = { lane: 0, lanes: 1 },
): PreparedNetwork {
  const { block, channels, embedding, layers, hash } = network;
  if (block !== set.block || layers.length !== set.squares || embedding !== set.embedding) {
    throw new ProtocolError('network-refused', { details: { field: 'shape', set: set.id } });
  }
  const own = blocksOf(channels / block, { lane, lanes });
  const plans = layerPlans(set);
  const at = { context, set, network };
  return {
    set,
    context,
    hash,
    channels,
    lane,
    lanes,
    layers: layers.map((layer, k) => prepareLayer(at, layer, plans[k]!, own)),
    head: prepareHead(at, headPlan(set), own),
  };
}

/** The blocks of a lane, ascending. */
export function blocksOf(count: number, { lane, lanes }: Lane): number[] {
  return Array.from({ length: count }, (_, b) => b).filter((b) => b % lanes === lane);
}

interface Target {
  readonly context: ckks.Context;
  readonly set: ImageParameters;
  readonly network: Network;
}

function prepareLayer(
  { context, set: { block, ring } }: Target,
  layer: Layer,
  plan: LinearPlan,
  own: readonly number[],
): PreparedLayer {
  const { level, weightScale, outputScale, giants, giantStep } = plan;
  const points = layer.kind === 'conv3x3' ? 9 : 1;
  const channelSteps = plan.babies.length / points;
  /** Weights of one baby in giant j, seen after the giant's rotation, which brings channel u - j * step to u. */
  const row = (o: number, i: number, t: number, c: number, j: number) =>
    Float64Array.from({ length: block }, (_, u) => {
      const output = above(block, u, -j * giantStep);
      const input = above(block, output, (plan.babies[t * channelSteps + c]! % block) + j * giantStep);
      return layer.weight[((o * block + output) * layer.inputs + i * block + input) * points + t]!;
    });
  const blocks = own.map((o) => ({
    giants: Array.from({ length: giants }, (_, j) => {
      const rows = [];
      for (let i = 0; i < layer.inputs / block; i++) {
        for (let t = 0; t < points; t++) {
          for (let c = 0; c < channelSteps; c++) rows.push(row(o, i, t, c, j));
        }
      }
      return ckks.periodicWeights(context, rows, { level, scale: weightScale });
    }),
    bias: ckks.encode(
      context,
      Float64Array.from({ length: ring.degree / 2 }, (_, s) => layer.bias[o * block + (s % block)]!),
      { level: level - 1, scale: outputScale },
    ),
  }));
  return { plan, residual: layer.residual, blocks };
}

function prepareHead(
  { context, set: { block, ring, embedding }, network }: Target,
  plan: LinearPlan,
  own: readonly number[],
): PreparedHead {
  const slots = ring.degree / 2;
  const { headWeight, headBias, channels } = network;
  const size = channels * (slots / block);
  const { level, weightScale, outputScale, giants, giantStep, babies } = plan;
  const diagonal = (i: number, j: number, b: number) =>
    Float64Array.from({ length: slots }, (_, s) => {
      const component = (s - j * giantStep + slots) % embedding;
      const from = (s + b) % slots;
      const channel = i * block + (from % block);
      return headWeight[component * size + channel * (slots / block) + Math.floor(from / block)]!;
    });
  return {
    plan,
    blocks: own.map((i) =>
      Array.from({ length: giants }, (_, j) =>
        babies.map((b) => ckks.encode(context, diagonal(i, j, b), { level, scale: weightScale })),
      ),
    ),
    bias: ckks.encode(
      context,
      Float64Array.from({ length: slots }, (_, s) => headBias[s % embedding]!),
      { level: level - 1, scale: outputScale },
    ),
  };
}

/** Input blocks of the first layer. */
export function inputBlocks({ block }: ImageParameters): number {
  return taps / block;
}
