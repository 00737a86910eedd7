/**
 * What the lamp does not reach: the depth of the scene as the lamp sees it.
 * @module
 */
import type { Placed } from './raster.ts';

const size = 224;
/** Half the width of the lit square. Unit: centimetres. */
const reach = 17;
const centre = [0, -2, -6] as const;

export interface ShadowMap {
  /** Depth towards the lamp, shape [size, size]. Unit: centimetres. */
  readonly depth: Float32Array;
  /** Two directions across the light and the one to the lamp, shape [3, 3]. */
  readonly axes: Float64Array;
  /** Middle of the lit square. */
  readonly middle: Float64Array;
}

export const emptyShadow = (): ShadowMap => ({
  depth: new Float32Array(size * size),
  axes: new Float64Array(9),
  middle: new Float64Array(3),
});

/** @param to unit vector to the lamp @param offset of the body from the middle of the picture */
export function castShadows(
  map: ShadowMap,
  scene: readonly Placed[],
  to: readonly number[],
  offset: readonly [number, number],
): void {
  const [x, y, z] = to as [number, number, number];
  const flat = Math.hypot(z, x) || 1;
  map.axes.set([z / flat, 0, -x / flat, (-x * y) / flat, flat, (-y * z) / flat, x, y, z]);
  map.middle.set([centre[0] + offset[0], centre[1] + offset[1], centre[2]]);
  map.depth.fill(-1e3);
  for (const placed of scene) splat(map, placed);
}

/** Every second vertex as a small square: cheap, and soft enough for a room. */
function splat({ depth, axes, middle }: ShadowMap, { mesh: { columns, rows }, world }: Placed): void {
  const scale = size / (2 * reach);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const k = 3 * (row * columns + column);
      const x = world[k]! - middle[0]!;
      const y = world[k + 1]! - middle[1]!;
      const z = world[k + 2]! - middle[2]!;
      const px = Math.round((axes[0]! * x + axes[1]! * y + axes[2]! * z) * scale + size / 2);
      const py = Math.round((axes[3]! * x + axes[4]! * y + axes[5]! * z) * scale + size / 2);
      if (px < 1 || py < 1 || px >= size - 1 || py >= size - 1) continue;
      const d = axes[6]! * x + axes[7]! * y + axes[8]! * z;
      for (let dy = -1; dy <= 1; dy++) {
        const i = (py + dy) * size + px;
        if (depth[i - 1]! < d) depth[i - 1] = d;
        if (depth[i]! < d) depth[i] = d;
        if (depth[i + 1]! < d) depth[i + 1] = d;
      }
    }
  }
}

/**
 * 0 in full shadow .. 1 lit, at a world place, soft over about half a centimetre.
 * @param facing cosine between the surface and the light: a slanting surface must not shade itself
 */
export function litAt(
  { depth, axes, middle }: ShadowMap,
  wx: number,
  wy: number,
  wz: number,
  facing: number,
): number {
  if (facing <= 0) return 0.5;
  const slack = 0.45 + 0.65 * Math.min(3, Math.sqrt(Math.max(0, 1 - facing * facing)) / facing);
  const x = wx - middle[0]!;
  const y = wy - middle[1]!;
  const z = wz - middle[2]!;
  const scale = size / (2 * reach);
  const px = Math.round((axes[0]! * x + axes[1]! * y + axes[2]! * z) * scale + size / 2);
  const py = Math.round((axes[3]! * x + axes[4]! * y + axes[5]! * z) * scale + size / 2);
  if (px < 4 || py < 4 || px >= size - 4 || py >= size - 4) return 1;
  const d = axes[6]! * x + axes[7]! * y + axes[8]! * z;
  let sum = 0;
  for (let dy = -2; dy <= 2; dy += 2) {
    for (let dx = -2; dx <= 2; dx += 2) {
      const over = depth[(py + dy) * size + px + dx]! - d - slack;
      sum += over <= 0 ? 1 : over >= 0.5 ? 0 : 1 - 2 * over;
    }
  }
  return sum / 9;
}
