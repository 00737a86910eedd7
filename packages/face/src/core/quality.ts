/**
 * Measures of a face picture, and the gates they must pass before an embedding is made.
 * Bad quality looks like an impostor, so the gates are what keeps false rejects away.
 * Names after ISO/IEC 29794-5; thresholds from the design page and the README's table.
 * @module
 */
import type { Box, RgbaFrame } from './frame.ts';
import { distance, squareToFrame } from './geometry.ts';
import type { FaceMeasures, FivePoints, Gate, Landmarks, Pose, Quality } from './report.ts';
import { cutSquare } from './warp.ts';

/** Side of the upright crop on which light and sharpness are measured. Unit: pixels. */
const crop = 112;

/** Side of the crop over the longer side of the mesh: the head with its outline, where edges are. */
const cropOverMesh = 1.7;

/** Light is measured on the inner square only, the face itself. Unit: pixels from the border of the crop. */
const rim = 23;

/** Crown to chin over hairline to chin: the mesh ends at the hairline, a "face height" counts the head. */
const headOverMesh = 1.35;

export const limits = {
  /** Head height over frame height. */
  faceHeight: { least: 0.35, most: 0.85 },
  interEyePx: 60,
  /** |yaw| and |pitch|. Unit: degrees. */
  turn: 15,
  luma: { least: 40, most: 200 },
  contrast: 25,
  clipped: 0.1,
  sharpness: 0.05,
  /** How far the face may reach over the edge of the frame, over its own size. */
  outside: 0.02,
} as const;

/** The smallest upright box around the mesh. */
export function meshBox({ mesh }: Landmarks): Box {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < mesh.length; i += 3) {
    left = Math.min(left, mesh[i]!);
    right = Math.max(right, mesh[i]!);
    top = Math.min(top, mesh[i + 1]!);
    bottom = Math.max(bottom, mesh[i + 1]!);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export function qualityOf(frame: RgbaFrame, box: Box, five: FivePoints, scratch?: Float32Array): Quality {
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const side = cropOverMesh * Math.max(box.width, box.height);
  const luma = lumaOf(cutSquare(frame, squareToFrame(crop, centre, side, 0), crop, scratch));
  const { mean, variance, clipped } = statistics(luma, rim);
  return {
    faceHeight: (headOverMesh * box.height) / frame.height,
    interEyePx: distance(five.leftEye, five.rightEye),
    luma: mean,
    contrast: Math.sqrt(variance),
    clipped,
    sharpness: laplacianVariance(luma) / Math.max(1, statistics(luma, 0).variance),
  };
}

/** The first reason not to use this face, in the order a person should mend them. */
export function gateOf(
  frame: { readonly width: number; readonly height: number },
  faces: number,
  face: Pick<FaceMeasures, 'box' | 'quality'> & { readonly pose: Pose },
): Gate {
  const { box, pose, quality: q } = face;
  if (faces > 1) return 'several-faces';
  if (q.faceHeight > limits.faceHeight.most) return 'too-close';
  if (q.faceHeight < limits.faceHeight.least || q.interEyePx < limits.interEyePx) return 'too-far';
  if (leavesFrame(box, frame)) return 'off-centre';
  if (q.luma < limits.luma.least) return 'too-dark';
  if (q.luma > limits.luma.most) return 'too-bright';
  if (q.clipped > limits.clipped) return 'over-exposed';
  if (q.contrast < limits.contrast) return 'low-contrast';
  if (q.sharpness < limits.sharpness) return 'blurred';
  // Last: landmarks of a dark or blurred face are too coarse for a pose.
  if (Math.abs(pose.yaw) > limits.turn || Math.abs(pose.pitch) > limits.turn) return 'turn-less';
  return 'ok';
}

function leavesFrame(
  box: Box,
  { width, height }: { readonly width: number; readonly height: number },
): boolean {
  const [slackX, slackY] = [limits.outside * box.width, limits.outside * box.height];
  return (
    box.x < -slackX ||
    box.y < -slackY ||
    box.x + box.width > width + slackX ||
    box.y + box.height > height + slackY
  );
}

/** Rec. 601 luma, 0..255, shape [crop, crop]. */
function lumaOf(planes: Float32Array): Float32Array {
  const n = crop * crop;
  return Float32Array.from(
    { length: n },
    (_, i) => 0.299 * planes[i]! + 0.587 * planes[n + i]! + 0.114 * planes[2 * n + i]!,
  );
}

/** Over the pixels at least `border` away from the edge of the crop. */
function statistics(luma: Float32Array, border: number): { mean: number; variance: number; clipped: number } {
  let [sum, squares, clipped, n] = [0, 0, 0, 0];
  for (let y = border; y < crop - border; y++) {
    for (let x = border; x < crop - border; x++, n++) {
      const value = luma[y * crop + x]!;
      sum += value;
      squares += value * value;
      if (value <= 2 || value >= 253) clipped++;
    }
  }
  const mean = sum / n;
  return { mean, variance: Math.max(0, squares / n - mean * mean), clipped: clipped / n };
}

/** Variance of the four-neighbour Laplacian over the inner pixels. */
function laplacianVariance(luma: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < crop - 1; y++) {
    for (let x = 1; x < crop - 1; x++) {
      const i = y * crop + x;
      const value = luma[i - 1]! + luma[i + 1]! + luma[i - crop]! + luma[i + crop]! - 4 * luma[i]!;
      sum += value;
      squares += value * value;
    }
  }
  const n = (crop - 2) ** 2;
  return squares / n - (sum / n) ** 2;
}
