/**
 * The person's own face at rest, and what a later frame is beside it. Absolute thresholds fail (open eyes measure
 * 0.23 to 0.40 between people), so every measure is a ratio or a difference to this.
 * @module
 */
import { distance } from '../core/geometry.ts';
import { meshPoint } from '../core/landmarks.ts';
import type { FaceMeasures, Gate } from '../core/report.ts';
import { type Movement, movementBetween } from './planar.ts';

/** Mesh indices of the outline of the face. */
const [forehead, chin, leftSide, rightSide] = [10, 152, 234, 454];

/** One frame as the steps see it: each value beside the person's own neutral one. */
export interface Relative {
  readonly gate: Gate;
  /** Differences. Unit: degrees. Positive yaw is the person's left. */
  readonly yaw: number;
  readonly pitch: number;
  /** Ratios, 1 at rest. */
  readonly height: number;
  readonly eye: number;
  readonly mouth: number;
  /** Width over height of the face. */
  readonly proportion: number;
  readonly movement: Movement;
}

interface Values {
  readonly yaw: number;
  readonly pitch: number;
  readonly height: number;
  readonly eye: number;
  readonly mouth: number;
  readonly proportion: number;
}

export class Neutral {
  readonly #values: Values;
  readonly #mesh: Float32Array;
  readonly #unit: number;

  /** @param faces at least one, of frames that passed the gates */
  constructor(faces: readonly FaceMeasures[]) {
    const all = faces.map(valuesOf);
    this.#values = {
      yaw: median(all.map(({ yaw }) => yaw)),
      pitch: median(all.map(({ pitch }) => pitch)),
      height: median(all.map(({ height }) => height)),
      eye: median(all.map(({ eye }) => eye)),
      mouth: median(all.map(({ mouth }) => mouth)),
      proportion: median(all.map(({ proportion }) => proportion)),
    };
    const last = faces.at(-1)!;
    this.#mesh = last.landmarks.mesh;
    this.#unit = last.quality.interEyePx;
  }

  /** @throws {FaceError} `bad-landmarks` */
  compare(face: FaceMeasures, gate: Gate): Relative {
    const [now, rest] = [valuesOf(face), this.#values];
    return {
      gate,
      yaw: now.yaw - rest.yaw,
      pitch: now.pitch - rest.pitch,
      height: now.height / rest.height,
      eye: now.eye / rest.eye,
      mouth: now.mouth / rest.mouth,
      proportion: now.proportion / rest.proportion,
      movement: movementBetween(this.#mesh, face.landmarks.mesh, this.#unit),
    };
  }

  wipe(): void {
    this.#mesh.fill(0);
  }
}

function valuesOf({ pose, measures, landmarks: { mesh } }: FaceMeasures): Values {
  const height = distance(meshPoint(mesh, forehead!), meshPoint(mesh, chin!));
  return {
    yaw: pose.yaw,
    pitch: pose.pitch,
    height,
    eye: measures.eyeOpening * measures.eyeEdges,
    mouth: measures.mouthWidth,
    proportion: distance(meshPoint(mesh, leftSide!), meshPoint(mesh, rightSide!)) / height,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
