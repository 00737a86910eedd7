/**
 * The surface of a head: a lofted average, features laid on it, then the person's proportions.
 *
 * "Base" coordinates are those of the loft before features and proportions; the skin is painted in them, so
 * paint follows the surface. Unit: centimetres; origin between the eyes, x right in the picture, y up, z to the camera.
 * @module
 */
import type { Shape } from './person.ts';
import { bell, clamp, mix, noise3, polyline, smoothstep } from './random.ts';

export type Vector = [x: number, y: number, z: number];

/** Where things are on the base face. */
export const levels = { nasion: 0.3, noseTip: -3.7, noseBase: -4.6, mouth: -6.75, chin: -11.4 } as const;
export const eyeballRadius = 1.3;

/** One ring of the loft: front y, z; side y, x, z; back y, z; and how square the ring is. */
type Ring = readonly [
  fy: number,
  fz: number,
  sy: number,
  sx: number,
  sz: number,
  by: number,
  bz: number,
  n: number,
];

/** Crown to collar, hand-made. */
const rings: readonly Ring[] = [
  [11.9, -8.5, 11.9, 0.02, -9.0, 11.9, -9.5, 2],
  [11.2, -4.4, 11.0, 4.3, -9.0, 10.6, -14.0, 2],
  [9.0, -1.1, 8.8, 6.5, -9.0, 7.5, -17.4, 2.1],
  [6.6, 0.3, 6.4, 7.3, -9.0, 4.5, -18.6, 2.25],
  [4.4, 0.95, 4.2, 7.5, -9.0, 2.0, -18.7, 2.35],
  [2.2, 1.1, 2.0, 7.5, -9.0, 0.0, -18.3, 2.35],
  [0.2, 0.45, 0.1, 7.35, -9.0, -2.0, -17.6, 2.25],
  [-2.0, 0.85, -1.6, 7.2, -8.8, -4.0, -16.8, 2.2],
  [-4.5, 1.3, -3.6, 7.0, -8.6, -6.0, -16.0, 2.2],
  [-6.7, 1.45, -5.2, 6.75, -8.3, -8.0, -15.5, 2.15],
  [-8.6, 1.0, -6.7, 6.45, -8.1, -9.5, -15.3, 2.15],
  [-10.2, 1.0, -8.0, 5.95, -8.1, -11.0, -15.3, 2.15],
  [-11.4, 0.2, -9.0, 5.35, -8.3, -12.0, -15.3, 2.15],
  [-11.95, -1.8, -9.8, 4.8, -8.8, -13.0, -15.3, 2.0],
  [-12.4, -4.6, -11.2, 4.7, -9.3, -14.0, -15.4, 2.0],
  [-15.0, -5.3, -14.5, 5.0, -9.8, -16.0, -15.6, 2.0],
  [-19.0, -5.0, -19.0, 5.8, -10.0, -19.5, -16.0, 2.0],
  [-24.0, -4.2, -24.0, 8.5, -10.5, -24.0, -17.0, 2.0],
];
export const lastRing = rings.length - 1;

/** The ring at a real-valued position, by Catmull-Rom. */
export function ringAt(s: number): number[] {
  const i = Math.min(Math.floor(s), lastRing - 1);
  const t = s - i;
  const [p, q, u, w] = [
    rings[Math.max(i - 1, 0)]!,
    rings[i]!,
    rings[i + 1]!,
    rings[Math.min(i + 2, lastRing)]!,
  ];
  return q.map((b, k) => {
    const [a, c, d] = [p[k]!, u[k]!, w[k]!];
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  });
}

/** A point of a ring; angle 0 is the front, positive to the right of the picture. Unit: radians. */
export function onRing(ring: readonly number[], angle: number): Vector {
  const [fy, fz, sy, sx, sz, by, bz, n] = ring as unknown as Ring;
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const radius = (Math.abs(sine) ** n + Math.abs(cosine) ** n) ** (-1 / n);
  const [y, z] = cosine >= 0 ? [fy, fz] : [by, bz];
  return [sx * sine * radius, sy + (y - sy) * cosine * cosine, sz + (z - sz) * Math.abs(cosine) * radius];
}

/** The line between the lips at x. */
export function mouthLine(shape: Shape, x: number): number {
  const s = clamp(Math.abs(x) / shape.mouthWidth, 0, 1.3);
  return (
    levels.mouth -
    0.1 * Math.cos(Math.min(s, 1) * 2 * Math.PI) * (1 - s * s) +
    shape.mouthCorner * s * s -
    0.08
  );
}

/** Upper and lower edge of the lips at x, inside the mouth's width. */
export function lipEdges(shape: Shape, x: number): [upper: number, lower: number] {
  const s = Math.min(Math.abs(x) / shape.mouthWidth, 1);
  const line = mouthLine(shape, x);
  const dip = shape.cupidBow * (bell(x / 0.32) - 0.55 * bell((Math.abs(x) - 0.75) / 0.45));
  return [
    line + shape.upperLip * (1 - s ** 1.7) ** 0.9 - dip * (1 - s),
    line - shape.lowerLip * (1 - s * s) ** 0.75,
  ];
}

/** Place relative to the nearer eye, x outwards, turned by the eye's tilt. */
export function eyePlace(shape: Shape, x: number, y: number): [outward: number, up: number] {
  const side = x < 0 ? -1 : 1;
  const [dx, dy] = [side * x - shape.eyeSpacing, y];
  const [c, s] = [Math.cos(shape.eyeTilt), Math.sin(shape.eyeTilt)];
  return [dx * c + dy * s, dy * c - dx * s];
}

/** Edges of the open eye at a place `outward` of its centre. Undefined outside the corners. */
export function lidEdges(shape: Shape, outward: number): [upper: number, lower: number] | undefined {
  const s = outward / shape.eyeWidth;
  if (s <= -1 || s >= 1) return undefined;
  const arch = 1 - s * s;
  return [shape.eyeUpper * arch ** 0.72 * (1 - 0.18 * s), -shape.eyeLower * arch ** 0.9 * (1 + 0.25 * s)];
}

/** How far the features stand out at a place of the base face. Unit: cm towards the camera. */
function relief(shape: Shape, x: number, y: number, z: number): number {
  const ax = Math.abs(x);
  let dz = 0;

  // Brow, sockets, cheekbones, cheeks
  dz += (0.1 + shape.browRidge) * bell((ax - 2.7) / 1.7, (y - 1.75) / 0.65);
  dz += 0.25 * shape.browRidge * bell(x / 1.2, (y - 1.6) / 0.8);
  dz -= (0.62 + shape.eyeDepth) * bell((ax - shape.eyeSpacing + 0.35) / 1.5, (y - 0.05) / 0.95);
  dz += shape.cheekbone * bell((ax - 4.7) / 1.3, (y + 2.2) / 1.1);
  dz += shape.cheekFullness * bell((ax - 4.3) / 1.4, (y + 5.4) / 1.8);
  dz -= 0.12 * shape.eyeBags * bell((ax - 2.6) / 1.0, (y + 1.75) / 0.35);
  dz += 0.1 * shape.eyeBags * bell((ax - 2.9) / 1.1, (y + 1.15) / 0.3);

  dz += noseRelief(shape, x, y);

  // Mouth
  const s = ax / shape.mouthWidth;
  const line = mouthLine(shape, x);
  if (s < 1.25) {
    const [upper, lower] = lipEdges(shape, x);
    const end = 1 - smoothstep(0.55, 1.05, s);
    const dome = (from: number, to: number): number => {
      const t = (y - from) / (to - from);
      return t <= 0 || t >= 1 ? 0 : Math.sqrt(4 * t * (1 - t)) * (1 - 0.35 * t);
    };
    dz += shape.lipForward * end * (0.9 * dome(line, upper + 0.1) + 1.1 * dome(line, lower - 0.1));
    dz -= 0.16 * (1 - smoothstep(0.9, 1.2, s)) * bell((y - line) / 0.14);
  }
  dz -= 0.18 * bell((ax - shape.mouthWidth - 0.12) / 0.3, (y - line) / 0.4);
  dz -= 0.1 * bell(x / 0.28, (y + 5.4) / 0.5) - 0.06 * bell((ax - 0.5) / 0.2, (y + 5.4) / 0.5);

  // Chin
  dz += 0.4 * bell(x / (1.5 * shape.chinWidth), (y + 10.2) / 0.9);
  dz -= 0.25 * bell(x / 1.6, (y + 8.6) / 0.45);
  dz -= shape.chinCleft * bell(x / 0.22, (y + 10.3) / 0.6);

  // The lids lie on the eyeball; the ball is in front of the socket.
  const [outward, up] = eyePlace(shape, x, y);
  const r2 = outward * outward * 0.72 + up * up * 1.25;
  if (r2 < eyeballRadius ** 2) {
    const ball = -1.22 - 0.35 * shape.eyeDepth + Math.sqrt(eyeballRadius ** 2 - r2);
    const socket = z + dz;
    const lift = ball - socket;
    dz += lift > 0.25 ? lift : lift > -0.25 ? (lift + 0.25) ** 2 : 0;
  }
  return dz;
}

function noseRelief(shape: Shape, x: number, y: number): number {
  const ax = Math.abs(x);
  const tip = levels.noseTip + 0.5 * shape.noseTipUp;
  const t = (levels.nasion + 0.2 - y) / (levels.nasion + 0.2 - tip);
  if (t < -0.5) return 0;
  const along = clamp(t, 0, 1);
  const ridge =
    smoothstep(-0.5, 0.15, t) * shape.noseBridge * (1 - along) +
    shape.noseForward * along ** 1.15 +
    shape.noseHump * Math.sin(Math.PI * along) ** 2;
  const under = smoothstep(levels.noseBase - 0.08, mix(levels.noseBase, tip, 0.7), y);
  const half = mix(0.62, 0.92 * shape.noseWidth, along ** 1.3);
  const fall = Math.exp(-0.7 * (ax / half) ** 2);
  let dz = ridge * fall * under;
  dz += (0.25 + 0.35 * shape.noseTip) * bell(x / (0.62 + 0.15 * shape.noseTip), (y - tip - 0.05) / 0.55);
  const wing = 1.42 * shape.noseWidth;
  dz += shape.alae * bell((ax - wing) / 0.33, (y + 4.0) / 0.42);
  dz -= 0.22 * bell((ax - wing - 0.6) / 0.25, (y + 4.0) / 0.55); // the crease behind the wing
  dz -= 0.2 * bell((ax - 0.68 * shape.noseWidth) / 0.28, (y + 4.45) / 0.15); // nostril
  return dz;
}

/** From the base face with features to this person's proportions. */
function proportions(shape: Shape, salt: number, [x, y, z]: Vector): Vector {
  const wide = polyline(
    [
      [-20, shape.neckWidth],
      [-13, 0.5 * (shape.neckWidth + shape.jawWidth)],
      [-11, shape.jawWidth * mix(1, shape.chinWidth, 0.6)],
      [-7.5, shape.jawWidth * shape.width],
      [-2, shape.cheekWidth * shape.width],
      [5, shape.foreheadWidth * shape.width],
    ],
    y,
  );
  const front = smoothstep(-8, -0.5, z);
  const k = 0.5 * shape.irregular;
  const wobble = (salt2: number) => k * 2 * noise3(x / 3.3, y / 3.3, z / 5, salt + salt2);
  const jaw = shape.jawAngle * bell((y + 7.8) / 1.7, (z + 7) / 3);
  return [
    x * wide + Math.sign(x) * jaw * smoothstep(2, 5, Math.abs(x)) + wobble(1),
    stretch(shape, y) + wobble(2),
    z +
      front *
        (shape.chinForward * bell((y + 10.4) / 1.6) +
          shape.muzzle * bell((y + 6.6) / 2.2, x / 3) -
          (shape.foreheadSlope * Math.max(0, y - 2)) / 6) +
      wobble(3),
  ];
}

/** Heights from the base face to this person's: each part of the profile has its own length. */
export function stretch(shape: Shape, y: number): number {
  if (y >= 0) return y <= 2 ? y : 2 + (y - 2) * shape.foreheadHeight;
  const parts = [
    [levels.noseBase, shape.noseLength],
    [levels.mouth, shape.upperLipLength],
    [levels.chin, shape.chinLength],
    [-100, 1],
  ] as const;
  let [from, sum] = [0, 0];
  for (const [to, factor] of parts) {
    const reach = Math.max(y, to);
    sum += (reach - from) * factor;
    if (y >= to) break;
    from = to;
  }
  return sum;
}

/** The surface over a base point; `lift` raises it along the outward direction (hair). */
export function surface(shape: Shape, salt: number, base: Vector, lift = 0): Vector {
  const [x, y, z] = base;
  const front = smoothstep(-7, -3.5, z);
  const point: Vector = [x, y, z + (front > 0 ? front * relief(shape, x, y, z) : 0)];
  if (lift > 0) {
    const [dx, dy, dz] = [x, 0.9 * (y - 1.5), z + 9];
    const scale = lift / Math.max(1, Math.hypot(dx, dy, dz));
    point[0] += dx * scale;
    point[1] += dy * scale;
    point[2] += dz * scale;
  }
  return proportions(shape, salt, point);
}

/** Offset of a full smile at a base place. */
export function smileOffset(shape: Shape, x: number, y: number): Vector {
  const ax = Math.abs(x);
  const side = Math.sign(x);
  const over = ax - shape.mouthWidth;
  const k = over > 0 ? bell(over / 1.1) : (ax / shape.mouthWidth) ** 1.2;
  const mouth = k * bell((y - mouthLine(shape, x)) / (y > levels.mouth ? 1.5 : 1.2));
  const cheek = bell((ax - 4) / 1.2, (y + 3.1) / 1.2);
  const fold = bell((ax - 3.1) / 0.35, (y + 5.2) / 1.1);
  return [
    side * (1.1 * mouth + 0.15 * cheek),
    0.5 * mouth * k + 0.4 * cheek,
    -0.45 * mouth * k + 0.45 * cheek - 0.22 * fold,
  ];
}

/** Offset of a blink on request at a base place: the brow comes down and the cheek up a little. */
export function squintOffset(shape: Shape, x: number, y: number): Vector {
  const ax = Math.abs(x);
  const brow = bell((ax - shape.eyeSpacing) / 1.7, (y - 1.9) / 0.75);
  const cheek = bell((ax - shape.eyeSpacing) / 1.6, (y + 1.5) / 0.7);
  return [0, 0.3 * cheek - 0.4 * brow, 0.1 * cheek + 0.1 * brow];
}

/** Offset of a mouth opened by one centimetre at a base place. */
export function openOffset(shape: Shape, x: number, y: number, z: number): Vector {
  const s = Math.abs(x) / shape.mouthWidth;
  const inside = 1 - smoothstep(0.6, 1.02, s);
  const line = mouthLine(shape, x);
  const lips = smoothstep(line + 0.07, line - 0.07, y);
  const outside = smoothstep(-5.2, -8.6, y);
  const jaw =
    mix(outside, lips, inside * bell(Math.max(0, line - y - 1) / 1.5)) *
    smoothstep(-15, -12, y) *
    smoothstep(-9, -3, z);
  const lift = 0.18 * inside * smoothstep(line - 0.07, line + 0.07, y) * bell((y - line) / 0.9);
  return [-0.12 * x * jaw * 0.3, -jaw + lift, -0.3 * jaw];
}
