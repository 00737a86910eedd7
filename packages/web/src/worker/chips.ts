/**
 * Aligned pictures of one capture, for the encrypted-image check that may follow it. They are kept only when that was
 * asked for, and only until they are encrypted.
 * @module
 */
import { cutChip, type FrameReport, type RgbaFrame } from '@blindsight/face';

/** Side of a chip, as the network was trained. Unit: pixels. */
const side = 112;

interface Chip {
  /** [3][112][112], planes R G B from 0 to 255. */
  readonly pixels: Float32Array;
  /** How far the face is turned away. Unit: degrees. */
  readonly turn: number;
}

export class Chips {
  readonly #chips: Chip[] = [];

  /** Cuts the face out of a frame whose embedding is a part of the capture. The frame is left as it is. */
  keep(frame: RgbaFrame, { landmarks, pose }: NonNullable<FrameReport['face']>): void {
    const pixels = cutChip(frame, landmarks.five, side, undefined, 'arcface-chip');
    this.#chips.push({ pixels, turn: Math.hypot(pose.yaw, pose.pitch) });
  }

  /** The `count` least turned ones, in the order they were taken; fewer where there are fewer. The caller wipes all. */
  best(count: number): Float32Array[] {
    const chosen = new Set([...this.#chips].sort((a, b) => a.turn - b.turn).slice(0, count));
    return this.#chips.filter((chip) => chosen.has(chip)).map(({ pixels }) => pixels);
  }

  wipe(): void {
    for (const { pixels } of this.#chips) pixels.fill(0);
    this.#chips.length = 0;
  }
}
