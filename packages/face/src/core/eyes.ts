/**
 * How open the eyes look, from the picture: the mesh alone follows a blink only half way (README, "Liveness").
 * @module
 */
import type { RgbaFrame } from './frame.ts';
import { distance, midpoint, squareToFrame } from './geometry.ts';
import { meshPoint } from './landmarks.ts';
import { cutSquare } from './warp.ts';

/** Corners of the eyes in the mesh. */
const eyes = [
  [33, 133],
  [362, 263],
] as const;

/** Side of the square as wide as the eye. Unit: pixels. */
const side = 32;
/** Rows between the lids of an open eye, and the columns away from its corners. */
const [top, bottom, edge] = [9, 22, 3];
/** Pixels between the two samples of a gradient. */
const reach = 2;

/**
 * Horizontal over vertical gradients between the lids, mean of both eyes. An open eye has iris and white side by
 * side; a closed one has a lash line and folds across. A ratio, so light and contrast cancel. About 0.6 to 1.2 open;
 * a closed eye has a third to a half of the open value.
 */
export function eyeEdges(frame: RgbaFrame, mesh: Float32Array): number {
  return (edgesOf(frame, mesh, eyes[0]) + edgesOf(frame, mesh, eyes[1])) / 2;
}

function edgesOf(frame: RgbaFrame, mesh: Float32Array, [left, right]: (typeof eyes)[number]): number {
  const [p, q] = [meshPoint(mesh, left), meshPoint(mesh, right)];
  const turn = Math.atan2(q.y - p.y, q.x - p.x);
  const planes = cutSquare(frame, squareToFrame(side, midpoint(p, q), distance(p, q), turn), side);
  const n = side * side;
  const luma = (i: number): number =>
    0.299 * planes[i]! + 0.587 * planes[n + i]! + 0.114 * planes[2 * n + i]!;
  let [across, down] = [0, 1e-6];
  for (let y = top; y < bottom; y++) {
    for (let x = edge; x < side - edge; x++) {
      const i = y * side + x;
      across += Math.abs(luma(i + reach) - luma(i - reach));
      down += Math.abs(luma(i + reach * side) - luma(i - reach * side));
    }
  }
  return across / down;
}
