/**
 * Similarity transforms of the plane: rotation, one scale, translation. No pixels.
 * @module
 */
import { FaceError } from './errors.ts';
import type { Point } from './frame.ts';

/** (x, y) -> (a x - b y + tx, b x + a y + ty); scale is hypot(a, b), angle atan2(b, a). */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

export function apply({ a, b, tx, ty }: Similarity, { x, y }: Point): Point {
  return { x: a * x - b * y + tx, y: b * x + a * y + ty };
}

export const scaleOf = ({ a, b }: Similarity): number => Math.hypot(a, b);

/**
 * The similarity that takes `from` to `to` with the least squared error. Without reflection: in the plane a
 * rotation with scale is one complex factor, so the least-squares solution is a quotient of two sums.
 * @see Umeyama, "Least-squares estimation of transformation parameters between two point patterns" (1991)
 * @throws {FaceError} `bad-landmarks` when the points coincide or are not finite.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const p = centroid(from);
  const q = centroid(to);
  let real = 0;
  let imaginary = 0;
  let size = 0;
  for (let i = 0; i < from.length; i++) {
    const [x, y] = [from[i]!.x - p.x, from[i]!.y - p.y];
    const [u, v] = [to[i]!.x - q.x, to[i]!.y - q.y];
    real += x * u + y * v;
    imaginary += x * v - y * u;
    size += x * x + y * y;
  }
  const [a, b] = [real / size, imaginary / size];
  // All points in one place have no size; a face seen edge-on gives no usable scale.
  if (!(Number.isFinite(a) && Number.isFinite(b) && Math.hypot(a, b) > 1e-6))
    throw new FaceError('bad-landmarks');
  return { a, b, tx: q.x - a * p.x + b * p.y, ty: q.y - b * p.x - a * p.y };
}

/** From the pixels of a `size` x `size` square to the frame: centre, side in frame pixels, clockwise turn in radians. */
export function squareToFrame(size: number, centre: Point, side: number, turn: number): Similarity {
  const a = (side / size) * Math.cos(turn);
  const b = (side / size) * Math.sin(turn);
  const middle = (size - 1) / 2;
  return { a, b, tx: centre.x - a * middle + b * middle, ty: centre.y - b * middle - a * middle };
}

export const distance = (p: Point, q: Point): number => Math.hypot(p.x - q.x, p.y - q.y);

export const midpoint = (p: Point, q: Point): Point => ({ x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 });

function centroid(points: readonly Point[]): Point {
  const sum = points.reduce((s, p) => ({ x: s.x + p.x, y: s.y + p.y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}
