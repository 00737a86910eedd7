/**
 * Measures of a head that exists only as 468 points on an ellipsoid with a nose: what the engine would report,
 * without engine or picture.
 * @module
 */

import { fivePoints, meshPoints } from '../../src/core/landmarks.ts';
import { meshBox } from '../../src/core/quality.ts';
import type { FaceMeasures } from '../../src/core/report.ts';

/** Degrees; ratios are 1 at rest; place in pixels. */
export interface HeadPose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  readonly zoom: number;
  readonly eye: number;
  readonly smile: number;
  readonly x: number;
  readonly y: number;
}

const atRest: HeadPose = { yaw: 0, pitch: 0, roll: 0, zoom: 1, eye: 1, smile: 1, x: 0, y: 0 };
/** Frame 640 x 480, the face about 190 pixels high. */
const [radius, centre] = [95, { x: 320, y: 240 }];

/** The mesh points that have a meaning to the code, in units of the head: x, y, both -1..1. */
const named: Readonly<Record<number, readonly [number, number]>> = {
  10: [0, -1],
  152: [0, 1],
  234: [-0.8, 0],
  454: [0.8, 0],
  33: [-0.55, -0.25],
  133: [-0.2, -0.25],
  362: [0.2, -0.25],
  263: [0.55, -0.25],
  1: [0, 0.15],
  61: [-0.3, 0.55],
  291: [0.3, 0.55],
};

/** Points over the front of the head, evenly by the golden angle; z towards the camera is negative. */
const points = Array.from({ length: meshPoints }, (_, i): readonly [number, number, number] => {
  const angle = i * Math.PI * (3 - Math.sqrt(5));
  const r = Math.sqrt((i + 0.5) / meshPoints);
  const [x, y] = named[i] ?? [0.8 * r * Math.cos(angle), r * Math.sin(angle)];
  const nose = 0.35 * Math.exp(-((x / 0.15) ** 2) - ((y - 0.15) / 0.2) ** 2);
  return [x, y, -Math.sqrt(Math.max(0, 1 - x * x - y * y)) - nose];
});

export const restingFace = (): FaceMeasures => headAt({});

/** A head with a body's depth. Positive yaw: the nose to the right of the picture. */
export function headAt(pose: Partial<HeadPose>): FaceMeasures {
  const all = { ...atRest, ...pose };
  return measured(all, (x, y, z) => {
    const [a, b] = [(all.yaw * Math.PI) / 180, (all.pitch * Math.PI) / 180];
    // About a pivot behind the face, as on a neck.
    const depth = z + 0.3;
    const turnedX = x * Math.cos(a) - depth * Math.sin(a);
    const turnedZ = x * Math.sin(a) + depth * Math.cos(a);
    return [turnedX, y * Math.cos(b) - turnedZ * Math.sin(b)];
  });
}

/** A photograph of it, turned by `yaw` before a camera; `claimed` is the yaw a fooled mesh would report. */
export function flatFace(yaw: number, claimed: number): FaceMeasures {
  const angle = (yaw * Math.PI) / 180;
  return measured({ ...atRest, yaw: claimed }, (x, y) => {
    const nearness = 1 / (1 + 0.25 * x * Math.sin(angle));
    return [x * Math.cos(angle) * nearness, y * nearness];
  });
}

function measured(
  { yaw, pitch, roll, zoom, eye, smile, x, y }: HeadPose,
  project: (x: number, y: number, z: number) => readonly [number, number],
): FaceMeasures {
  const lean = (roll * Math.PI) / 180;
  const mesh = new Float32Array(3 * meshPoints);
  for (const [i, point] of points.entries()) {
    const [u, v] = project(...point);
    mesh[3 * i] = centre.x + x + zoom * radius * (u * Math.cos(lean) - v * Math.sin(lean));
    mesh[3 * i + 1] = centre.y + y + zoom * radius * (u * Math.sin(lean) + v * Math.cos(lean));
    mesh[3 * i + 2] = zoom * radius * point[2];
  }
  const landmarks = { mesh, five: fivePoints(mesh) };
  const { five } = landmarks;
  return {
    box: meshBox(landmarks),
    score: 1,
    landmarks,
    pose: { yaw, pitch, roll },
    quality: {
      faceHeight: 0.5 * zoom,
      interEyePx: Math.hypot(five.rightEye.x - five.leftEye.x, five.rightEye.y - five.leftEye.y),
      luma: 120,
      contrast: 50,
      clipped: 0,
      sharpness: 0.1,
    },
    measures: { eyeOpening: 0.3, eyeEdges: 0.8 * eye, mouthWidth: 0.8 * smile, mouthOpening: 0 },
  };
}
