/**
 * A rendered person in front of a camera over time: small natural movement, and acts on cue.
 * @module
 */
import type { RgbaFrame } from '../core/frame.ts';
import { atRest, type Moment } from './moment.ts';
import type { Person, Rgb } from './person.ts';
import { hashText, mix, noise3, random, smoothstep } from './random.ts';
import { createRenderer, type Renderer, type RendererOptions } from './renderer.ts';

/** What a challenge can ask for. Times in milliseconds. */
export type Act =
  /** Turns the head, holds, and comes back; degrees with the signs of `Pose`. */
  | { readonly do: 'turn'; readonly yaw: number; readonly pitch?: number; readonly hold?: number }
  /** Moves until the face is `ratio` times as large, holds, and goes back. */
  | { readonly do: 'closer'; readonly ratio: number; readonly hold?: number }
  | { readonly do: 'smile'; readonly hold?: number }
  | { readonly do: 'blink' };

/** Begins `at` milliseconds of the film. */
export interface Cue {
  readonly at: number;
  readonly act: Act;
}

/** From `at` on the screen shines this colour (linear, 0..1 each). */
export interface ScreenChange {
  readonly at: number;
  readonly colour: Rgb;
}

export interface ActorOptions extends RendererOptions {
  /** Different takes of one person differ in their small movements, light and noise. */
  readonly take?: string;
  /** Where the person sits, how the room is lit. Default: a little different in every take. */
  readonly start?: Partial<Moment>;
  /** From a change of the screen to the frame that shows it. Unit: milliseconds. */
  readonly lightDelay?: number;
  /** Share of the room's light that the screen adds at full white. */
  readonly screenStrength?: number;
}

/** A person who can be told what to do while the camera runs. */
export interface Actor {
  /** Returns when the act will be over. Acts may overlap; they add up. */
  cue(act: Act, at: number): number;
  screen(colour: Rgb, at: number): void;
  momentAt(at: number): Moment;
  frameAt(at: number): RgbaFrame;
}

const dark: Rgb = [0.08, 0.08, 0.09];

export function createActor(
  person: Person,
  options: ActorOptions = {},
  renderer: Renderer = createRenderer(person, options),
): Actor {
  const { take = 'first', lightDelay = 80, screenStrength = 0.35 } = options;
  const start = { ...varied(`${person.seed}/${take}`), ...options.start };
  const salt = hashText(`movement/${person.seed}/${take}`);
  const cues: Cue[] = [];
  const changes: ScreenChange[] = [];
  const ownBlinks = spontaneousBlinks(salt);

  const colourAt = (at: number): Rgb => changes.findLast((change) => change.at <= at)?.colour ?? dark;

  const momentAt = (at: number): Moment => {
    const sway = (k: number, period: number): number => noise3(at / period, k, 0, salt);
    let [yaw, pitch, roll] = [
      start.yaw + 1.3 * sway(1, 900),
      start.pitch + 1 * sway(2, 1100),
      start.roll + 0.8 * sway(3, 1300),
    ];
    let [blink, smile, distance] = [start.blink, start.smile, start.distance + 0.35 * sway(6, 1500)];
    for (const close of ownBlinks) {
      if (close > at) break;
      blink = Math.max(blink, blinkAt(at - close));
    }
    for (const { at: from, act } of cues) {
      const t = at - from;
      if (act.do === 'blink') blink = Math.max(blink, blinkAt(t, deliberateHold));
      else {
        const amount = envelope(t, act.hold ?? defaultHold);
        if (act.do === 'turn') {
          yaw += amount * (act.yaw - start.yaw);
          pitch += amount * ((act.pitch ?? start.pitch) - start.pitch);
        } else if (act.do === 'closer') distance *= mix(1, 1 / act.ratio, amount);
        else smile = Math.max(smile, broadSmile * amount);
      }
    }
    // The camera gathers light for most of a frame: a change is spread over it.
    const [now, before] = [colourAt(at - lightDelay), colourAt(at - lightDelay - 17)];
    const screen = [0, 1, 2].map((c) => screenStrength * 0.5 * (now[c]! + before[c]!)) as unknown as Rgb;
    return {
      ...start,
      yaw,
      pitch,
      roll,
      x: start.x + 0.25 * sway(4, 1000),
      y: start.y + 0.2 * sway(5, 1200),
      distance,
      blink: Math.min(1, blink),
      smile,
      open: Math.max(start.open, smile > 0.5 ? 0.35 * (smile - 0.5) : 0),
      screen,
      frame: Math.round(at),
    };
  };

  return {
    cue(act, at) {
      cues.push({ act, at });
      return at + (act.do === 'blink' ? blinkLength + deliberateHold : 2 * ramp + (act.hold ?? defaultHold));
    },
    screen(colour, at) {
      changes.push({ at, colour });
      changes.sort((a, b) => a.at - b.at);
    },
    momentAt,
    frameAt: (at) => renderer.render(momentAt(at)),
  };
}

export interface Script extends ActorOptions {
  /** Length of the film. Unit: milliseconds. */
  readonly length: number;
  readonly cues?: readonly Cue[];
  readonly screen?: readonly ScreenChange[];
  /** Default 30. */
  readonly framesPerSecond?: number;
}

/** The frames of a film, one after the other; each is a new buffer. */
export function* renderFilm(person: Person, script: Script): Generator<RgbaFrame, void, undefined> {
  const actor = createActor(person, script);
  for (const { act, at } of script.cues ?? []) actor.cue(act, at);
  for (const { colour, at } of script.screen ?? []) actor.screen(colour, at);
  const step = 1000 / (script.framesPerSecond ?? 30);
  const count = Math.round(script.length / step);
  for (let i = 0; i < count; i++) yield actor.frameAt(i * step);
}

const ramp = 450;
const defaultHold = 500;
const blinkLength = 300;
/** People who are asked to blink take their time. Unit: ms. */
const deliberateHold = 100;
/** People who are asked to smile overdo it. */
const broadSmile = 1.3;

/** 0, up in `ramp`, 1 for `hold`, down in `ramp`. */
function envelope(t: number, hold: number): number {
  return smoothstep(0, ramp, t) * smoothstep(2 * ramp + hold, ramp + hold, t);
}

/** Closed for about 100 ms, and `hold` longer when it was asked for. */
function blinkAt(t: number, hold = 0): number {
  return smoothstep(0, 80, t) * smoothstep(blinkLength + hold, 180 + hold, t);
}

/** Every 2.5 to 6 seconds, for ten minutes. Unit: milliseconds. */
function spontaneousBlinks(salt: number): number[] {
  const r = random(`blinks/${salt}`);
  const times: number[] = [];
  for (let at = r.between(1500, 5000); at < 600_000; at += r.between(2500, 6000)) times.push(at);
  return times;
}

/** The same person on another day: other light, another place before the camera. */
export function varied(seed: string): Moment {
  const r = random(`take/${seed}`);
  const bright = r.between(0.85, 1.15);
  const warm = r.between(-0.06, 0.1);
  const tint = (v: number): Rgb => [v * (1 + warm), v, v * (1 - warm)];
  return {
    ...atRest,
    yaw: r.between(-4, 4),
    pitch: r.between(-3, 3),
    roll: r.between(-3, 3),
    x: r.between(-1.5, 1.5),
    y: r.between(0, 2),
    distance: r.between(43, 50),
    smile: r.between(0, 0.12),
    ambient: tint(bright * r.between(0.22, 0.32)),
    lamp: {
      from: [r.pick([-1, 1]) * r.between(0.2, 0.8), r.between(0.3, 0.8), 0.7],
      colour: tint(bright * r.between(0.85, 1.1)),
    },
    noise: r.between(1.2, 2.6),
  };
}
