/**
 * Triangles to pixels: which surface each pixel sees, and where on it.
 * @module
 */
import { channels, type Mesh } from './mesh.ts';

/** Values kept per pixel: u, v, base x, base y, normal x, y, z. */
export const perPixel = 7;

export interface Surface {
  readonly width: number;
  readonly height: number;
  /** 1 / distance; 0 where nothing is. */
  readonly nearness: Float32Array;
  /** Number of the mesh plus 1; 0 where nothing is. */
  readonly mesh: Uint8Array;
  /** Shape [height, width, perPixel]. */
  readonly values: Float32Array;
}

/** A mesh on its way to the picture. */
export interface Placed {
  readonly mesh: Mesh;
  /** Shape [n, 3], world centimetres. */
  readonly world: Float32Array;
  /** Shape [n, 3], length 1. */
  readonly normals: Float32Array;
  /** Shape [n, 3]: x, y in pixels and 1 / distance. */
  readonly screen: Float32Array;
}

export function emptySurface(width: number, height: number): Surface {
  const n = width * height;
  return {
    width,
    height,
    nearness: new Float32Array(n),
    mesh: new Uint8Array(n),
    values: new Float32Array(n * perPixel),
  };
}

export function clear(surface: Surface): void {
  surface.nearness.fill(0);
  surface.mesh.fill(0);
}

export function draw(surface: Surface, placed: Placed, number: number): void {
  const { columns, rows } = placed.mesh;
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const i = row * columns + column;
      triangle(surface, placed, number, i, i + 1, i + columns);
      triangle(surface, placed, number, i + 1, i + columns + 1, i + columns);
    }
  }
}

function triangle(
  surface: Surface,
  { mesh, screen, normals }: Placed,
  number: number,
  a: number,
  b: number,
  c: number,
): void {
  const ax = screen[3 * a]!;
  const ay = screen[3 * a + 1]!;
  const bx = screen[3 * b]!;
  const by = screen[3 * b + 1]!;
  const cx = screen[3 * c]!;
  const cy = screen[3 * c + 1]!;
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (area === 0 || (area < 0 && !mesh.doubleSided)) return;

  const { width, height, nearness, values } = surface;
  const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx)));
  const right = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx)));
  const top = Math.max(0, Math.ceil(Math.min(ay, by, cy)));
  const bottom = Math.min(height - 1, Math.floor(Math.max(ay, by, cy)));
  if (left > right || top > bottom) return;

  const aw = screen[3 * a + 2]!;
  const bw = screen[3 * b + 2]!;
  const cw = screen[3 * c + 2]!;
  const { place, texture, material } = mesh;
  const tested = material === 2;
  const inverse = 1 / area;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const wb = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) * inverse;
      if (wb < -1e-6) continue;
      const wc = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) * inverse;
      const wa = 1 - wb - wc;
      if (wc < -1e-6 || wa < -1e-6) continue;
      const pixel = y * width + x;
      const near = wa * aw + wb * bw + wc * cw;
      if (near <= nearness[pixel]!) continue;
      const u = wa * place[4 * a]! + wb * place[4 * b]! + wc * place[4 * c]!;
      const v = wa * place[4 * a + 1]! + wb * place[4 * b + 1]! + wc * place[4 * c + 1]!;
      if (tested) {
        const column = (u * (texture.width - 1) + 0.5) | 0;
        const row = (v * (texture.height - 1) + 0.5) | 0;
        if (texture.data[(row * texture.width + column) * channels + 6]! < 0.5) continue;
      }
      nearness[pixel] = near;
      surface.mesh[pixel] = number;
      const p = pixel * perPixel;
      values[p] = u;
      values[p + 1] = v;
      values[p + 2] = wa * place[4 * a + 2]! + wb * place[4 * b + 2]! + wc * place[4 * c + 2]!;
      values[p + 3] = wa * place[4 * a + 3]! + wb * place[4 * b + 3]! + wc * place[4 * c + 3]!;
      const flip = area < 0 ? -1 : 1;
      values[p + 4] = flip * (wa * normals[3 * a]! + wb * normals[3 * b]! + wc * normals[3 * c]!);
      values[p + 5] = flip * (wa * normals[3 * a + 1]! + wb * normals[3 * b + 1]! + wc * normals[3 * c + 1]!);
      values[p + 6] = flip * (wa * normals[3 * a + 2]! + wb * normals[3 * b + 2]! + wc * normals[3 * c + 2]!);
    }
  }
}
