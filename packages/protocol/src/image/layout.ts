/**
 * Where a value lies among the slots, and what a rotation does to it.
 *
 * Slot s = position * B + channel of the block. Every move is a rotation of all slots, without masks: +1 is the next
 * channel, +B the next position, +16 B the next row. Counting channels up past the end of a block arrives at the next
 * position, and the last position is followed by the first. The network is trained with exactly that.
 * @module
 */
import { gridSide, type ImageParameters } from './parameters.ts';

/** Steps in slots of the nine offsets of a 3 x 3 convolution, row by row; the middle one is 0. */
export function spatialSteps({ block }: Pick<ImageParameters, 'block'>): number[] {
  return [-1, 0, 1].flatMap((row) => [-1, 0, 1].map((column) => block * (gridSide * row + column)));
}

/** The channel of the block that `steps` channels above channel u are reached. */
export function above(block: number, u: number, steps: number): number {
  return (((u + steps) % block) + block) % block;
}
