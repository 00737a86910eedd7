/**
 * Who or what is held before the camera to deceive it. Each answers the challenge as well as its kind can.
 * @module
 */
import type { RgbaFrame } from '@blindsight/face';
import { type LivenessStep, lightOf } from '@blindsight/face/liveness';
import { createActor, createRenderer, type Person } from '@blindsight/face/synthetic';
import { random } from '../../packages/face/src/synthetic/random.ts';
import { renderedSubject, type Subject } from './liveness.ts';

/** A frozen frame in place of the camera. */
export function still(person: Person): Subject {
  const frame = createActor(person, { take: 'stolen' }, createRenderer(person)).frameAt(0);
  return { frameAt: () => frame };
}

/** A printed photograph on a stand: it has the camera's noise and answers the light of the screen, and does not move. */
export function standing(person: Person): Subject {
  return photograph(person, () => restingPose);
}

/** A printed photograph that is turned, tilted, leaned, carried about and brought nearer by hand. */
export function waved(person: Person, seed: string): Subject {
  const r = random(`waved/${seed}`);
  const swing = (most: number, slowest: number) => {
    const [size, period, phase] = [r.between(0.6, 1) * most, r.between(900, slowest), r.between(0, 7)];
    return (at: number): number => size * Math.sin((2 * Math.PI * at) / period + phase);
  };
  const [yaw, pitch, roll] = [swing(45, 2500), swing(25, 3000), swing(15, 2500)];
  const [x, y, nearer] = [swing(0.08, 3000), swing(0.06, 3000), swing(0.15, 4000)];
  // Held still first, as an attacker does to get past the gates.
  const start = 1500;
  return photograph(person, (at) =>
    at < start
      ? restingPose
      : { yaw: yaw(at), pitch: pitch(at), roll: roll(at), x: x(at), y: y(at), zoom: 1.12 + nearer(at) },
  );
}

/** A film of the person doing another challenge, on a screen that is held before the camera. */
export function screenReplay(person: Person, recorded: readonly LivenessStep[]): Subject {
  const actor = createActor(person, { take: 'recorded' }, createRenderer(person));
  const subject = renderedSubject(person, { take: 'recorded' }, actor);
  let at = 1600;
  for (const step of recorded) {
    if (step.kind === 'light') subject.screen!(step, at);
    else subject.asked!(step, at);
    at += step.kind === 'light' ? step.ms + 100 : 2200;
  }
  // A screen has its own glow, its own grid and no more contrast than that.
  const pose = { ...restingPose, yaw: 3, pitch: 2 };
  return { frameAt: (time) => held(actor.frameAt(time), pose, [1, 1, 1], screenGrid, Math.round(time)) };
}

/** The person, live and obedient, but lit by a code that was drawn for another challenge. */
export function oldLight(person: Person, recorded: readonly LivenessStep[]): Subject {
  const subject = renderedSubject(person, { take: 'recorded' });
  const codes = recorded.filter((step) => step.kind === 'light');
  let k = 0;
  return {
    ...subject,
    screen: (step, at) => subject.screen!(step && codes[k++ % codes.length]!, at),
  };
}

/** The person's answer, carried in from elsewhere `lateMs` too late. */
export function lateRelay(person: Person, lateMs = 700): Subject {
  return renderedSubject(person, { take: 'relayed', lightDelay: 80 + lateMs });
}

/** One person gets into place, another does the challenge: the change is a cut in front of the camera. */
export function swapped(first: Person, second: Person): Subject {
  const subjects = [
    renderedSubject(first, { take: 'one' }),
    renderedSubject(second, { take: 'other' }),
  ] as const;
  let begun = Number.POSITIVE_INFINITY;
  const both = (act: (subject: Subject) => void, at: number): void => {
    begun = Math.min(begun, at);
    for (const subject of subjects) act(subject);
  };
  return {
    frameAt: (at) => subjects[at > begun + 600 ? 1 : 0].frameAt(at),
    screen: (step, at) => both((subject) => subject.screen!(step, at), at),
    asked: (step, at) => both((subject) => subject.asked!(step, at), at),
  };
}

/** How something flat is held. Angles in degrees, place in frame heights, `zoom` 1: fills the frame. */
interface Pose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

const restingPose: Pose = { yaw: 0, pitch: 0, roll: 0, x: 0, y: 0, zoom: 1.1 };

type Rgb = readonly [number, number, number];

/** Paper, lit by the screen like a face would be. */
function photograph(person: Person, poseAt: (at: number) => Pose): Subject {
  const picture = createActor(person, { take: 'stolen' }, createRenderer(person)).frameAt(0);
  const changes: { at: number; light: Rgb }[] = [];
  const lightAt = (at: number): Rgb =>
    changes.findLast((change) => change.at <= at)?.light ?? [0.5, 0.5, 0.5];
  return {
    frameAt(at) {
      const light = lightAt(at - 80).map((level) => (1 + 0.35 * level) ** 0.45 / 1.07) as unknown as Rgb;
      return held(picture, poseAt(at), light, () => 1, Math.round(at));
    },
    screen: (step, at) => changes.push({ at, light: step ? lightOf(step.colour) : [0.5, 0.5, 0.5] }),
  };
}

/** Lines of a display as a camera sees them. */
const screenGrid = (x: number, y: number): number =>
  1 + 0.03 * Math.sin(x * 1.9) * Math.sin(y * 1.7) + 0.02 * Math.sin((x + y) * 0.11);

/** A flat picture in space, seen by a camera of its own: perspective, noise, a grey room behind. */
function held(
  { width, height, data }: RgbaFrame,
  pose: Pose,
  light: Rgb,
  texture: (x: number, y: number) => number,
  seed: number,
): RgbaFrame {
  const out = new Uint8ClampedArray(4 * width * height);
  const focal = 1.3 * height;
  const distance = focal / pose.zoom;
  const [u, v, n] = axes(pose);
  const [cx, cy] = [pose.x * distance * (height / focal), pose.y * distance * (height / focal)];
  const facing = n[0] * cx + n[1] * cy + n[2] * distance;
  let state = (seed * 2654435761) >>> 0 || 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [rx, ry] = [(x - width / 2) / focal, (y - height / 2) / focal];
      const t = facing / (n[0] * rx + n[1] * ry + n[2]);
      const [px, py, pz] = [t * rx - cx, t * ry - cy, t - distance];
      const a = px * u[0] + py * u[1] + pz * u[2] + width / 2;
      const b = px * v[0] + py * v[1] + pz * v[2] + height / 2;
      const [x0, y0] = [Math.floor(a), Math.floor(b)];
      const inside = t > 0 && x0 >= 0 && y0 >= 0 && x0 < width - 1 && y0 < height - 1;
      const i = 4 * (y * width + x);
      const p = 4 * (y0 * width + x0);
      const gain = inside ? texture(a, b) : 1;
      for (let c = 0; c < 3; c++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        const noise = state / 2 ** 30 - 2;
        let value = 75;
        if (inside) {
          const [right, lower] = [a - x0, b - y0];
          const above = (1 - right) * data[p + c]! + right * data[p + 4 + c]!;
          const below = (1 - right) * data[p + 4 * width + c]! + right * data[p + 4 * width + 4 + c]!;
          value = ((1 - lower) * above + lower * below) * gain * light[c]!;
        }
        out[i + c] = value + noise;
      }
      out[i + 3] = 255;
    }
  }
  return { width, height, data: out };
}

/** Right, down and forward of the picture, turned by yaw, then pitch, then roll. */
function axes({ yaw, pitch, roll }: Pose): [Rgb, Rgb, Rgb] {
  const [cy, sy, cp, sp, cr, sr] = [yaw, pitch, roll].flatMap((degrees) => {
    const angle = (degrees * Math.PI) / 180;
    return [Math.cos(angle), Math.sin(angle)];
  }) as [number, number, number, number, number, number];
  const right: Rgb = [cy * cr + sy * sp * sr, cp * sr, -sy * cr + cy * sp * sr];
  const down: Rgb = [-cy * sr + sy * sp * cr, cp * cr, sy * sr + cy * sp * cr];
  return [
    right,
    down,
    [
      right[1] * down[2] - right[2] * down[1],
      right[2] * down[0] - right[0] * down[2],
      right[0] * down[1] - right[1] * down[0],
    ],
  ];
}
