/**
 * A passive guess from one frame: live, or a picture of a person? A hint for telemetry and tests. It decides nothing:
 * no network that was tried is fit to (the README says how often each kind of presentation passes).
 * @module
 */
import type { Box, RgbaFrame } from '../core/frame.ts';
import { squareToFrame } from '../core/geometry.ts';
import type { Net } from '../core/net.ts';
import { cutSquare, scaleColours } from '../core/warp.ts';

/** The plug-in behind one call. */
export interface PresentationHint {
  /** How live the face in the box looks, 0..1. @param box of the face, as in the frame's report */
  score(frame: RgbaFrame, box: Box): Promise<number>;
}

/** Side of the square over the longer side of the face. Another crop turns the answer around (reference 2.5). */
const crop = 1.5;

/**
 * @param net planes R G B in, two logits out, the first of them "live"; the spec says size and scale. What lies outside
 *   the frame is black.
 */
export function createPresentationHint(net: Net): PresentationHint {
  return {
    async score(frame, box) {
      const { size, mean, scale } = net.spec;
      const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const side = crop * Math.max(box.width, box.height);
      const planes = cutSquare(frame, squareToFrame(size, centre, side, 0), size);
      const [logits] = await net.run(scaleColours(planes, mean, scale));
      return 1 / (1 + Math.exp(logits![1]! - logits![0]!));
    },
  };
}
