/**
 * A person in a room in front of a camera.
 * @module
 */
import type { RgbaFrame } from '../core/frame.ts';
import { paintRoom } from './background.ts';
import { earMesh, shirtMesh } from './body.ts';
import { develop } from './camera.ts';
import { glassesMeshes } from './glasses.ts';
import { hairMeshes } from './hair.ts';
import type { Moment } from './moment.ts';
import type { Person } from './person.ts';
import { type Camera, emptyPlaced, place, rotationOf } from './place.ts';
import { hashText } from './random.ts';
import { clear, draw, emptySurface } from './raster.ts';
import { shade, unit } from './shade.ts';
import { castShadows, emptyShadow } from './shadow.ts';
import { headMesh } from './skin.ts';

export interface RendererOptions {
  readonly width?: number;
  readonly height?: number;
  /** Which room; the same person can sit in another one. */
  readonly room?: string;
}

/** Keeps the meshes and buffers of one person; `render` gives a new frame each time. */
export interface Renderer {
  readonly person: Person;
  render(moment: Moment): RgbaFrame;
}

/** Building takes about half a second, a frame well under 0.1 s. */
export function createRenderer(person: Person, options: RendererOptions = {}): Renderer {
  const { width = 640, height = 480, room = person.seed } = options;
  const camera: Camera = { width, height, focal: 0.98 * width };
  const meshes = [
    headMesh(person),
    earMesh(person, -1),
    earMesh(person, 1),
    ...hairMeshes(person),
    ...glassesMeshes(person),
    shirtMesh(person),
  ];
  const scene = meshes.map(emptyPlaced);
  const surface = emptySurface(width, height);
  const shadows = emptyShadow();
  const wall = paintRoom(room, width, height);
  const linear = new Float32Array(width * height * 3);
  const scratch = new Float32Array(width * height * 3);
  const salt = hashText(`${person.seed}/${room}`);

  // A webcam meters the face: dark skin is not delivered as a dark picture.
  const [r, g, b] = person.skin.colour;
  const metered = (0.34 / (0.21 * r + 0.72 * g + 0.07 * b)) ** 0.65;

  return {
    person,
    render(asked) {
      const moment = { ...asked, exposure: asked.exposure * metered };
      const turn = rotationOf(moment);
      for (const placed of scene) place(placed, moment, turn, camera);
      castShadows(shadows, scene, unit(moment.lamp.from), [moment.x, moment.y]);
      clear(surface);
      for (const [i, placed] of scene.entries()) draw(surface, placed, i + 1);
      lightRoom(linear, wall, moment);
      shade(surface, scene, person, moment, turn, camera, shadows, linear);
      const data = develop(linear, width, height, { ...moment, salt }, scratch);
      return { width, height, data };
    },
  };
}

/** The wall is far behind: it gets room light, and hardly anything from the screen. */
function lightRoom(out: Float32Array, wall: Float32Array, { ambient, lamp, screen, exposure }: Moment): void {
  const light = [0, 1, 2].map(
    (c) => exposure * (0.75 * ambient[c]! + 0.4 * lamp.colour[c]! + 0.02 * screen[c]!),
  );
  for (let i = 0; i < out.length; i += 3) {
    out[i] = wall[i]! * light[0]!;
    out[i + 1] = wall[i + 1]! * light[1]!;
    out[i + 2] = wall[i + 2]! * light[2]!;
  }
}
