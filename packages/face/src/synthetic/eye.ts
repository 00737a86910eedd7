/**
 * What is seen between the lids, and between the lips.
 * @module
 */
import { eyePlace, lidEdges, mouthLine } from './head.ts';
import type { Person } from './person.ts';
import { clamp, mix, noise3, smoothstep } from './random.ts';

/** Writes the colour of one pixel: linear red, green, blue; then how mirror-like it is and the normal to mirror with. */
export interface Wet {
  r: number;
  g: number;
  b: number;
  /** 0 dry skin, 1 eyeball. */
  shine: number;
  /** Normal in the head's axes. */
  nx: number;
  ny: number;
  nz: number;
  /** 0: leave the skin as it is .. 1: all of it is this. */
  cover: number;
}

export const emptyWet = (): Wet => ({ r: 0, g: 0, b: 0, shine: 0, nx: 0, ny: 0, nz: 1, cover: 0 });

export interface Look {
  readonly blink: number;
  readonly smile: number;
  readonly open: number;
  /** Where the pupils go from the middle, right and up. Unit: centimetres on the eyeball. */
  readonly gazeX: number;
  readonly gazeY: number;
  /** Width of a pixel on the face. Unit: centimetres. */
  readonly pixel: number;
}

/** The eye at a base place; `cover` 0 when the place is plain skin. */
export function lookAtEye(person: Person, look: Look, x: number, y: number, out: Wet): void {
  out.cover = 0;
  const { shape } = person;
  const [outward, up] = eyePlace(shape, x, y);
  const edges = lidEdges(shape, outward);
  if (!edges) return;
  const side = x < 0 ? -1 : 1;
  const low = edges[1] * (1 + 0.1 * look.blink) + 0.1 * look.smile * (1 - (outward / shape.eyeWidth) ** 2);
  const closed = low - 0.03 * look.blink;
  const high = mix(Math.max(edges[0] - 0.08 * look.smile, closed), closed, look.blink);
  const soft = 0.6 * look.pixel;

  const lashWidth = 0.055 + 0.075 * person.lashes + 0.06 * person.makeup + 0.09 * look.blink;
  const lash = smoothstep(-soft, soft, up - high + 0.03) * smoothstep(soft, -soft, up - high - lashWidth);
  const lower = 0.35 * smoothstep(soft, -soft, up - low) * smoothstep(-soft, soft, up - low + 0.05);
  if (up > high || up < low) {
    const dark = Math.max(0.9 * lash, lower * (0.4 + person.lashes));
    // The closing lid pulls the fold above it smooth.
    const lid =
      look.blink *
      smoothstep(shape.eyeUpper + shape.lidFold + 0.45, shape.eyeUpper + shape.lidFold + 0.1, up);
    if (dark <= 0 && (lid <= 0 || up < high)) return;
    if (up > high && dark < lid) {
      const [sr, sg, sb] = person.skin.colour;
      const share = dark / lid;
      out.cover = 0.85 * lid;
      [out.r, out.g, out.b] = [
        mix(1.1 * sr, 0.012, share),
        mix(1.08 * sg, 0.008, share),
        mix(1.08 * sb, 0.007, share),
      ];
      out.shine = 0;
      return;
    }
    out.cover = Math.min(0.92, dark);
    [out.r, out.g, out.b] = [0.012, 0.008, 0.007];
    out.shine = 0;
    return;
  }

  out.cover = smoothstep(high + soft, high - soft, up) * smoothstep(low - soft, low + soft, up);
  const [gx, gy] = [side * look.gazeX, look.gazeY + 0.07];
  const [ix, iy] = [outward - gx, up - gy];
  const radius = Math.hypot(ix, iy) / person.irisRadius;

  // White, pink towards the corners, in the shade of the upper lid
  const s = outward / shape.eyeWidth;
  const corner = smoothstep(0.55, 1, Math.abs(s));
  const white = 0.6 * (1 - 0.35 * s * s);
  let [r, g, b] = [white * 1.02, white * mix(0.93, 0.62, corner), white * mix(0.9, 0.56, corner)];
  if (radius < 1.12) {
    const angle = Math.atan2(iy, ix);
    const fibre = noise3(angle * 9, radius * 2.5, side, person.salt + 131);
    const inner = smoothstep(0.75, 0.4, radius);
    const shade = (0.85 + 0.45 * fibre + 0.35 * inner) * (1 - 0.6 * smoothstep(0.72, 1, radius));
    const iris = smoothstep(1.08, 0.94, radius);
    const pupil = smoothstep(0.42, 0.36, radius);
    r = mix(r, mix(person.iris[0] * shade, 0.004, pupil), iris);
    g = mix(g, mix(person.iris[1] * shade, 0.004, pupil), iris);
    b = mix(b, mix(person.iris[2] * shade, 0.005, pupil), iris);
  }
  const shade = 1 - 0.6 * smoothstep(high - 0.42, high, up) - 0.15 * corner;
  out.r = r * shade;
  out.g = g * shade;
  out.b = b * shade;
  if (lash > 0) {
    out.r *= 1 - 0.9 * lash;
    out.g *= 1 - 0.9 * lash;
    out.b *= 1 - 0.9 * lash;
  }
  // The cornea is rounder than the ball.
  const round = radius < 1 ? 0.8 : 1.35;
  const [cx, cy] = radius < 1 ? [ix, iy] : [outward, up];
  out.nx = clamp((side * cx) / round, -0.8, 0.8);
  out.ny = clamp(cy / round, -0.8, 0.8);
  out.nz = Math.sqrt(Math.max(0.1, 1 - out.nx ** 2 - out.ny ** 2));
  out.shine = 1;
}

/** Teeth and dark between open lips; the band of skin at the mouth line is stretched over the gap. */
export function lookIntoMouth(person: Person, look: Look, x: number, y: number, out: Wet): void {
  out.cover = 0;
  const { shape } = person;
  const s = Math.abs(x) / shape.mouthWidth;
  if (look.open < 0.03 || s > 0.93) return;
  const line = mouthLine(shape, x);
  const t = (line + 0.07 - y) / 0.14;
  if (t < 0 || t > 1) return;
  out.cover =
    smoothstep(0, 0.08, t) *
    smoothstep(1, 0.92, t) *
    smoothstep(0.93, 0.85, s) *
    smoothstep(0.03, 0.1, look.open);
  const gap = 1.1 * look.open;
  const depth = t * gap;
  const tooth = smoothstep(0.72, 0.62, depth) * smoothstep(0.95, 0.6, s);
  const seam = 1 - 0.35 * smoothstep(0.82, 0.98, Math.abs(((Math.abs(x) / 0.78) % 1) * 2 - 1));
  const lit = (0.62 - 0.3 * s * s) * (0.55 + 0.45 * smoothstep(0, 0.3, depth)) * seam;
  out.r = mix(0.05, lit, tooth);
  out.g = mix(0.012, lit * 0.94, tooth);
  out.b = mix(0.012, lit * 0.83, tooth);
  out.shine = 0.3 * tooth;
  [out.nx, out.ny, out.nz] = [0, 0, 1];
}
