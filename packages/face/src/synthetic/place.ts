/**
 * From a person at rest to a moment: expression, turn of the head, projection.
 * @module
 */
import type { Mesh } from './mesh.ts';
import type { Moment } from './moment.ts';
import type { Placed } from './raster.ts';

/** Where the head turns: between the ears, a little low. Unit: centimetres. */
const pivot = [0, -5, -10.5] as const;

/** Rows of a rotation matrix. */
export type Rotation = readonly [number, number, number, number, number, number, number, number, number];

export interface Camera {
  readonly width: number;
  readonly height: number;
  /** Unit: pixels. */
  readonly focal: number;
}

const radians = Math.PI / 180;

/** The loft stands with its brow a little forward; people carry the head so. Unit: degrees. */
const levelPitch = -4;

/** Nod, then turn, then lean. */
export function rotationOf({ yaw, roll, ...moment }: Moment): Rotation {
  const pitch = moment.pitch + levelPitch;
  const [cy, sy] = [Math.cos(yaw * radians), Math.sin(yaw * radians)];
  const [cp, sp] = [Math.cos(pitch * radians), Math.sin(pitch * radians)];
  const [cr, sr] = [Math.cos(roll * radians), Math.sin(roll * radians)];
  // turn * nod
  const m = [cy, sy * sp, sy * cp, 0, cp, -sp, -sy, cy * sp, cy * cp] as const;
  return [
    cr * m[0] + sr * m[3],
    cr * m[1] + sr * m[4],
    cr * m[2] + sr * m[5],
    -sr * m[0] + cr * m[3],
    -sr * m[1] + cr * m[4],
    -sr * m[2] + cr * m[5],
    m[6],
    m[7],
    m[8],
  ];
}

export function emptyPlaced(mesh: Mesh): Placed {
  const n = mesh.rest.length;
  return { mesh, world: new Float32Array(n), normals: new Float32Array(n), screen: new Float32Array(n) };
}

/** World: x right, y up, z towards the camera, which is at (0, 0, moment.distance). */
export function place(placed: Placed, moment: Moment, m: Rotation, camera: Camera): void {
  const { mesh, world, screen } = placed;
  const { rest, smile, squint, open, follow } = mesh;
  const [px, py, pz] = pivot;
  const n = follow.length;
  for (let i = 0; i < n; i++) {
    const k = 3 * i;
    let x = rest[k]!;
    let y = rest[k + 1]!;
    let z = rest[k + 2]!;
    if (smile && squint && open) {
      x += moment.smile * smile[k]! + moment.blink * squint[k]! + moment.open * open[k]!;
      y += moment.smile * smile[k + 1]! + moment.blink * squint[k + 1]! + moment.open * open[k + 1]!;
      z += moment.smile * smile[k + 2]! + moment.blink * squint[k + 2]! + moment.open * open[k + 2]!;
    }
    const f = follow[i]!;
    if (f > 0) {
      const dx = x - px;
      const dy = y - py;
      const dz = z - pz;
      x += f * (m[0] * dx + m[1] * dy + m[2] * dz - dx);
      y += f * (m[3] * dx + m[4] * dy + m[5] * dz - dy);
      z += f * (m[6] * dx + m[7] * dy + m[8] * dz - dz);
    }
    x += moment.x;
    y += moment.y;
    world[k] = x;
    world[k + 1] = y;
    world[k + 2] = z;
    const near = 1 / Math.max(2, moment.distance - z);
    screen[k] = camera.width / 2 - 0.5 + camera.focal * x * near;
    screen[k + 1] = camera.height / 2 - 0.5 - camera.focal * y * near;
    screen[k + 2] = near;
  }
  gridNormals(placed);
}

function gridNormals({ mesh: { columns, rows }, world, normals }: Placed): void {
  for (let row = 0; row < rows; row++) {
    const up = row > 0 ? -columns : 0;
    const down = row < rows - 1 ? columns : 0;
    for (let column = 0; column < columns; column++) {
      const i = row * columns + column;
      const l = 3 * (column > 0 ? i - 1 : i);
      const r = 3 * (column < columns - 1 ? i + 1 : i);
      const t = 3 * (i + up);
      const b = 3 * (i + down);
      const ux = world[r]! - world[l]!;
      const uy = world[r + 1]! - world[l + 1]!;
      const uz = world[r + 2]! - world[l + 2]!;
      const vx = world[b]! - world[t]!;
      const vy = world[b + 1]! - world[t + 1]!;
      const vz = world[b + 2]! - world[t + 2]!;
      const nx = vy * uz - vz * uy;
      const ny = vz * ux - vx * uz;
      const nz = vx * uy - vy * ux;
      const scale = 1 / (Math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9);
      normals[3 * i] = nx * scale;
      normals[3 * i + 1] = ny * scale;
      normals[3 * i + 2] = nz * scale;
    }
  }
}
