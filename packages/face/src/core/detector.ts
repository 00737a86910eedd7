/**
 * BlazeFace ("back", 256 px): where faces are, with eyes, nose, mouth and ears.
 * @see Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs" (2019)
 * @module
 */
import type { Box, Point, RgbaFrame } from './frame.ts';
import { apply, distance, type Similarity, scaleOf, squareToFrame } from './geometry.ts';
import type { Net } from './net.ts';
import { cutSquare, scaleColours } from './warp.ts';

export interface Detection {
  /** In frame pixels; may reach over the edge. */
  readonly box: Box;
  /** 0..1 */
  readonly score: number;
  /** Eye on the left of the picture, eye on the right, nose tip, mouth centre, ear left, ear right. */
  readonly points: readonly Point[];
}

/** Least score. */
const threshold = 0.5;
/** Boxes that overlap more are one face. */
const sameFace = 0.3;
/**
 * A face less than this share of the first one's height is background, not a second person at the camera: somebody twice
 * as far away. The neighbours in an office in 7 of 90 NUAA live frames are at 0.34 to 0.43.
 */
const smallest = 1 / 2;

/** Anchors of the two feature maps: a grid of cell centres, several anchors each. Unit: input pixels. */
const grids = [
  { cell: 16, anchors: 2 }, // 512 anchors
  { cell: 32, anchors: 6 }, // 384
] as const;

/**
 * Faces in the frame, the most prominent first: large, and near the middle. The whole frame is fitted into
 * the square, so shapes stay as they are.
 */
export async function detect(net: Net, frame: RgbaFrame, scratch?: Float32Array): Promise<Detection[]> {
  const { size, mean, scale } = net.spec;
  const centre = { x: (frame.width - 1) / 2, y: (frame.height - 1) / 2 };
  const toFrame = squareToFrame(size, centre, Math.max(frame.width, frame.height), 0);
  const planes = scaleColours(cutSquare(frame, toFrame, size, scratch), mean, scale);
  const [scores16, boxes16, scores8, boxes8] = await net.run(planes);
  const found = [
    ...decode(scores16!, boxes16!, grids[0], size),
    ...decode(scores8!, boxes8!, grids[1], size),
  ];
  const faces = suppress(found)
    .map((detection) => place(detection, toFrame))
    .sort((a, b) => prominence(b, centre) - prominence(a, centre));
  return faces.filter(({ box }) => box.height >= smallest * faces[0]!.box.height);
}

/**
 * Rows of 16: centre x, y relative to the anchor, width, height, then six points relative to the anchor.
 * @param scores logits, shape [anchors]
 * @param boxes shape [anchors, 16], input pixels
 */
export function decode(
  scores: Float32Array,
  boxes: Float32Array,
  grid: { readonly cell: number; readonly anchors: number },
  size: number,
): Detection[] {
  const perRow = size / grid.cell;
  const found: Detection[] = [];
  for (let i = 0; i < scores.length; i++) {
    const score = 1 / (1 + Math.exp(-scores[i]!));
    if (score < threshold) continue;
    const cell = Math.floor(i / grid.anchors);
    const anchor = {
      x: ((cell % perRow) + 0.5) * grid.cell,
      y: (Math.floor(cell / perRow) + 0.5) * grid.cell,
    };
    const row = boxes.subarray(16 * i, 16 * i + 16);
    const [width, height] = [row[2]!, row[3]!];
    found.push({
      score,
      box: { x: anchor.x + row[0]! - width / 2, y: anchor.y + row[1]! - height / 2, width, height },
      points: [4, 6, 8, 10, 12, 14].map((k) => ({ x: anchor.x + row[k]!, y: anchor.y + row[k + 1]! })),
    });
  }
  return found;
}

/** Keeps the best of every group of overlapping detections. */
export function suppress(found: readonly Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const candidate of [...found].sort((a, b) => b.score - a.score)) {
    if (kept.every(({ box }) => overlap(box, candidate.box) <= sameFace)) kept.push(candidate);
  }
  return kept;
}

/** Height, less half the distance from the middle. Unit: pixels. */
function prominence({ box }: Detection, centre: Point): number {
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  return box.height - distance(middle, centre) / 2;
}

/** Intersection over union. */
function overlap(p: Box, q: Box): number {
  const width = Math.min(p.x + p.width, q.x + q.width) - Math.max(p.x, q.x);
  const height = Math.min(p.y + p.height, q.y + q.height) - Math.max(p.y, q.y);
  const shared = Math.max(0, width) * Math.max(0, height);
  return shared / (p.width * p.height + q.width * q.height - shared);
}

/** The network counts from the corner of the first pixel, we from its centre: half a pixel apart. */
function place({ box, score, points }: Detection, toFrame: Similarity): Detection {
  const s = scaleOf(toFrame);
  const corner = apply(toFrame, { x: box.x - 0.5, y: box.y - 0.5 });
  return {
    score,
    box: { ...corner, width: box.width * s, height: box.height * s },
    points: points.map((p) => apply(toFrame, { x: p.x - 0.5, y: p.y - 0.5 })),
  };
}
