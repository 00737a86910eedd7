/**
 * A camera that is none: a script in the page that plays pictures of a rendered person and does whatever the page asks
 * for, light included. It stands for a person in tests that need a challenge answered in a browser, where a film cannot
 * react; and it is the known limit itself, that a page cannot tell it from a camera.
 * @module
 */
import { encodeJpeg } from '@blindsight/face/node';
import { type Act, createActor, createRenderer, type Person } from '@blindsight/face/synthetic';
import type { BrowserContext } from 'playwright-core';

/** Pictures of a second. More would only be more bytes to hand over. */
const rate = 12;
/** How the person sits in all of them: the pages' own light, nothing turned. */
const page = [0.5, 0.5, 0.5] as const;

const acts: Readonly<Record<string, Act | undefined>> = {
  rest: undefined,
  'turn/left': { do: 'turn', yaw: 22 },
  'turn/right': { do: 'turn', yaw: -22 },
  'closer/': { do: 'closer', ratio: 1.36 },
  'smile/': { do: 'smile' },
  'blink/': { do: 'blink' },
};

/** By what the page asks for, as base64 of JPEG files. */
type Clips = Readonly<Record<string, readonly string[]>>;

/** In every page of the context from its next load on. `lateMs`: the light is answered so much later than by a face. */
export async function plantObedientCamera(
  context: BrowserContext,
  person: Person,
  { take = 'browser', lateMs = 0 } = {},
): Promise<void> {
  const clips = renderClips(person, take);
  await context.addInitScript(playClips, { clips, rate, lightDelayMs: 80 + lateMs });
}

function renderClips(person: Person, take: string): Clips {
  const renderer = createRenderer(person);
  return Object.fromEntries(
    Object.entries(acts).map(([name, act]) => {
      const actor = createActor(person, { take }, renderer);
      actor.screen(page, 0);
      const end = act ? actor.cue(act, 0) : 2000;
      const pictures = Array.from({ length: Math.ceil((end / 1000) * rate) }, (_, i) =>
        Buffer.from(encodeJpeg(actor.frameAt((1000 * i) / rate))).toString('base64'),
      );
      return [name, pictures];
    }),
  );
}

/** Runs in the page, before its own scripts. Knows the page by the marks the tests use. */
function playClips({
  clips,
  rate,
  lightDelayMs,
}: {
  readonly clips: Clips;
  readonly rate: number;
  readonly lightDelayMs: number;
}): void {
  // Not every document has cameras: the relying party's page is one of them.
  if (!navigator.mediaDevices) return;
  const reactionMs = 350;
  const decode = (text: string): Promise<ImageBitmap> =>
    createImageBitmap(new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))]));

  navigator.mediaDevices.getUserMedia = async () => {
    const pictures = new Map<string, ImageBitmap[]>();
    for (const [name, list] of Object.entries(clips)) pictures.set(name, await Promise.all(list.map(decode)));
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [640, 480];
    const context = canvas.getContext('2d')!;
    let asked = '';
    let act = { name: 'rest', from: 0 };
    const shone: { readonly at: number; readonly colour: string }[] = [];

    const draw = (): void => {
      const now = performance.now();
      const step = document.querySelector<HTMLElement>('[data-testid="step"]');
      const light = document.querySelector<HTMLElement>('[data-testid="light"]');
      const wanted = step ? `${step.dataset['kind']}/${step.dataset['direction'] ?? ''}` : '';
      if (wanted !== asked) {
        asked = wanted;
        if (pictures.has(wanted)) act = { name: wanted, from: now + reactionMs };
      }
      const colour = light ? light.style.backgroundColor : '';
      if (colour !== (shone.at(-1)?.colour ?? '')) shone.push({ at: now, colour });

      const playing = pictures.get(act.name)!;
      const at = Math.floor(((now - act.from) * rate) / 1000);
      const rest = pictures.get('rest')!;
      const resting = Math.floor((now * rate) / 1000) % rest.length;
      const picture = act.name !== 'rest' && at >= 0 && at < playing.length ? playing[at]! : rest[resting]!;
      context.globalCompositeOperation = 'source-over';
      context.drawImage(picture, 0, 0);

      // The light falls on the face, in the middle of the picture, and not on the wall.
      const seen = shone.findLast((one) => one.at <= now - lightDelayMs)?.colour;
      if (seen) {
        context.globalCompositeOperation = 'lighter';
        context.globalAlpha = 0.12;
        context.fillStyle = seen;
        context.beginPath();
        context.ellipse(320, 250, 120, 170, 0, 0, 2 * Math.PI);
        context.fill();
        context.globalAlpha = 1;
      }
    };
    draw();
    const timer = setInterval(draw, 33);
    const stream = canvas.captureStream(30);
    stream.getVideoTracks()[0]!.addEventListener('ended', () => clearInterval(timer));
    return stream;
  };
}
