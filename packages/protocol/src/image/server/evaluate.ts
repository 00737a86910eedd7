/**
 * The network on ciphertexts: from an encrypted image to an encrypted embedding. Knows no key that opens anything.
 * @module
 */
import { ckks } from '@blindsight/fhe/evaluate';
import { foldSteps } from '../plan.ts';
import { alone, type Exchange } from './exchange.ts';
import type { ImageKeys } from './keys.ts';
import type { PreparedHead, PreparedLayer, PreparedNetwork } from './prepare.ts';

/** An encrypted image: for each block of taps its pre-rotated ciphertexts, fresh. */
export type EncryptedImage = readonly (readonly ckks.Ciphertext[])[];

/** D components, repeated over all slots, at three primes. */
export type EncryptedEmbedding = ckks.Ciphertext;

export interface EvaluateOptions {
  /** Called after each step with its name (`plan.ts`), in order. */
  readonly onStep?: (name: string) => void;
  /** Where several threads share the work; every one of them calls `embed` with the same arguments. */
  readonly exchange?: Exchange;
}

/**
 * The embedding of an image. Deterministic: the same bytes whatever the number of lanes.
 * @returns on lane 0; other lanes return `undefined`. The image's ciphertexts stay the caller's.
 * @throws {FheError} `wrong-key` and the like only for keys or images that did not come from the parsers.
 */
export function embed(
  network: PreparedNetwork,
  keys: ImageKeys,
  image: EncryptedImage,
  { onStep = () => {}, exchange = alone }: EvaluateOptions = {},
): EncryptedEmbedding | undefined {
  const [first, ...trunk] = network.layers;
  // The first layer's babies are the image's own pre-rotations: the device has made them.
  let activations = squareLayer(first!, keys, image.flat());
  onStep(first!.plan.name);

  for (const layer of trunk) {
    const own = activations.map((x) => babySteps(layer.plan.babies, keys, x));
    const before = activations;
    const all = inBlockOrder(exchange.gather(own.flat()), layer.plan.babies.length);
    const squares = squareLayer(layer, keys, all);
    activations = layer.residual
      ? squares.map((x, i) => added(x, ckks.dropTo(before[i]!, x.level)))
      : squares;
    ckks.release(...all);
    onStep(layer.plan.name);
  }

  const partial = activations.map((x, i) => headOf(network.head, i, keys, x));
  ckks.release(...activations);
  const sums = inBlockOrder(exchange.gather(partial), 1);
  const embedding = exchange.lane === 0 ? finish(network, keys, sums) : undefined;
  if (exchange.lane !== 0) ckks.release(...sums);
  onStep(network.head.plan.name);
  return embedding;
}

/** (W x + b)^2 for the lane's output blocks. Operands stay as they are. */
function squareLayer(
  { plan, blocks }: PreparedLayer,
  { rotation, relinearisation }: ImageKeys,
  babies: readonly ckks.Ciphertext[],
): ckks.Ciphertext[] {
  const { giants, giantStep } = plan;
  const sums = ckks.multiplyPeriodicSums(
    babies,
    blocks.flatMap((block) => block.giants),
  );
  return blocks.map(({ bias }, o) => {
    const sum = horner(sums.slice(o * giants, (o + 1) * giants), giantStep, rotation(giantStep));
    const rescaled = ckks.rescale(sum);
    const linear = ckks.addPlain(rescaled, bias);
    const product = ckks.multiply(linear, linear);
    const square = ckks.relineariseRescale(product, relinearisation);
    ckks.release(sum, rescaled, linear, product);
    return square;
  });
}

/** Sum over j of rot(terms[j], j * steps), from the last one down. Takes the terms over. */
function horner(terms: readonly ckks.Ciphertext[], steps: number, key: ckks.GaloisKey): ckks.Ciphertext {
  let sum = terms.at(-1)!;
  for (const term of terms.slice(0, -1).toReversed()) {
    const turned = ckks.rotate(sum, steps, key);
    ckks.release(sum);
    sum = added(turned, term);
  }
  return sum;
}

/**
 * Rotations of one ciphertext, in the order of `babies`: for every spatial step its channel steps 0, 1, ... Each
 * channel step is one rotation, from which the spatial ones are hoisted. Takes x over: it is one of them.
 */
function babySteps(
  babies: readonly number[],
  { rotation }: ImageKeys,
  x: ckks.Ciphertext,
): ckks.Ciphertext[] {
  const out = new Map<number, ckks.Ciphertext>();
  const channelSteps = babies.length / 9;
  const spatial = babies.filter((_, k) => k % channelSteps === 0).filter((steps) => steps !== 0);
  for (let c = 0, base = x; c < channelSteps; c++) {
    const last = c === channelSteps - 1;
    const turns = (last ? spatial : [...spatial, 1]).map((steps) => ({ steps, key: rotation(steps) }));
    const turned = ckks.rotateHoisted(base, turns);
    out.set(c, base);
    for (const [k, steps] of spatial.entries()) out.set(steps + c, turned[k]!);
    if (!last) base = turned.at(-1)!;
  }
  return babies.map((steps) => out.get(steps)!);
}

/** The dense map of one input block, its slots not yet folded. */
function headOf(
  { plan, blocks }: PreparedHead,
  block: number,
  { rotation }: ImageKeys,
  x: ckks.Ciphertext,
): ckks.Ciphertext {
  const babies = [x];
  while (babies.length < plan.babies.length) babies.push(ckks.rotate(babies.at(-1)!, 1, rotation(1)));
  const terms = blocks[block]!.map((weights) => ckks.multiplyPlainSum(babies, weights));
  ckks.release(...babies.slice(1));
  return horner(terms, plan.giantStep, rotation(plan.giantStep));
}

/** Blocks added, slots of one component folded together, bias added. Takes the sums over. */
function finish(
  { set, head }: PreparedNetwork,
  { rotation }: ImageKeys,
  sums: readonly ckks.Ciphertext[],
): EncryptedEmbedding {
  let sum = sums.reduce((a, b) => added(a, b));
  for (const steps of foldSteps(set)) sum = added(sum, ckks.rotate(sum, steps, rotation(steps)));
  const rescaled = ckks.rescale(sum);
  const embedding = ckks.addPlain(rescaled, head.bias);
  ckks.release(sum, rescaled);
  return embedding;
}

/** From lists by lane to one list by block: block b is entry floor(b / lanes) of lane b mod lanes. */
function inBlockOrder(byLane: readonly (readonly ckks.Ciphertext[])[], perBlock: number): ckks.Ciphertext[] {
  const lanes = byLane.length;
  const blocks = byLane.reduce((sum, list) => sum + list.length / perBlock, 0);
  const out: ckks.Ciphertext[] = [];
  for (let b = 0; b < blocks; b++) {
    const start = Math.floor(b / lanes) * perBlock;
    out.push(...byLane[b % lanes]!.slice(start, start + perBlock));
  }
  return out;
}

/** a + b; takes both over. */
function added(a: ckks.Ciphertext, b: ckks.Ciphertext): ckks.Ciphertext {
  const sum = ckks.add(a, b);
  ckks.release(a, b);
  return sum;
}
