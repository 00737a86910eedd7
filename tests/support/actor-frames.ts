/**
 * The key poses of a rendered person, each once in the dark and once as the difference that the screen's light makes.
 * From these a page can play the person at camera speed: choose a pose, add the light it is shown.
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RgbaFrame } from '@blindsight/face';
import { encodeJpeg } from '@blindsight/face/node';
import {
  atRest,
  createPerson,
  createRenderer,
  type Moment,
  type Traits,
  varied,
} from '@blindsight/face/synthetic';

const cache = join(import.meta.dirname, '../../.cache/actors');
const size = { width: 640, height: 480 } as const;

/** Names of poses; a movement is its poses in this order, from rest. */
export const poses: Readonly<Record<'rest' | 'left' | 'right' | 'closer' | 'smile' | 'blink', number>> = {
  rest: 1,
  left: 8,
  right: 8,
  closer: 6,
  smile: 4,
  blink: 2,
};
export type PoseName = keyof typeof poses;

/** JPEG, base64. */
export interface PoseFrames {
  readonly dark: string;
  /** What the screen adds at full white; added to `dark` in the share that is lit, channel by channel. */
  readonly light: string;
}
export type ActorFrames = Readonly<Record<PoseName, readonly PoseFrames[]>>;

/** The most of each movement. Turns a little beyond the 15 degrees that are asked for. */
const change = (name: PoseName, share: number, rest: Moment): Partial<Moment> => {
  switch (name) {
    case 'left':
      return { yaw: rest.yaw + 24 * share };
    case 'right':
      return { yaw: rest.yaw - 24 * share };
    case 'closer':
      return { distance: rest.distance / (1 + 0.34 * share) };
    case 'smile':
      return { smile: share };
    case 'blink':
      return { blink: share };
    case 'rest':
      return {};
  }
};

/** Two people who are unlike each other and of whom the landmarks see every movement, which of some smiles they do not. */
export const ada = (): ActorFrames => actorFrames('w2', 'enrol', { masculine: -1, melanin: 0.15, age: 0.3 });
export const eve = (): ActorFrames => actorFrames('m2', 'enrol', { masculine: 1, melanin: 0.85, age: 0.5 });

/** Rendered once for each text and take, about 5 s, and kept in `.cache`. */
export function actorFrames(text: string, take: string, traits: Partial<Traits> = {}): ActorFrames {
  const name = createHash('sha256')
    .update(JSON.stringify([text, take, traits, poses, 1]))
    .digest('hex')
    .slice(0, 16);
  const file = join(cache, `${name}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as ActorFrames;

  const person = createPerson(text, traits);
  const renderer = createRenderer(person, { ...size, room: `${text}/${take}` });
  // an evenly lit room, a little dim, as somebody would choose who wants the screen to be seen
  const rest: Moment = { ...atRest, ...varied(`${text}/${take}`), yaw: 0, pitch: 0, roll: 0, noise: 0.6 };
  const at = (moment: Partial<Moment>, screen: number) =>
    renderer.render({ ...rest, ...moment, screen: [screen, screen, screen] }).data;
  const picture = (moment: Partial<Moment>): PoseFrames => {
    const dark = at(moment, 0);
    const lit = at(moment, 0.45);
    const light = lit.map((value, i) => (i % 4 === 3 ? 255 : Math.max(0, value - dark[i]!)));
    return { dark: jpeg(dark), light: jpeg(light) };
  };
  const frames = Object.fromEntries(
    Object.entries(poses).map(([name, count]) => [
      name,
      Array.from({ length: count }, (_, i) => picture(change(name as PoseName, (i + 1) / count, rest))),
    ]),
  ) as unknown as ActorFrames;
  mkdirSync(cache, { recursive: true });
  writeFileSync(file, JSON.stringify(frames));
  return frames;
}

const jpeg = (data: RgbaFrame['data']): string =>
  Buffer.from(encodeJpeg({ ...size, data })).toString('base64');
