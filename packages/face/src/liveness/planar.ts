/**
 * Is a movement of the landmarks that of a head or of something flat? The picture of a plane that moves is a
 * homography of the picture before (Hartley and Zisserman, "Multiple View Geometry", 13.1); that of a head is not.
 * @module
 */
import type { Point } from '../core/frame.ts';
import { apply, fitSimilarity } from '../core/geometry.ts';
import { meshPoint, meshPoints } from '../core/landmarks.ts';

export interface Movement {
  /**
   * Root mean square of what the best similarity (place, size, lean) leaves. Unit: inter-eye distances.
   */
  readonly size: number;
  /** Share of `size` that the best homography leaves too: near 1 for a body, small for a plane. */
  readonly depth: number;
}

/**
 * @param from, to meshes, shape [468, 3]
 * @param unit inter-eye distance of `from`. Unit: pixels
 * @throws {FaceError} `bad-landmarks` when the points of `from` coincide
 */
export function movementBetween(from: Float32Array, to: Float32Array, unit: number): Movement {
  const [p, q] = [pointsOf(from), pointsOf(to)];
  const similar = fitSimilarity(p, q);
  // In the axes of `from`, with numbers near 1: the normal equations below square them.
  const centre = meanOf(p);
  const scale = Math.hypot(similar.a, similar.b);
  const source = p.map(({ x, y }) => ({ x: (x - centre.x) / unit, y: (y - centre.y) / unit }));
  const there = apply(similar, centre);
  const target = q.map(({ x, y }) => {
    const [dx, dy] = [(x - there.x) / (scale * unit), (y - there.y) / (scale * unit)];
    const [cos, sin] = [similar.a / scale, similar.b / scale];
    return { x: cos * dx + sin * dy, y: cos * dy - sin * dx };
  });
  const size = rms(source, target, (point) => point);
  const project = fitHomography(source, target);
  return { size, depth: size > 0 ? Math.min(1, rms(source, target, project) / size) : 1 };
}

const pointsOf = (mesh: Float32Array): Point[] =>
  Array.from({ length: meshPoints }, (_, i) => meshPoint(mesh, i));

function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce((s, p) => ({ x: s.x + p.x, y: s.y + p.y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

function rms(from: readonly Point[], to: readonly Point[], map: (point: Point) => Point): number {
  let sum = 0;
  for (const [i, point] of from.entries()) {
    const { x, y } = map(point);
    sum += (x - to[i]!.x) ** 2 + (y - to[i]!.y) ** 2;
  }
  return Math.sqrt(sum / from.length);
}

/**
 * Direct linear transformation with h33 = 1 (the planes looked at here do not pass through the camera): eight
 * unknowns by normal equations.
 */
function fitHomography(from: readonly Point[], to: readonly Point[]): (point: Point) => Point {
  const normal = Array.from({ length: 8 }, () => new Float64Array(9));
  for (const [i, { x, y }] of from.entries()) {
    const { x: u, y: v } = to[i]!;
    accumulate(normal, [x, y, 1, 0, 0, 0, -u * x, -u * y, u]);
    accumulate(normal, [0, 0, 0, x, y, 1, -v * x, -v * y, v]);
  }
  const h = solve(normal);
  return ({ x, y }) => {
    const w = h[6]! * x + h[7]! * y + 1;
    return { x: (h[0]! * x + h[1]! * y + h[2]!) / w, y: (h[3]! * x + h[4]! * y + h[5]!) / w };
  };
}

/** Adds one equation: eight coefficients and the right side. */
function accumulate(normal: readonly Float64Array[], row: readonly number[]): void {
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 9; j++) normal[i]![j]! += row[i]! * row[j]!;
  }
}

/** Gauss-Jordan with row pivots; the last column is the right side. */
function solve(rows: Float64Array[]): number[] {
  for (let i = 0; i < 8; i++) {
    let pivot = i;
    for (let k = i + 1; k < 8; k++) if (Math.abs(rows[k]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = k;
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let k = 0; k < 8; k++) {
      if (k === i) continue;
      const factor = rows[k]![i]! / rows[i]![i]!;
      for (let j = i; j < 9; j++) rows[k]![j]! -= factor * rows[i]![j]!;
    }
  }
  return rows.map((row, i) => row[8]! / row[i]!);
}
