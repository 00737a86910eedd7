/**
 * A network's weights as the evaluator multiplies with them: once for each worker, public to the operator.
 * @module
 */
import { ckks } from '@blindsight/fhe/evaluate';
import { ProtocolError } from '../../wire/errors.ts';
import { above } from '../layout.ts';
import type { Network, RingLayer } from '../network.ts';
import type { ImageParameters } from '../parameters.ts';
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
 * Cost for RingFace-64: about a second, and 70 MB for the dense head.
 * @throws {ProtocolError} `network-refused` when the network does not have the shape of the parameter set, or its
 *   blocks cannot be shared evenly among the lanes.
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
  const blocks = channels / block;
  if (blocks % lanes !== 0) {
    throw new ProtocolError('network-refused', { details: { field: 'lanes', blocks, lanes } });
  }
  const own = blocksOf(blocks, { lane, lanes });
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
  layer: RingLayer,
  plan: LinearPlan,
  own: readonly number[],
): PreparedLayer {
  const { level, weightScale, outputScale, giants, giantStep, babies } = plan;
  const { inputBlocks, integers, scale, bias } = layer;
  const points = layer.offsets.length;
  const channelSteps = babies.length / points;
  /** Weights of one baby in giant j, as they are before the giant's rotation, which brings channel u + j * step to u. */
  const row = (o: number, i: number, t: number, c: number, j: number) => {
    const d = above(block, babies[t * channelSteps + c]!, 0) + j * giantStep;
    return Float64Array.from({ length: block }, (_, v) => {
      const u = above(block, v, -j * giantStep);
      const at = (((o * inputBlocks + i) * points + t) * block + u) * block + d;
      return integers[at]! * scale[o * block + u]!;
    });
  };
  const blocks = own.map((o) => ({
    giants: Array.from({ length: giants }, (_, j) => {
      const rows = [];
      for (let i = 0; i < inputBlocks; i++) {
        for (let t = 0; t < points; t++) {
          for (let c = 0; c < channelSteps; c++) rows.push(row(o, i, t, c, j));
        }
      }
      return ckks.periodicWeights(context, rows, { level, scale: weightScale });
    }),
    bias: ckks.encode(
      context,
      Float64Array.from({ length: ring.degree / 2 }, (_, s) => bias[o * block + (s % block)]!),
      { level: level - 1, scale: outputScale },
    ),
  }));
  return { plan, residual: layer.residual, blocks };
}

function prepareHead(
  { context, set: { ring, embedding }, network: { head, block, channels } }: Target,
  plan: LinearPlan,
  own: readonly number[],
): PreparedHead {
  const slots = ring.degree / 2;
  const size = (channels / block) * slots;
  const { level, weightScale, outputScale, giants, giantStep, babies } = plan;
  const diagonal = (i: number, j: number, b: number) =>
    Float64Array.from({ length: slots }, (_, s) => {
      const k = (s - j * giantStep + slots) % embedding;
      return head.integers[k * size + i * slots + ((s + b) % slots)]! * head.scale[k]!;
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
      Float64Array.from({ length: slots }, (_, s) => head.bias[s % embedding]!),
      { level: level - 1, scale: outputScale },
    ),
  };
}
