/**
 * FaceMesh (192 px): 468 points in three dimensions on one face.
 * @see Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs" (2019)
 * @module
 */
import type { Detection } from './detector.ts';
import type { Point, RgbaFrame } from './frame.ts';
import { apply, midpoint, scaleOf, squareToFrame } from './geometry.ts';
import type { Net } from './net.ts';
import type { FivePoints, Landmarks } from './report.ts';
import { cutSquare, scaleColours } from './warp.ts';

export const meshPoints = 468;

/** Side of the square over the longer side of the face box, as the network was trained. */
const margin = 1.5;

/** Indices of the mesh; "left" is the left of an unmirrored picture. */
const index = {
  leftEye: { corners: [33, 133] },
  rightEye: { corners: [362, 263] },
  noseTip: 1,
  leftMouth: 61,
  rightMouth: 291,
} as const;

interface Region {
  readonly centre: Point;
  readonly side: number;
  /** Radians, clockwise. */
  readonly turn: number;
}

/**
 * The mesh of a detected face, and how sure the network is that there is one (0..1).
 * Two passes: the detector's box is coarse, and a second look through the box of the first mesh
 * makes the points repeatable, which the embedding needs (see README, "Measured").
 */
export async function findLandmarks(
  net: Net,
  frame: RgbaFrame,
  face: Detection,
  scratch?: Float32Array,
): Promise<{ landmarks: Landmarks; confidence: number }> {
  const first = await runMesh(net, frame, regionOfDetection(face), scratch);
  const second = await runMesh(net, frame, regionOfMesh(first.mesh), scratch);
  return { landmarks: { five: fivePoints(second.mesh), mesh: second.mesh }, confidence: second.confidence };
}

async function runMesh(
  net: Net,
  frame: RgbaFrame,
  { centre, side, turn }: Region,
  scratch?: Float32Array,
): Promise<{ mesh: Float32Array; confidence: number }> {
  const { size, mean, scale } = net.spec;
  const toFrame = squareToFrame(size, centre, side, turn);
  const planes = scaleColours(cutSquare(frame, toFrame, size, scratch), mean, scale);
  const [raw, confidence] = await net.run(planes);
  const mesh = new Float32Array(3 * meshPoints);
  const depth = scaleOf(toFrame);
  for (let i = 0; i < mesh.length; i += 3) {
    // The network counts from the corner of the first pixel.
    const p = apply(toFrame, { x: raw![i]! - 0.5, y: raw![i + 1]! - 0.5 });
    mesh[i] = p.x;
    mesh[i + 1] = p.y;
    mesh[i + 2] = raw![i + 2]! * depth;
  }
  return { mesh, confidence: confidence![0]! };
}

function regionOfDetection({ box, points }: Detection): Region {
  return {
    centre: { x: box.x + box.width / 2, y: box.y + box.height / 2 },
    side: margin * Math.max(box.width, box.height),
    turn: turnOf(points[0]!, points[1]!),
  };
}

/** The upright box of the mesh in its own, turned axes. */
function regionOfMesh(mesh: Float32Array): Region {
  const five = fivePoints(mesh);
  const turn = turnOf(five.leftEye, five.rightEye);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < mesh.length; i += 3) {
    const u = cos * mesh[i]! + sin * mesh[i + 1]!;
    const v = cos * mesh[i + 1]! - sin * mesh[i]!;
    left = Math.min(left, u);
    right = Math.max(right, u);
    top = Math.min(top, v);
    bottom = Math.max(bottom, v);
  }
  const [u, v] = [(left + right) / 2, (top + bottom) / 2];
  return {
    centre: { x: cos * u - sin * v, y: sin * u + cos * v },
    side: margin * Math.max(right - left, bottom - top),
    turn,
  };
}

const turnOf = (left: Point, right: Point): number => Math.atan2(right.y - left.y, right.x - left.x);

export function fivePoints(mesh: Float32Array): FivePoints {
  return {
    leftEye: midpoint(meshPoint(mesh, index.leftEye.corners[0]), meshPoint(mesh, index.leftEye.corners[1])),
    rightEye: midpoint(
      meshPoint(mesh, index.rightEye.corners[0]),
      meshPoint(mesh, index.rightEye.corners[1]),
    ),
    noseTip: meshPoint(mesh, index.noseTip),
    leftMouth: meshPoint(mesh, index.leftMouth),
    rightMouth: meshPoint(mesh, index.rightMouth),
  };
}

export const meshPoint = (mesh: Float32Array, i: number): Point => ({ x: mesh[3 * i]!, y: mesh[3 * i + 1]! });
