/**
 * Light on surfaces: from what each pixel sees to linear colours.
 * @module
 */
import { emptyWet, type Look, lookAtEye, lookIntoMouth } from './eye.ts';
import { levels } from './head.ts';
import { channels, materials } from './mesh.ts';
import type { Moment } from './moment.ts';
import type { Person } from './person.ts';
import type { Camera, Rotation } from './place.ts';
import { clamp } from './random.ts';
import { type Placed, perPixel, type Surface } from './raster.ts';
import { litAt, type ShadowMap } from './shadow.ts';

/** Light that went under the skin comes out beyond the edge of the shadow, red furthest. */
const skinWrap = [0.26, 0.14, 0.1] as const;

/** Where the screen is from the face: below the camera. */
const screenFrom = unit([0, -0.22, 1]);

export function unit(v: readonly [number, number, number]): [number, number, number] {
  const length = Math.hypot(...v) || 1;
  return [v[0] / length, v[1] / length, v[2] / length];
}

/** @param out linear colours, shape [height, width, 3]; pixels that see nothing are left alone */
export function shade(
  surface: Surface,
  scene: readonly Placed[],
  person: Person,
  moment: Moment,
  m: Rotation,
  camera: Camera,
  shadows: ShadowMap,
  out: Float32Array,
): void {
  const { width, height, nearness, values } = surface;
  const { ambient, lamp } = moment;
  const [lx, ly, lz] = unit(lamp.from);
  const [sx, sy, sz] = screenFrom;
  const strength = Math.min(2.5, (45 / moment.distance) ** 2);
  const screen = moment.screen.map((c) => c * strength);
  const look = lookOf(moment, m, camera);
  const wet = emptyWet();
  const inverseFocal = 1 / camera.focal;

  for (let py = 0; py < height; py++) {
    for (let px = 0; px < width; px++) {
      const pixel = py * width + px;
      const number = surface.mesh[pixel]!;
      if (number === 0) continue;
      const { mesh } = scene[number - 1]!;
      const p = pixel * perPixel;
      const { texture } = mesh;
      const data = texture.data;

      // Bilinear sample of the texture
      const fx = clamp(values[p]!, 0, 1) * (texture.width - 1.001);
      const fy = clamp(values[p + 1]!, 0, 1) * (texture.height - 1.001);
      const ix = fx | 0;
      const iy = fy | 0;
      const tx = fx - ix;
      const ty = fy - iy;
      const t00 = (iy * texture.width + ix) * channels;
      const t01 = t00 + channels;
      const t10 = t00 + texture.width * channels;
      const t11 = t10 + channels;
      const w00 = (1 - tx) * (1 - ty);
      const w01 = tx * (1 - ty);
      const w10 = (1 - tx) * ty;
      const w11 = tx * ty;
      let r = w00 * data[t00]! + w01 * data[t01]! + w10 * data[t10]! + w11 * data[t11]!;
      let g = w00 * data[t00 + 1]! + w01 * data[t01 + 1]! + w10 * data[t10 + 1]! + w11 * data[t11 + 1]!;
      let b = w00 * data[t00 + 2]! + w01 * data[t01 + 2]! + w10 * data[t10 + 2]! + w11 * data[t11 + 2]!;
      let gloss = w00 * data[t00 + 3]! + w01 * data[t01 + 3]! + w10 * data[t10 + 3]! + w11 * data[t11 + 3]!;
      const slopeX =
        w00 * data[t00 + 4]! + w01 * data[t01 + 4]! + w10 * data[t10 + 4]! + w11 * data[t11 + 4]!;
      const slopeY =
        w00 * data[t00 + 5]! + w01 * data[t01 + 5]! + w10 * data[t10 + 5]! + w11 * data[t11 + 5]!;
      const room = w00 * data[t00 + 7]! + w01 * data[t01 + 7]! + w10 * data[t10 + 7]! + w11 * data[t11 + 7]!;

      // Normal, tilted by the fine relief (the face's x and y axes, turned with the head)
      let nx = values[p + 4]! - slopeX * m[0] - slopeY * m[1];
      let ny = values[p + 5]! - slopeX * m[3] - slopeY * m[4];
      let nz = values[p + 6]! - slopeX * m[6] - slopeY * m[7];

      let shine = 0;
      let wrap = mesh.material === materials.skin ? 1 : 0;
      if (wrap === 1) {
        const x = values[p + 2]!;
        const y = values[p + 3]!;
        if (y > -1.2 && y < 1.4 && x > -6 && x < 6 && (x > 0.5 || x < -0.5))
          lookAtEye(person, look, x, y, wet);
        else if (look.open > 0.03 && y < levels.mouth + 1 && y > levels.mouth - 1 && x > -4 && x < 4)
          lookIntoMouth(person, look, x, y, wet);
        else wet.cover = 0;
        if (wet.cover > 0) {
          const c = wet.cover;
          r += (wet.r - r) * c;
          g += (wet.g - g) * c;
          b += (wet.b - b) * c;
          if (wet.shine > 0) {
            shine = wet.shine * c;
            nx += (m[0] * wet.nx + m[1] * wet.ny + m[2] * wet.nz - nx) * shine;
            ny += (m[3] * wet.nx + m[4] * wet.ny + m[5] * wet.nz - ny) * shine;
            nz += (m[6] * wet.nx + m[7] * wet.ny + m[8] * wet.nz - nz) * shine;
            wrap = 0.3;
          } else gloss *= 1 - c;
        }
      }
      const scale = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz + 1e-9);
      nx *= scale;
      ny *= scale;
      nz *= scale;

      // Where the pixel is, and the way to the camera
      const distance = 1 / nearness[pixel]!;
      const rayX = (px + 0.5 - width / 2) * inverseFocal;
      const rayY = (height / 2 - py - 0.5) * inverseFocal;
      const view = 1 / Math.sqrt(rayX * rayX + rayY * rayY + 1);
      const vx = -rayX * view;
      const vy = -rayY * view;
      const vz = view;

      const facing = nx * lx + ny * ly + nz * lz;
      const lit = litAt(shadows, rayX * distance, rayY * distance, moment.distance - distance, facing);
      const towards = Math.max(0, nx * sx + ny * sy + nz * sz);
      const sky = (0.7 + 0.3 * ny) * room;
      const soft = 0.35 + 0.65 * lit;
      const wr = wrap * skinWrap[0];
      const wg = wrap * skinWrap[1];
      const wb = wrap * skinWrap[2];
      const dr =
        Math.max(0, (facing + wr) / (1 + wr)) *
        (wrap > 0 ? lit + 0.25 * (soft - lit) : lit) *
        (0.5 + 0.5 * room);
      const dg = Math.max(0, (facing + wg) / (1 + wg)) * lit * (0.5 + 0.5 * room);
      const db = Math.max(0, (facing + wb) / (1 + wb)) * lit * (0.5 + 0.5 * room);
      const screenLit = towards * (0.4 + 0.6 * room);

      // Mirror: what lamp and screen reflect
      const hl = half(nx, ny, nz, lx + vx, ly + vy, lz + vz);
      const hs = half(nx, ny, nz, sx + vx, sy + vy, sz + vz);
      const hl8 = eighth(hl);
      const hs8 = eighth(hs);
      const hl32 = hl8 * hl8 * hl8 * hl8;
      const hs32 = hs8 * hs8 * hs8 * hs8;
      const grazing = (1 - Math.max(0, nx * vx + ny * vy + nz * vz)) ** 4;
      let mirrorLamp = gloss * (0.1 * hl8 + 0.22 * hl32) * (facing > 0 ? lit : 0);
      let mirrorScreen = gloss * (0.1 * hs8 + 0.2 * hs32);
      if (shine > 0) {
        mirrorLamp += shine * 2.2 * hl ** 180;
        mirrorScreen += shine * 3 * hs ** 250;
      }
      const rim = gloss * 0.12 * grazing * room;

      const o = 3 * pixel;
      const e = moment.exposure;
      out[o] =
        e *
        (r * (ambient[0] * sky + lamp.colour[0] * dr + screen[0]! * screenLit) +
          ambient[0] * rim +
          lamp.colour[0] * mirrorLamp +
          screen[0]! * mirrorScreen);
      out[o + 1] =
        e *
        (g * (ambient[1] * sky + lamp.colour[1] * dg + screen[1]! * screenLit) +
          ambient[1] * rim +
          lamp.colour[1] * mirrorLamp +
          screen[1]! * mirrorScreen);
      out[o + 2] =
        e *
        (b * (ambient[2] * sky + lamp.colour[2] * db + screen[2]! * screenLit) +
          ambient[2] * rim +
          lamp.colour[2] * mirrorLamp +
          screen[2]! * mirrorScreen);
    }
  }
}

function eighth(value: number): number {
  const square = value * value;
  const fourth = square * square;
  return fourth * fourth;
}

function half(nx: number, ny: number, nz: number, hx: number, hy: number, hz: number): number {
  const dot = (nx * hx + ny * hy + nz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz + 1e-9);
  return dot > 0 ? dot : 0;
}

/** The eyes stay on the camera while the head turns, as far as they can. */
function lookOf(moment: Moment, m: Rotation, camera: Camera): Look {
  const to = unit([-moment.x, -moment.y, moment.distance]);
  const across = m[0] * to[0] + m[3] * to[1] + m[6] * to[2];
  const upward = m[1] * to[0] + m[4] * to[1] + m[7] * to[2];
  return {
    blink: moment.blink,
    smile: moment.smile,
    open: moment.open,
    gazeX: clamp(1.15 * across, -0.55, 0.55),
    gazeY: clamp(1.15 * upward, -0.3, 0.3),
    pixel: moment.distance / camera.focal,
  };
}
