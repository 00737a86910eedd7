/**
 * A room behind the person: a wall, some blurred things on it.
 * @module
 */
import { mix, noise3, type Random, random, smoothstep } from './random.ts';

function quiet(r: Random): readonly [number, number, number] {
  const grey = r.between(0.03, 0.6);
  return [grey * r.between(0.75, 1.3), grey * r.between(0.8, 1.2), grey * r.between(0.7, 1.3)];
}

/** Painted at a quarter of the size: it is out of focus anyway. */
const coarse = 4;

/** Linear reflectance, shape [height, width, 3]. */
export function paintRoom(seed: string, width: number, height: number): Float32Array {
  const [w, h] = [Math.ceil(width / coarse) + 2, Math.ceil(height / coarse) + 2];
  const small = paintSmall(seed, w, h);
  const out = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const [row, ty] = [Math.floor(y / coarse), (y % coarse) / coarse];
    for (let x = 0; x < width; x++) {
      const [column, tx] = [Math.floor(x / coarse), (x % coarse) / coarse];
      const i = 3 * (row * w + column);
      for (let c = 0; c < 3; c++) {
        const above = mix(small[i + c]!, small[i + c + 3]!, tx);
        const below = mix(small[i + c + 3 * w]!, small[i + c + 3 * w + 3]!, tx);
        out[3 * (y * width + x) + c] = mix(above, below, ty);
      }
    }
  }
  return out;
}

function paintSmall(seed: string, width: number, height: number): Float32Array {
  const r = random(`room/${seed}`);
  const wall = [r.between(0.15, 0.65), r.between(0.15, 0.65), r.between(0.15, 0.6)] as const;
  const grey = (wall[0] + wall[1] + wall[2]) / 3;
  const salt = Math.floor(r.next() * 2 ** 31);
  const things = Array.from({ length: 5 }, () => ({
    x: r.between(-0.1, 1.1) * width,
    y: r.between(-0.1, 0.9) * height,
    w: r.between(0.04, 0.16) * width,
    h: r.between(0.08, 0.3) * height,
    colour: quiet(r),
  }));
  const soft = 2.5;
  const out = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = 0.8 + 0.25 * noise3(x / 65, y / 65, 0, salt) + 0.03 * noise3(x / 2, y / 2, 1, salt);
      const i = 3 * (y * width + x);
      for (let c = 0; c < 3; c++) out[i + c] = mix(wall[c]!, grey, 0.6) * light;
      for (const { x: tx, y: ty, w, h, colour } of things) {
        const cover =
          smoothstep(w + soft, w - soft, Math.abs(x - tx)) * smoothstep(h + soft, h - soft, Math.abs(y - ty));
        if (cover > 0) for (let c = 0; c < 3; c++) out[i + c] = mix(out[i + c]!, colour[c]! * light, cover);
      }
    }
  }
  return out;
}
