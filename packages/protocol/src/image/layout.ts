/**
 * Where a value lies among the slots, and what a rotation does to it.
 *
 * Slot s = position * B + channel of the block. Every move is a rotation of all slots, without masks: +1 is the next
 * channel, +B the next position, +16 B the next row. Counting channels up past the end of a block arrives at the next
 * position, and the last position is followed by the first. The network is trained with exactly that.
 * @module
 */
import { type ImageParameters, positions, rowPositions } from './parameters.ts';

/** Steps in slots of the nine taps of a 3 x 3 convolution, row by row; the middle one is 0. */
export function spatialSteps({ block }: Pick<ImageParameters, 'block'>): number[] {
  return [-1, 0, 1].flatMap((row) => [-1, 0, 1].map((column) => block * (rowPositions * row + column)));
}

/**
 * How many positions further on a layer reads input channel i for output channel o: 1 where the way from o up to i,
 * counted within a block, passes its end.
 */
export function carry(block: number, output: number, input: number): 0 | 1 {
  return input % block < output % block ? 1 : 0;
}

/** The channel of the block that `steps` channels above channel u are reached. */
export function above(block: number, u: number, steps: number): number {
  return (((u + steps) % block) + block) % block;
}

/** Position p moved by so many, on the ring. */
export function moved(p: number, by: number): number {
  return (((p + by) % positions) + positions) % positions;
}
