/**
 * The same comparison in the clear, for tests and for calibration. Not for a device in use and never for a server.
 * @module
 */
import { applyFrame, frame } from './client/frame.ts';
import { quantise, unitVector } from './client/template.ts';
import { type SealedParameters, sealed1 } from './wire/parameters.ts';

export interface Decision {
  /** s = <t, a>; always even. */
  readonly score: number;
  /** tau <= s <= sMax. */
  readonly accept: boolean;
}

/**
 * What sealed sign-in decides about a verifier and a probe embedding under one frame.
 * @param w verifier and `x` probe: mapped embeddings of one length, any positive scale.
 */
export function plainDecision(
  w: ArrayLike<number>,
  x: ArrayLike<number>,
  frameSeed: Uint8Array,
  thresholds: { tau: number; sMax: number },
  params: SealedParameters = sealed1,
): Decision {
  const score = plainScorer(w, frameSeed, params)(x);
  return { score, accept: thresholds.tau <= score && score <= thresholds.sMax };
}

/** One frame and one template for many probes. */
export function plainScorer(
  w: ArrayLike<number>,
  frameSeed: Uint8Array,
  params: SealedParameters = sealed1,
): (x: ArrayLike<number>) => number {
  const matrix = frame(frameSeed, w.length, params.digits);
  const t = quantise(applyFrame(matrix, unitVector(w)), params);
  return (x) => {
    const y = applyFrame(matrix, unitVector(x));
    return t.reduce((score, digit, i) => score + (y[i]! < 0 ? -digit : digit), 0);
  };
}

export * as image from './image/oracle.ts';
/** A frame as a matrix, for calibration over many templates: see `plainScorer` for one. */
export { applyFrame, frame, quantise, unitVector };
