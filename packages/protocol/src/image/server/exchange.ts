/**
 * How the threads of one evaluation hand each other ciphertexts. Each thread computes its own output blocks and needs
 * the baby steps of all input blocks: that is all that crosses.
 * @module
 */
import type { ckks } from '@blindsight/fhe/evaluate';
import { ProtocolError } from '../../wire/errors.ts';
import type { ImageParameters } from '../parameters.ts';
import { layerPlans } from '../plan.ts';
import type { Lane } from './prepare.ts';

export interface Exchange extends Lane {
  /**
   * The lists of all lanes, by lane. Own ciphertexts are returned as they are, others are copies.
   * Waits until every lane has called it as often.
   */
  gather(own: readonly ckks.Ciphertext[]): (readonly ckks.Ciphertext[])[];
}

/** One thread that has everything. */
export const alone: Exchange = { lane: 0, lanes: 1, gather: (own) => [own] };

const longestWait = 60_000;
/** Two counters, one for each phase of a round. */
const counterWords = 16;

/** Memory for one evaluation at a time on so many threads: room for the largest round, the second layer's babies. */
export function sharedRegion(set: ImageParameters, channels: number, lanes: number): SharedArrayBuffer {
  const { babies, level } = layerPlans(set)[1]!;
  const blocks = Math.ceil(channels / set.block / lanes);
  const ciphertext = 2 * Math.ceil(level / 2) * set.ring.degree * 8;
  return new SharedArrayBuffer(counterWords * 4 + lanes * blocks * babies.length * ciphertext);
}

/**
 * Over shared memory, with two barriers in each round: all have written, all have read. For worker threads, which may
 * block. The region is used from its first state on by one exchange of each lane.
 * @param waitMs a lane that does not arrive in this time has died.
 * @throws {ProtocolError} `evaluation-aborted` from `gather` when another lane does not arrive. Afterwards the region and
 *   all lanes over it are of no use: start new ones.
 */
export function sharedExchange(
  region: SharedArrayBuffer,
  { lane, lanes }: Lane,
  waitMs = longestWait,
): Exchange {
  const counters = new Int32Array(region, 0, counterWords);
  const values = new Float64Array(region, counterWords * 4);
  const room = Math.floor(values.length / lanes);
  let rounds = 0;
  const meet = (phase: number) => {
    const target = rounds * lanes;
    Atomics.add(counters, phase, 1);
    Atomics.notify(counters, phase);
    for (;;) {
      const seen = Atomics.load(counters, phase);
      if (seen >= target) return;
      if (Atomics.wait(counters, phase, seen, waitMs) === 'timed-out') {
        throw new ProtocolError('evaluation-aborted', { details: { lane } });
      }
    }
  };
  return {
    lane,
    lanes,
    gather(own) {
      rounds++;
      let at = lane * room;
      for (const { c0, c1 } of own) {
        for (const { residues } of [c0, c1]) {
          values.set(residues, at);
          at += residues.length;
        }
      }
      meet(0);
      const all = Array.from({ length: lanes }, (_, from) =>
        from === lane ? own : copies(own, values, from * room),
      );
      meet(1);
      return all;
    },
  };
}

/** As many ciphertexts of the same shape, from the values of another lane. */
function copies(like: readonly ckks.Ciphertext[], values: Float64Array, start: number): ckks.Ciphertext[] {
  let at = start;
  return like.map((model) => {
    const part = (poly: ckks.Ciphertext['c0']) => {
      const residues = model.context.kernel.allocate(poly.residues.length);
      residues.set(values.subarray(at, at + residues.length));
      at += residues.length;
      return { ...poly, residues };
    };
    return { ...model, c0: part(model.c0), c1: part(model.c1) };
  });
}
