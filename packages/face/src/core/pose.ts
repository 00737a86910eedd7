/**
 * Head pose and expression ratios from the mesh.
 * @module
 */
import { eyeEdges } from './eyes.ts';
import type { Point, RgbaFrame } from './frame.ts';
import { distance } from './geometry.ts';
import { meshPoint } from './landmarks.ts';
import type { FivePoints, MeshMeasures, Pose } from './report.ts';

/** Mesh indices of the outline of the face. */
const [forehead, chin, leftSide, rightSide] = [10, 152, 234, 454];

/** What a level head measures as pitch: the line from forehead to chin leans. Median over LFW. Unit: degrees. */
const levelPitch = 5.5;

type Vector = readonly [number, number, number];

/** Angles of the plane through the outline of the face. */
export function poseOf(mesh: Float32Array): Pose {
  const across = unit(between(mesh, leftSide!, rightSide!));
  const down = unit(between(mesh, forehead!, chin!));
  const degrees = 180 / Math.PI;
  return {
    // A turn to the right of the picture brings the left side nearer (smaller z).
    yaw: Math.atan2(across[2], Math.hypot(across[0], across[1])) * degrees,
    // A nod moves the chin away (larger z) and the forehead nearer.
    pitch: Math.atan2(down[2], Math.hypot(down[0], down[1])) * degrees - levelPitch,
    roll: Math.atan2(across[1], across[0]) * degrees,
  };
}

export function measuresOf(
  frame: RgbaFrame,
  mesh: Float32Array,
  { leftEye, rightEye }: FivePoints,
): MeshMeasures {
  const point = (i: number): Point => meshPoint(mesh, i);
  const eyes = distance(leftEye, rightEye);
  const opening = (
    upper: readonly number[],
    lower: readonly number[],
    outer: number,
    inner: number,
  ): number =>
    upper.reduce((sum, index, i) => sum + distance(point(index), point(lower[i]!)), 0) /
    (upper.length * distance(point(outer), point(inner)));
  return {
    eyeOpening: (opening([160, 158], [144, 153], 33, 133) + opening([385, 387], [380, 373], 362, 263)) / 2,
    eyeEdges: eyeEdges(frame, mesh),
    mouthWidth: distance(point(61), point(291)) / eyes,
    mouthOpening: distance(point(13), point(14)) / eyes,
  };
}

const between = (mesh: Float32Array, from: number, to: number): Vector => [
  mesh[3 * to]! - mesh[3 * from]!,
  mesh[3 * to + 1]! - mesh[3 * from + 1]!,
  mesh[3 * to + 2]! - mesh[3 * from + 2]!,
];

function unit([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
