/**
 * The head as a mesh with its painted skin: tone, lips, brows, beard, moles, pores and folds.
 * @module
 */
import { scalpShade } from './hair.ts';
import {
  eyePlace,
  lastRing,
  levels,
  lidEdges,
  lipEdges,
  mouthLine,
  onRing,
  openOffset,
  ringAt,
  smileOffset,
  squintOffset,
  surface,
  type Vector,
} from './head.ts';
import { channels, emptyMesh, type Mesh, materials, type Texture } from './mesh.ts';
import type { Person } from './person.ts';
import { bell, clamp, hash3, mix, noise3, polyline, smoothstep } from './random.ts';

const columns = 185;
const rows = 212;
/** Texels per vertex, each way. About 16 per centimetre on the face, a little finer than the picture. */
const fine = 2;

/** Rows per ring of the loft: most of them between the brows and the chin. */
const density = [7, 7, 7, 10, 14, 18, 20, 20, 20, 20, 20, 18, 10, 6, 5, 5, 5] as const;
const cumulative = [0];
for (const [i, rowsOfRing] of density.entries()) cumulative.push(cumulative[i]! + rowsOfRing);

/** Ring position of v in 0..1, top to bottom. */
export function ringOf(v: number): number {
  const at = v * cumulative.at(-1)!;
  let i = 0;
  while (i < lastRing - 1 && cumulative[i + 1]! < at) i++;
  return i + (at - cumulative[i]!) / density[i]!;
}

/** Angle of u in 0..1 around the head, dense in front. Unit: radians. */
export function angleOf(u: number): number {
  const t = 2 * u - 1;
  return Math.PI * (0.42 * t + 0.58 * t ** 3);
}

export function headMesh(person: Person): Mesh {
  const { shape, salt } = person;
  const texture = paintHead(person);
  const mesh = emptyMesh(columns, rows, { texture, material: materials.skin });
  const smile = new Float32Array(mesh.rest.length);
  const squint = new Float32Array(mesh.rest.length);
  const open = new Float32Array(mesh.rest.length);
  for (let row = 0; row < rows; row++) {
    const v = row / (rows - 1);
    const at = ringOf(v);
    const ring = ringAt(at);
    for (let column = 0; column < columns; column++) {
      const u = column / (columns - 1);
      const base = onRing(ring, angleOf(u));
      const i = row * columns + column;
      mesh.rest.set(surface(shape, salt, base), 3 * i);
      mesh.place.set([u, v, base[0], base[1]], 4 * i);
      mesh.follow[i] = smoothstep(16.5, 13.2, at);
      if (base[2] > -9) {
        const front = smoothstep(-8, -4, base[2]);
        smile.set(
          smileOffset(shape, base[0], base[1]).map((d) => d * front),
          3 * i,
        );
        squint.set(
          squintOffset(shape, base[0], base[1]).map((d) => d * front),
          3 * i,
        );
        open.set(openOffset(shape, ...base), 3 * i);
      }
    }
  }
  return { ...mesh, smile, squint, open };
}

function paintHead(person: Person): Texture {
  const [width, height] = [fine * (columns - 1) + 1, fine * (rows - 1) + 1];
  const data = new Float32Array(width * height * channels);
  const bump = new Float32Array(width * height);
  const places = new Float32Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const ring = ringAt(ringOf(row / (height - 1)));
    for (let column = 0; column < width; column++) {
      const angle = angleOf(column / (width - 1));
      const i = row * width + column;
      const base = onRing(ring, angle);
      places.set(base, 3 * i);
      bump[i] = paint(person, base, angle, data.subarray(i * channels, (i + 1) * channels));
    }
  }
  slopes(data, bump, places, width, height);
  return { width, height, data };
}

/** Turns heights into slopes along x and y, per centimetre. */
function slopes(
  data: Float32Array,
  bump: Float32Array,
  places: Float32Array,
  width: number,
  height: number,
): void {
  const limit = (value: number) => clamp(value, -0.8, 0.8);
  for (let row = 1; row < height - 1; row++) {
    for (let column = 1; column < width - 1; column++) {
      const i = row * width + column;
      const across = Math.hypot(
        places[3 * i + 3]! - places[3 * i - 3]!,
        places[3 * i + 5]! - places[3 * i - 1]!,
      );
      const down = places[3 * (i - width) + 1]! - places[3 * (i + width) + 1]!;
      data[i * channels + 4] = limit((bump[i + 1]! - bump[i - 1]!) / Math.max(across, 0.03));
      data[i * channels + 5] = limit((bump[i - width]! - bump[i + width]!) / Math.max(down, 0.03));
    }
  }
}

/** Paints one texel; returns the height of the fine relief. Unit: centimetres. */
function paint(person: Person, base: Vector, angle: number, out: Float32Array): number {
  const { shape, skin, salt } = person;
  const [x, y, z] = base;
  const ax = Math.abs(x);
  const front = smoothstep(-6.5, -3, z);
  let [r, g, b] = skin.colour as readonly number[] as [number, number, number];
  let gloss = 0.35 * skin.oil;
  let room = 1;
  let bump = 0;
  const tone = (amount: number, red: number, green: number, blue: number) => {
    r = mix(r, red, amount);
    g = mix(g, green, amount);
    b = mix(b, blue, amount);
  };
  const scale = (factor: number, warm = 0) => {
    // Darker skin is warmer skin: `warm` counts per full shade.
    const tint = warm * (1 - factor);
    r *= factor * (1 + tint);
    g *= factor;
    b *= factor * (1 - tint);
  };

  // Mottling and pores
  const low = noise3(x / 2.2, y / 2.2, z / 2.2, salt + 11);
  const middle = noise3(x / 0.7, y / 0.7, z / 0.7, salt + 12);
  const high = noise3(x / 0.16, y / 0.16, z / 0.16, salt + 13);
  scale(1 + 0.05 * skin.mottling * (low + middle) + 0.045 * skin.mottling * high, 0.4);
  bump += 0.006 * high + 0.006 * middle * skin.age;

  if (front > 0) {
    // Blood under the skin
    const red = skin.redness * front;
    const blush =
      0.55 * bell((ax - 4) / 1.6, (y + 3) / 1.6) +
      0.5 * bell(x / 1.3, (y + 3.8) / 0.9) +
      0.25 * bell(x / 1.4, (y + 10.3) / 1) +
      0.2 * bell(x / 3.5, (y - 4.5) / 1.5);
    tone(0.35 * red * blush, r * 1.02, g * 0.68, b * 0.68);
    gloss += 0.25 * skin.oil * (bell(x / 1.2, (y + 2.2) / 2.2) + bell(x / 3, (y - 4) / 1.5));

    // Shade of the sockets, the nose, the chin
    const [outward, up] = eyePlace(shape, x, y);
    scale(1 - 0.22 * bell((outward + 1.2) / 0.8, (up - 0.35) / 0.7) * front, 0.4);
    const bags = bell(outward / 1.25, (up + 0.95) / 0.42);
    scale(1 - (0.1 + 0.14 * shape.eyeBags) * bags, -0.2);
    room *= 1 - 0.35 * bell((outward + 0.5) / 1.2, (up - 0.75) / 0.4);
    room *= 1 - 0.25 * bell((ax - 1.5 * shape.noseWidth - 0.35) / 0.3, (y + 3.9) / 0.8);
    room *= 1 - 0.15 * bell(x / 1.1, (y + 4.85) / 0.3);
    room *= 1 - 0.3 * bell(x / 1.6, (y + 8.55) / 0.35);

    if (person.makeup > 0) {
      const lid = bell((outward - 0.2) / 1.1, (up - 0.55) / 0.35);
      tone(0.75 * person.makeup * lid, r * 0.35, g * 0.28, b * 0.36);
    }
    bump += folds(person, x, y, ax, outward, up);
    paintLids(person, outward, up, scale);

    // Nostrils
    const nostril = bell((ax - 0.68 * shape.noseWidth) / (0.22 * shape.noseWidth), (y + 4.42) / 0.1);
    tone(clamp(1.1 * nostril, 0, 0.92), 0.02, 0.008, 0.006);

    const lips = paintLips(person, x, y);
    if (lips > 0) {
      const wrinkle = noise3(x / 0.13, y / 0.9, 0, salt + 21);
      const shade = 1 + 0.1 * wrinkle + 0.12 * low;
      tone(lips, skin.lips[0] * shade, skin.lips[1] * shade, skin.lips[2] * shade);
      gloss = mix(gloss, 0.75, lips);
      bump += 0.02 * wrinkle * lips;
    }
    const line = mouthLine(shape, x);
    const between = bell((y - line) / 0.085) * (1 - smoothstep(0.86, 1.08, ax / shape.mouthWidth));
    tone(0.85 * between, 0.04, 0.01, 0.009);

    // Brows
    const brow = browCover(person, x, y);
    if (brow > 0) {
      tone(brow, ...person.brows.colour);
      gloss *= 1 - 0.6 * brow;
      bump += 0.05 * brow;
    }
  }

  const { birthmark } = person;
  if (birthmark) {
    const ragged = 0.45 * noise3(x / 0.9, y / 0.9, z / 0.9, salt + 32);
    const d = Math.hypot(x - birthmark.x, y - birthmark.y) / birthmark.radius + ragged;
    tone(birthmark.strength * front * smoothstep(1, 0.8, d), r * 0.62, g * 0.3, b * 0.36);
  }
  // Moles and freckles
  for (const [mx, my, radius] of skin.moles) {
    const spot = front * smoothstep(radius, radius * 0.5, Math.hypot(x - mx, y - my));
    if (spot > 0) tone(0.85 * spot, r * 0.28, g * 0.22, b * 0.2);
  }
  if (skin.freckles > 0) {
    const spot = smoothstep(0.45, 0.75, noise3(x / 0.22, y / 0.22, z / 0.22, salt + 31));
    const where = bell(x / 5, (y + 1.5) / 3);
    tone(0.5 * spot * where * skin.freckles, r * 0.55, g * 0.42, b * 0.36);
  }

  // Under the chin and down the neck there is less light, and more behind the jaw.
  room *= 1 - 0.45 * smoothstep(-11.2, -13.2, y + (z + 3) * 0.12) * smoothstep(-24, -15, y);

  const beard = beardCover(person, base);
  if (beard.shadow > 0) tone(0.45 * beard.shadow, r * 0.45, g * 0.5, b * 0.55);
  if (beard.hair > 0) {
    const strand = 0.75 + 0.5 * noise3(x / 0.07, y / 0.35, z / 0.1, salt + 41);
    const [hr, hg, hb] = person.brows.colour;
    tone(beard.hair, hr * strand, hg * strand, hb * strand);
    gloss *= 1 - 0.5 * beard.hair;
    bump += 0.12 * beard.hair * strand;
  }

  const scalp = scalpShade(person, base, angle);
  if (scalp > 0) tone(scalp, ...person.hair.colour);

  out.set([r, g, b, gloss, 0, 0, 1, room]);
  return bump;
}

/** Wrinkles: height of the relief. */
function folds(
  { shape, skin, salt }: Person,
  x: number,
  y: number,
  ax: number,
  outward: number,
  up: number,
): number {
  const { age } = skin;
  let h = 0;
  // From the wing of the nose past the corner of the mouth
  const along = clamp((-4 - y) / 3.2, 0, 1);
  const fold = mix(1.75 * shape.noseWidth, shape.mouthWidth + 0.75, along ** 0.9);
  h -= (0.02 + 0.12 * age) * bell((ax - fold) / 0.22) * smoothstep(-3.6, -4.4, y) * smoothstep(-7.6, -6.6, y);
  // Forehead, crow's feet, between the brows
  const wave = y + 0.18 * noise3(x / 2.5, 0, 0, salt + 51) - 0.02 * x * x;
  for (const level of [3.6, 4.5, 5.4]) {
    h -= 0.09 * age * age * bell((wave - level) / 0.13) * bell(x / 3.4);
  }
  h -= 0.08 * age * age * bell((ax - 0.5) / 0.12) * bell((y - 1.9) / 0.6);
  for (const level of [-0.35, 0.05, 0.45]) {
    h -=
      0.06 *
      age *
      age *
      bell((up - level * (1 + (outward - 1.6) * 0.8)) / 0.08) *
      bell((outward - 2.1) / 0.4);
  }
  h -=
    0.05 * shape.eyeBags * bell((up + 1.05 - 0.12 * outward * outward) / 0.14) * bell((outward + 0.3) / 0.9);
  return h;
}

/** The fold over the lid and the lid between fold and lashes. */
function paintLids(
  { shape }: Person,
  outward: number,
  up: number,
  scale: (factor: number, warm?: number) => void,
): void {
  const edges = lidEdges(shape, clamp(outward / 1.12, -shape.eyeWidth * 0.98, shape.eyeWidth * 0.98));
  if (!edges || Math.abs(outward) > shape.eyeWidth * 1.2) return;
  const end = 1 - smoothstep(0.85, 1.2, Math.abs(outward) / shape.eyeWidth);
  const over = up - edges[0];
  if (shape.lidFold > 0.1) scale(1 - 0.5 * end * bell((over - shape.lidFold) / 0.075), 0.4);
  scale(
    1 - 0.14 * end * smoothstep(0, 0.05, over) * smoothstep(shape.lidFold + 0.1, shape.lidFold, over),
    0.3,
  );
  scale(1 - 0.15 * end * bell((up - edges[1] + 0.12) / 0.12), 0.4);
}

/** How much of a place is lip, 0..1. */
function paintLips({ shape, salt }: Person, x: number, y: number): number {
  if (Math.abs(x) >= shape.mouthWidth) return 0;
  const [upper, lower] = lipEdges(shape, x);
  const soft = 0.07;
  const ragged = 0.03 * noise3(x / 0.3, y / 0.3, 1, salt + 61);
  return (
    smoothstep(upper + soft, upper - soft, y + ragged) *
    smoothstep(lower - 1.4 * soft, lower + 1.4 * soft, y + ragged) *
    0.92
  );
}

function browCover({ brows, salt }: Person, x: number, y: number): number {
  const ax = Math.abs(x);
  const s = (ax - brows.inner) / brows.length;
  if (s < -0.06 || s > 1.05) return 0;
  const centre =
    brows.height +
    brows.slope * (s - 0.4) +
    brows.arch * Math.sin(Math.PI * clamp(s * 0.95, 0, 1)) -
    0.5 * s ** 4;
  const half =
    brows.thickness *
    polyline(
      [
        [-0.06, 0.35],
        [0.12, 1],
        [0.55, 0.9],
        [1.05, 0.12],
      ],
      s,
    );
  const d = (y - centre) / half;
  if (Math.abs(d) > 1.6) return 0;
  // Strands lean outwards; their ends make the edge.
  const lean = (y - centre) * 0.8;
  const strand = noise3((ax - lean) / 0.085, (y + ax * 0.5) / 0.5, Math.sign(x), salt + 71);
  const cover = smoothstep(1.25, 0.35, Math.abs(d) + 0.45 * strand);
  const ends = smoothstep(-0.06, 0.14, s) * smoothstep(1.05, 0.85, s);
  return clamp(cover * ends * brows.density * (0.82 + 0.3 * strand), 0, 0.96);
}

function beardCover({ shape, beard, salt }: Person, [x, y, z]: Vector): { shadow: number; hair: number } {
  if (beard.shadow + beard.moustache + beard.cheeks + beard.chin === 0 || y > 0 || y < -13.5) {
    return { shadow: 0, hair: 0 };
  }
  const ax = Math.abs(x);
  const [upperLip, lowerLip] = lipEdges(shape, x);
  const s = ax / shape.mouthWidth;
  const onLips = s < 1 && y < upperLip + 0.1 && y > lowerLip - 0.1;
  if (onLips) return { shadow: 0, hair: 0 };
  const patch =
    0.35 * noise3(x / 0.8, y / 0.8, z / 0.8, salt + 81) + 0.25 * noise3(x / 0.2, y / 0.2, z / 0.2, salt + 82);
  const above = polyline(
    [
      [0, levels.noseBase - 0.15],
      [1.2, -4.75],
      [2.6, -6.6],
    ],
    ax,
  );
  const moustache =
    y > upperLip || s >= 1
      ? smoothstep(above + 0.15, above - 0.25, y) *
        smoothstep(shape.mouthWidth + 0.75, shape.mouthWidth + 0.2, ax) *
        smoothstep(-8, -7, y)
      : 0;
  const chin =
    smoothstep(2.9, 2.1, ax) * smoothstep(lowerLip - 0.35, lowerLip - 0.8, y) * smoothstep(-13.2, -12, y);
  const cheekLine = polyline(
    [
      [2.2, -7],
      [3.5, -6.2],
      [5, -4.2],
      [6.3, -1.5],
      [7, 0],
    ],
    ax,
  );
  const cheeks =
    smoothstep(cheekLine + 0.4, cheekLine - 0.5, y) *
    smoothstep(2.2, 3, ax) *
    smoothstep(-9, -7.6, z) *
    smoothstep(-13.5, -12, y + 0.15 * (ax - 3));
  const area = Math.max(moustache, chin, cheeks);
  const hair = Math.max(moustache * beard.moustache, chin * beard.chin, cheeks * beard.cheeks);
  const grain = hash3(Math.round(x * 16), Math.round(y * 16), Math.round(z * 16), salt) - 0.5;
  return {
    shadow: clamp(area * beard.shadow * (0.85 + patch + 0.5 * grain), 0, 1),
    hair: clamp(hair * smoothstep(0.15, 0.55, hair * 0.9 + patch), 0, 0.95),
  };
}
