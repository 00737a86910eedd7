/**
 * A camera made of script: replaces `getUserMedia` by a canvas on which a rendered person is painted who does what the
 * page asks and is lit by what the page shows. In tests only, and the reason for one of them: a script that obeys the
 * page is a person to it.
 */
import type { BrowserContext } from 'playwright-core';
import type { ActorFrames } from '../../support/actor-frames.ts';

export interface ActorOptions {
  /** From what the page shows to the frame that shows it. Unit: ms. */
  readonly lightDelay?: number;
  /** From a request to the beginning of the movement. Unit: ms. */
  readonly reaction?: number;
  /**
   * `person` obeys. `still`: one frame. `waved`: one picture, turned about its upright axis as a print in a hand.
   * `old-light`: obeys, but is lit by another code. `recorded`: the film of another challenge, its light and its
   * movements. `idle`: looks, and does nothing that is asked.
   */
  readonly plays?: 'person' | 'still' | 'waved' | 'old-light' | 'recorded' | 'idle';
  /** Another person from the n-th step on. */
  readonly swap?: { readonly at: number; readonly frames: ActorFrames };
  /** Drawn so large; 0.4 is too far away. */
  readonly scale?: number;
  /** CSS filter over everything. */
  readonly filter?: string;
  /** Ends the track after so long. Unit: ms. */
  readonly unplugAfter?: number;
}

type Played = Omit<ActorOptions, 'swap'> & { readonly swapAt: number | undefined };

const path = '/__actor__/';
/** Called in the page, where a test has exposed it, with the kind of each step that comes on the screen. */
export const sawStep = 'actorSawStep';

/** For every page of the context that is opened from now on; call it again to change who is there. */
export async function playActor(
  context: BrowserContext,
  frames: ActorFrames,
  { swap, ...options }: ActorOptions = {},
): Promise<void> {
  const files: Record<string, object> = {
    frames,
    swap: swap?.frames ?? frames,
    options: { ...options, swapAt: swap?.at } satisfies Played,
  };
  await context.unroute(`**${path}*`);
  await context.route(`**${path}*`, (route) => {
    const body = JSON.stringify(files[new URL(route.request().url()).pathname.slice(path.length)]);
    return route.fulfill({ contentType: 'application/json', body });
  });
}

/** Once for each context, before its pages open a camera. */
export async function installActorCamera(context: BrowserContext): Promise<void> {
  await context.addInitScript(cameraScript, { from: path, sawStep });
}

/** Runs in the page; everything it needs is in it. */
function cameraScript({ from, sawStep }: { readonly from: string; readonly sawStep: string }): void {
  type Pose = { dark: ImageBitmap; light: ImageBitmap };
  type Poses = Record<string, Pose[]>;
  const [width, height] = [640, 480];
  const load = async (name: string) => (await fetch(from + name)).json();
  const bitmap = async (base64: string) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    return createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
  };
  const decode = async (frames: Record<string, { dark: string; light: string }[]>): Promise<Poses> => {
    const entries = Object.entries(frames).map(async ([name, list]) => [
      name,
      await Promise.all(
        list.map(async ({ dark, light }) => ({ dark: await bitmap(dark), light: await bitmap(light) })),
      ),
    ]);
    return Object.fromEntries(await Promise.all(entries)) as Poses;
  };
  const canvasOf = () => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    return [canvas, canvas.getContext('2d')!] as const;
  };

  const prepare = async () => {
    const options = (await load('options')) as Played;
    const frames = await load('frames').then(decode);
    const other = options.swapAt === undefined ? frames : await load('swap').then(decode);
    return { options, frames, other };
  };
  // While the page is read: a camera would need no time for it.
  const prepared = /^\/(sign-in|enrol|account)/.test(location.pathname) ? prepare() : undefined;
  prepared?.catch(() => {});

  async function open(): Promise<MediaStream> {
    const { options, frames, other } = await (prepared ?? prepare());
    const {
      lightDelay = 40,
      reaction = 350,
      plays = 'person',
      scale = 1,
      filter,
      unplugAfter,
      swapAt,
    } = options;
    const [canvas, context] = canvasOf();
    const [scratch, lit] = canvasOf();
    const [noise, grain] = canvasOf();
    const pixels = grain.createImageData(width, height);
    for (let i = 0; i < pixels.data.length; i += 4) {
      const value = Math.random() * 255;
      pixels.data.set([value, value, value, 10], i);
    }
    grain.putImageData(pixels, 0, 0);

    type Seen = { at: number; light: number[] };
    const seen: Seen[] = [{ at: 0, light: [0.5, 0.5, 0.5] }];
    const levels = (colour: string) =>
      colour
        .match(/[\d.]+/g)!
        .slice(-3)
        .map(Number);
    const opened = performance.now();
    const recorded = ['left', 'smile', 'closer', 'right', 'blink'];
    const codes = ['red', 'cyan', 'green', 'magenta', 'blue', 'yellow'];
    let act: { name: string; from: number; hold: number } | undefined;
    let step: string | undefined;
    let steps = 0;

    /** What the page shows and asks now, as a person in front of it would see it. */
    const watch = (now: number) => {
      const field = document.querySelector<HTMLElement>('[data-testid="light"]');
      let light = [0.5, 0.5, 0.5];
      if (field) light = levels(getComputedStyle(field).backgroundColor);
      if (field && (plays === 'old-light' || plays === 'recorded')) {
        const code = codes[Math.floor(now / 450) % codes.length]!;
        const bits = ['black', 'blue', 'green', 'cyan', 'red', 'magenta', 'yellow'].indexOf(code);
        light = [4, 2, 1].map((mask) => (bits & mask ? 1 : 0.2));
      }
      seen.push({ at: now, light });
      if (plays === 'recorded') {
        // at rest for as long as getting into place takes
        const move = Math.floor((now - opened - 4000) / 2700);
        const name = recorded[move % recorded.length];
        if (name && name !== act?.name) act = { name, from: now, hold: name === 'blink' ? 200 : 900 };
      }
      const asked = document.querySelector<HTMLElement>('[data-testid="step"]');
      const shown = asked?.textContent?.match(/\d+/)?.[0];
      const key = asked ? `${shown}/${asked.dataset['kind']}` : undefined;
      if (key === step) return;
      step = key;
      if (!asked) return;
      steps++;
      const kind = asked.dataset['kind']!;
      (window as unknown as Record<string, ((kind: string) => void) | undefined>)[sawStep]?.(kind);
      const name = kind === 'turn' ? asked.dataset['direction']! : kind;
      if (kind !== 'light' && plays !== 'recorded')
        act = { name, from: now + reaction, hold: kind === 'blink' ? 200 : 900 };
    };
    const pose = (now: number): Pose => {
      const people = swapAt !== undefined && steps >= swapAt ? other : frames;
      const list = act && plays !== 'idle' && plays !== 'still' ? people[act.name] : undefined;
      if (!list || !act) return people['rest']![0]!;
      const ramp = act.name === 'blink' ? 90 : 450;
      // once more, if it was not seen
      const t = (now - act.from) % (2 * ramp + act.hold + 900);
      const share = Math.min(t / ramp, (2 * ramp + act.hold - t) / ramp, 1);
      const at = Math.round(share * list.length) - 1;
      return at < 0 ? people['rest']![0]! : list[at]!;
    };
    const paint = ({ dark, light }: Pose, now: number) => {
      const past = seen.findLast(({ at }) => at <= now - lightDelay) ?? seen[0]!;
      const [r, g, b] = past.light.map((level) => Math.round(255 * level));
      lit.globalCompositeOperation = 'copy';
      lit.drawImage(light, 0, 0);
      lit.globalCompositeOperation = 'multiply';
      lit.fillStyle = `rgb(${r} ${g} ${b})`;
      lit.fillRect(0, 0, width, height);
      const sway = plays === 'still' ? 0 : 1;
      const [dx, dy] = [2 * sway * Math.sin(now / 900), 1.5 * sway * Math.cos(now / 1300)];
      context.filter = filter ?? 'none';
      context.globalCompositeOperation = 'copy';
      context.setTransform(
        scale,
        0,
        0,
        scale,
        (1 - scale) * (width / 2) + dx,
        (1 - scale) * (height / 2) + dy,
      );
      context.drawImage(dark, 0, 0);
      context.globalCompositeOperation = 'lighter';
      context.drawImage(scratch, 0, 0);
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.filter = 'none';
      context.globalCompositeOperation = 'source-over';
      // over a filter it would take the edge off what the filter has clipped
      if (plays !== 'still' && !filter)
        context.drawImage(noise, -Math.random() * 40, -Math.random() * 40, width + 40, height + 40);
    };
    /** A print turned about its upright axis: columns, nearer ones larger. */
    const paintPrint = (now: number) => {
      const { dark } = frames['rest']![0]!;
      const angle = act ? 0.6 * Math.sin((now - act.from) / 350) : 0;
      context.fillStyle = '#777';
      context.fillRect(0, 0, width, height);
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      for (let x = 0; x < width; x += 2) {
        const u = (x + 1 - width / 2) / width;
        const near = 1 / (1 - 0.7 * u * sin);
        const at = width / 2 + u * cos * near * width;
        context.drawImage(dark, x, 0, 2, height, at - 2, (height * (1 - near)) / 2, 4, height * near);
      }
      context.drawImage(noise, -Math.random() * 40, -Math.random() * 40, width + 40, height + 40);
    };
    const timer = setInterval(() => {
      const now = performance.now();
      watch(now);
      if (plays === 'waved') paintPrint(now);
      else paint(pose(now), now);
    }, 40);
    const stream = canvas.captureStream(25);
    const [track] = stream.getVideoTracks();
    const stop = track!.stop.bind(track);
    track!.stop = () => {
      clearInterval(timer);
      stop();
    };
    if (unplugAfter !== undefined) setTimeout(() => track!.dispatchEvent(new Event('ended')), unplugAfter);
    return stream;
  }

  const { mediaDevices } = navigator;
  if (mediaDevices) mediaDevices.getUserMedia = open;
}
