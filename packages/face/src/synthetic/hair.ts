/**
 * Hair: a shell over the skull whose edge is the hairline, and for long hair a curtain behind the face.
 * @module
 */
import { onRing, ringAt, surface, type Vector } from './head.ts';
import { channels, emptyMesh, type Mesh, materials, type Texture } from './mesh.ts';
import type { Hair, Person } from './person.ts';
import { clamp, mix, noise3, polyline, smoothstep } from './random.ts';

const degrees = 180 / Math.PI;

/** What a style does; lengths in centimetres. */
interface Cut {
  /** Thickness on top, at the sides, at the back. */
  readonly top: number;
  readonly sides: number;
  readonly back: number;
  /** How far the front hangs below the hairline. */
  readonly fringe: number;
  /** Hairline raised in the middle and at the temples. */
  readonly recede: number;
  readonly curtain: boolean;
  readonly curl: number;
}

function cutOf({ style, volume, curl }: Hair): Cut | undefined {
  const plain: Cut = {
    top: 1.2 * volume,
    sides: 0.6 * volume,
    back: 1,
    fringe: 0,
    recede: 0,
    curtain: false,
    curl: 0.2,
  };
  switch (style) {
    case 'bald':
      return undefined;
    case 'receding':
      return { ...plain, top: 0.35, sides: 0.5, recede: 1 };
    case 'crop':
      return { ...plain, top: 0.45, sides: 0.25, back: 0.3 };
    case 'short':
      return plain;
    case 'side-part':
      return { ...plain, top: 1.9 * volume, sides: 0.7, fringe: 0.8 };
    case 'fringe':
      return { ...plain, top: 1.4 * volume, sides: 0.9, fringe: 3.2 };
    case 'curly':
      return { ...plain, top: 2.6 * volume, sides: 1.9 * volume, back: 2, fringe: 0.6, curl: 1 };
    case 'long':
      return {
        ...plain,
        top: 1.2 * volume,
        sides: 1 * volume,
        back: 1.5,
        curtain: true,
        curl: 0.3 + 0.5 * curl,
      };
    case 'long-fringe':
      return {
        ...plain,
        top: 1.2 * volume,
        sides: 1 * volume,
        back: 1.5,
        fringe: 3,
        curtain: true,
        curl: 0.3,
      };
    case 'tied':
      return { ...plain, top: 0.6 * volume, sides: 0.35, back: 0.6 };
  }
}

/** Height of the lower edge of the hair at an angle from the front. Unit: base centimetres. */
function hairline(person: Person, cut: Cut, angle: number): number {
  const { hair } = person;
  const a = Math.abs(angle) * degrees;
  const part = hair.style === 'side-part' ? 1.2 * hair.side * clamp(angle * 1.4, -1, 1) : 0;
  const front = hair.line - cut.fringe + part;
  const raised = cut.recede * 3.2;
  // Long hair is parted and falls over the temples.
  const sweep = cut.curtain && cut.fringe === 0 ? hair.sweep : 0;
  const parting = 0.25 * hair.side * (hair.sweep - 0.3);
  const fromParting = Math.abs(angle - parting) * degrees;
  const fall =
    sweep *
    polyline(
      [
        [0, -1],
        [8, 0],
        [25, 2.2],
        [45, 4.2],
        [60, 5],
      ],
      fromParting,
    );
  const line = polyline(
    [
      [0, front + raised * 0.8],
      [20, front + raised + (cut.fringe > 0 ? 0 : 0.35)],
      [38, front + raised - (cut.fringe > 0 ? 0.2 : 0.1)],
      [50, mix(front, 4.2, 0.6) + raised * 0.4],
      [58, 2.2],
      [64, -0.6],
      [76, -1.6],
      [88, -0.4],
      [100, 0.2],
      [118, -5],
      [135, -9],
      [180, -9.5],
    ],
    a,
  );
  return line - fall;
}

/** Height above the hairline, with a ragged edge. Positive where there is hair. Unit: centimetres. */
function above(person: Person, cut: Cut, [x, y, z]: Vector, angle: number): number {
  const rough =
    0.35 * noise3(angle * 9, y / 3, 0, person.salt + 91) +
    0.2 * noise3(x / 0.35, y / 1.2, z / 0.35, person.salt + 92);
  return y - hairline(person, cut, angle) + rough * (cut.fringe > 1 ? 1.6 : 1);
}

/** How dark the skin is under hair, 0..1. */
export function scalpShade(person: Person, base: Vector, angle: number): number {
  // No hairline reaches here, and most of the skin is here.
  if (base[1] < -13 || (base[1] < 1.5 && Math.abs(angle) < 0.85)) return 0;
  const { hair } = person;
  const cut = cutOf({ ...hair, style: hair.style === 'bald' ? 'receding' : hair.style });
  if (!cut) return 0;
  const stubble = hair.style === 'bald' ? 0.22 : 0.8;
  const grain = 0.8 + 0.4 * noise3(base[0] / 0.12, base[1] / 0.12, base[2] / 0.12, person.salt + 93);
  const own = { ...cut, fringe: 0 };
  return stubble * grain * smoothstep(-0.3, 0.6, above(person, own, base, angle));
}

/** The meshes of the hair; none for a bald person. */
export function hairMeshes(person: Person): Mesh[] {
  const cut = cutOf(person.hair);
  if (!cut) return [];
  const shell = shellMesh(person, cut);
  return cut.curtain ? [shell, curtainMesh(person, cut)] : [shell];
}

function shellMesh(person: Person, cut: Cut): Mesh {
  const [columns, rows] = [121, 80];
  const angleAt = (u: number) => Math.PI * (2 * u - 1);
  const ringsAt = (v: number) => ringAt(0.02 + 10.4 * v);
  const texture = strands(person, 484, 240, (u, v) => {
    const angle = angleAt(u);
    return 0.5 + 1.2 * above(person, cut, onRing(ringsAt(v), angle), angle);
  });
  const mesh = emptyMesh(columns, rows, { texture, material: materials.hair });
  for (let row = 0; row < rows; row++) {
    const v = row / (rows - 1);
    const ring = ringsAt(v);
    for (let column = 0; column < columns; column++) {
      const u = column / (columns - 1);
      const angle = angleAt(u);
      const base = onRing(ring, angle);
      const i = row * columns + column;
      mesh.rest.set(
        surface(person.shape, person.salt, base, 0.08 + thickness(person, cut, base, angle)),
        3 * i,
      );
      mesh.place.set([u, v, base[0], base[1]], 4 * i);
    }
  }
  return mesh;
}

function thickness(person: Person, cut: Cut, base: Vector, angle: number): number {
  const [x, y, z] = base;
  const edge = above(person, { ...cut }, base, angle);
  const up = smoothstep(2, 9, y);
  const behind = smoothstep(60, 140, Math.abs(angle) * degrees);
  const around = mix(cut.sides, cut.back, behind);
  let thick = mix(around, cut.top, up);
  if (person.hair.style === 'side-part') thick *= 1 + 0.35 * person.hair.side * clamp(-x / 4, -1, 1) * up;
  const wave = 1.6 - cut.curl;
  const lumps = noise3(x / wave, y / wave, z / wave, person.salt + 94);
  thick *= 1 + (0.12 + 0.3 * cut.curl) * lumps;
  return Math.max(0, thick) * (0.25 + 0.75 * smoothstep(-0.1, 1.4, edge));
}

/** Long hair: from above the ears down to the shoulders, open in front. */
function curtainMesh(person: Person, cut: Cut): Mesh {
  const { shape, salt, hair } = person;
  const [columns, rows] = [97, 60];
  const reach = 17 + 5 * hair.curl;
  const edge = (v: number) =>
    (62 + 14 * smoothstep(0, 0.35, v) + 6 * noise3(v * 4, 0, 0, salt + 95)) / degrees;
  const texture = strands(person, 388, 240, (u, v) => {
    const ends = noise3(u * 60, 0, 0, salt + 96);
    return (
      smoothstep(1.02, 0.93, v + 0.04 * ends) * smoothstep(-0.01, 0.02, Math.min(u, 1 - u) + 0.01 * ends) +
      0.25
    );
  });
  const mesh = emptyMesh(columns, rows, { texture, material: materials.hair, doubleSided: true });
  for (let row = 0; row < rows; row++) {
    const v = row / (rows - 1);
    const y = 5 - reach * v;
    for (let column = 0; column < columns; column++) {
      const u = column / (columns - 1);
      const angle = mix(edge(v), 2 * Math.PI - edge(v), u);
      const wavy =
        (0.25 + 0.7 * cut.curl) * noise3(angle * 4, y / 2.2, 0, salt + 97) +
        0.2 * noise3(angle * 14, y / 6, 1, salt + 98);
      const spread = 0.5 + 0.35 * hair.volume + 1.2 * v * (0.4 + cut.curl) + wavy;
      const x = (7.5 * shape.width + spread) * Math.sin(angle);
      const z = -9 + (8.6 + spread) * Math.cos(angle);
      const i = row * columns + column;
      mesh.rest.set([x, y, z], 3 * i);
      mesh.place.set([u, v, x, y], 4 * i);
      mesh.follow[i] = smoothstep(1.15, 0.45, v);
    }
  }
  return mesh;
}

/** Hair colour in strands that run along v. */
function strands(
  person: Person,
  width: number,
  height: number,
  cover: (u: number, v: number) => number,
): Texture {
  const { hair, salt } = person;
  const data = new Float32Array(width * height * channels);
  const curl = hair.style === 'curly' ? 1 : 0.15 + 0.25 * hair.curl;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [u, v] = [column / (width - 1), row / (height - 1)];
      const bend = curl * 0.6 * noise3(u * 24, v * 14, 0, salt + 101);
      const fineStrand = noise3((u + 0.02 * bend) * 260, v * (3 + 26 * curl), 0, salt + 102);
      const lock = noise3((u + 0.05 * bend) * 55, v * (2 + 14 * curl), 0, salt + 103);
      const shade = clamp(1 + 0.45 * fineStrand + 0.4 * lock, 0.25, 2);
      const [r, g, b] = hair.colour;
      const i = (row * width + column) * channels;
      data.set(
        [
          r * shade,
          g * shade,
          b * shade,
          0.5 + 0.3 * fineStrand,
          0.35 * fineStrand + 0.3 * lock,
          0.12 * lock,
          cover(u, v),
          1,
        ],
        i,
      );
    }
  }
  return { width, height, data };
}
