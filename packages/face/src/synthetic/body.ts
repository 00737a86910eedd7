/**
 * Ears and shirt.
 * @module
 */
import { stretch } from './head.ts';
import { channels, emptyMesh, type Mesh, materials, type Texture } from './mesh.ts';
import type { Person, Rgb } from './person.ts';
import { bell, hash3, mix, noise3, smoothstep } from './random.ts';

/** @param side -1 for the ear on the left of the picture, 1 for the right */
export function earMesh(person: Person, side: -1 | 1): Mesh {
  const { shape, skin, salt } = person;
  const [columns, rows] = [33, 13];
  const colour: Rgb = [skin.colour[0], skin.colour[1] * 0.9, skin.colour[2] * 0.88];
  const texture = plain(64, 24, (u, v) => {
    const deep = bell((v - 0.45) / 0.2) * 0.4 + bell(v / 0.25) * 0.35;
    const shade = (1 - deep) * (1 + 0.05 * noise3(u * 20, v * 8, side, salt + 111));
    return [colour[0] * shade, colour[1] * shade * (1 - 0.2 * deep), colour[2] * shade * (1 - 0.2 * deep)];
  });
  const mesh = emptyMesh(columns, rows, { texture, material: materials.skin, doubleSided: true });
  const [height, depth] = [3.25 * shape.earSize, 1.85 * shape.earSize];
  const centreY = stretch(shape, -1.4) + 0.3;
  const outward = 0.35 + shape.earOut * 0.7;
  for (let row = 0; row < rows; row++) {
    const radius = row / (rows - 1);
    for (let column = 0; column < columns; column++) {
      const turn = (2 * Math.PI * column) / (columns - 1);
      const back = Math.sign(Math.cos(turn)) * Math.abs(Math.cos(turn)) ** 0.75;
      const up = Math.sign(Math.sin(turn)) * Math.abs(Math.sin(turn)) ** 0.75;
      const lobe = up < 0 ? 1 - 0.25 * up * up * (1 - back) : 1;
      // The ear stands off the head more at its back; the rim curls.
      const across = radius * depth * back * lobe;
      const rim =
        0.28 * bell((radius - 0.88) / 0.12) - 0.35 * bell((radius - 0.4) / 0.25) * (up > -0.6 ? 1 : 0.4);
      const off = 0.25 + (across / depth + 1) * outward + rim;
      const i = row * columns + column;
      mesh.rest.set(
        [
          side * (6.95 * shape.width * mix(1, shape.cheekWidth, 0.5) + off),
          centreY + radius * height * up,
          -9.6 - across * 0.9,
        ],
        3 * i,
      );
      mesh.place.set([column / (columns - 1), radius, 100, 100], 4 * i);
    }
  }
  return mesh;
}

export function shirtMesh(person: Person): Mesh {
  const [columns, rows] = [65, 30];
  const { shirt, salt } = person;
  const texture = plain(256, 120, (u, v) => {
    const weave = 0.08 * (hash3(Math.floor(u * 256), Math.floor(v * 120), 0, salt) - 0.5);
    const folds = 0.18 * noise3(u * 14, v * 5, 0, salt + 121);
    const collar = 1 - 0.3 * bell((v - 0.1) / 0.03);
    const shade = (1 + weave + folds) * collar;
    return [shirt[0] * shade, shirt[1] * shade, shirt[2] * shade];
  });
  const mesh = emptyMesh(columns, rows, { texture, material: materials.cloth });
  mesh.follow.fill(0);
  for (let row = 0; row < rows; row++) {
    const v = row / (rows - 1);
    const out = smoothstep(0, 0.75, v);
    for (let column = 0; column < columns; column++) {
      const u = column / (columns - 1);
      const angle = Math.PI * (2 * u - 1);
      const [s, c] = [Math.sin(angle), Math.cos(angle)];
      const halfWidth = mix(6.9 * person.shape.neckWidth, 21, out ** 0.8);
      const halfDepth = mix(6.3, 10, out);
      const slope = 3.2 * v + 14 * v * v + 2.5 * Math.abs(s) * out;
      const dip = 1.8 * Math.max(0, c) ** 2 * (1 - out);
      const i = row * columns + column;
      mesh.rest.set(
        [Math.sign(s) * halfWidth * Math.abs(s) ** 0.85, -17.2 - slope - dip, -10.2 + halfDepth * c],
        3 * i,
      );
      mesh.place.set([u, v, 100, 100], 4 * i);
    }
  }
  return mesh;
}

function plain(width: number, height: number, colour: (u: number, v: number) => Rgb): Texture {
  const data = new Float32Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [r, g, b] = colour(column / (width - 1), row / (height - 1));
      data.set([r, g, b, 0.2, 0, 0, 1, 1], (row * width + column) * channels);
    }
  }
  return { width, height, data };
}
