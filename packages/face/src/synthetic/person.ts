/**
 * Who a rendered person is: every number that stays the same from frame to frame, drawn from one seed.
 * The proportions are hand-made (an adult head after drawing-school canons); nothing is fitted to pictures.
 * @module
 */
import { clamp, hashText, mix, type Random, random } from './random.ts';

/** Linear light, 0..1. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Unit: centimetres, unless it is a factor. Origin between the eyes, x to the right of the picture, y up, z to the camera. */
export interface Shape {
  readonly width: number;
  readonly cheekWidth: number;
  readonly jawWidth: number;
  readonly chinWidth: number;
  readonly foreheadWidth: number;
  readonly foreheadHeight: number;
  readonly noseLength: number;
  readonly upperLipLength: number;
  readonly chinLength: number;
  readonly chinForward: number;
  readonly foreheadSlope: number;
  readonly browRidge: number;
  readonly cheekbone: number;
  readonly cheekFullness: number;
  readonly muzzle: number;
  readonly eyeSpacing: number;
  readonly eyeDepth: number;
  readonly eyeWidth: number;
  readonly eyeUpper: number;
  readonly eyeLower: number;
  /** Outer corner up. Unit: radians. */
  readonly eyeTilt: number;
  /** Height of the fold over the lid; below 0.1 there is none. */
  readonly lidFold: number;
  readonly eyeBags: number;
  readonly noseWidth: number;
  readonly noseForward: number;
  readonly noseBridge: number;
  readonly noseHump: number;
  readonly noseTip: number;
  readonly noseTipUp: number;
  readonly alae: number;
  readonly mouthWidth: number;
  readonly upperLip: number;
  readonly lowerLip: number;
  readonly cupidBow: number;
  readonly mouthCorner: number;
  readonly lipForward: number;
  readonly chinCleft: number;
  readonly jawAngle: number;
  readonly neckWidth: number;
  readonly earSize: number;
  readonly earOut: number;
  /** Amplitude of the irregularity that makes the two halves differ. */
  readonly irregular: number;
}

export interface Brows {
  readonly height: number;
  readonly thickness: number;
  readonly arch: number;
  readonly slope: number;
  readonly length: number;
  readonly inner: number;
  readonly density: number;
  readonly colour: Rgb;
}

export interface Skin {
  readonly colour: Rgb;
  readonly lips: Rgb;
  readonly redness: number;
  readonly freckles: number;
  /** 0 young .. 1 old: folds and wrinkles. */
  readonly age: number;
  readonly oil: number;
  readonly mottling: number;
  /** x, y, radius. */
  readonly moles: readonly (readonly [number, number, number])[];
}

export const hairStyles = [
  'bald',
  'receding',
  'crop',
  'short',
  'side-part',
  'fringe',
  'curly',
  'long',
  'long-fringe',
  'tied',
] as const;
export type HairStyle = (typeof hairStyles)[number];

export interface Hair {
  readonly style: HairStyle;
  readonly colour: Rgb;
  /** Height of the hairline over the eyes. */
  readonly line: number;
  readonly volume: number;
  readonly curl: number;
  /** Side of the parting, -1 or 1. */
  readonly side: number;
}

export interface Beard {
  /** Shadow of shaved hair, 0..1. */
  readonly shadow: number;
  readonly moustache: number;
  readonly chin: number;
  readonly cheeks: number;
}

export interface Person {
  readonly seed: string;
  /** For noise that belongs to the person. */
  readonly salt: number;
  readonly shape: Shape;
  readonly skin: Skin;
  readonly brows: Brows;
  readonly iris: Rgb;
  readonly irisRadius: number;
  readonly lashes: number;
  readonly hair: Hair;
  readonly beard: Beard;
  readonly shirt: Rgb;
}

/** Skin by melanin 0..1, linear light. */
const skinTones: readonly Rgb[] = [
  [0.7, 0.47, 0.37],
  [0.6, 0.37, 0.265],
  [0.47, 0.27, 0.175],
  [0.33, 0.17, 0.1],
  [0.19, 0.092, 0.053],
  [0.095, 0.047, 0.029],
];

const hairColours: readonly Rgb[] = [
  [0.012, 0.01, 0.009],
  [0.03, 0.018, 0.012],
  [0.075, 0.04, 0.022],
  [0.16, 0.09, 0.045],
  [0.36, 0.23, 0.11],
  [0.27, 0.085, 0.03],
];
const grey: Rgb = [0.42, 0.41, 0.4];

const irises: readonly Rgb[] = [
  [0.035, 0.018, 0.01],
  [0.07, 0.035, 0.016],
  [0.13, 0.075, 0.03],
  [0.1, 0.11, 0.045],
  [0.12, 0.2, 0.27],
  [0.19, 0.22, 0.22],
];

/** The person of a seed; any text will do. */
export function createPerson(seed: string): Person {
  const r = random(`person/${seed}`);
  const salt = hashText(seed);
  // -1 .. 1: features that go together in people go together here, but loosely.
  const masculine = clamp(r.pick([-0.75, 0.75]) + 0.3 * r.normal(), -1, 1);
  const age = clamp(0.35 + 0.3 * r.normal(), 0, 1);
  const melanin = clamp(r.between(-0.1, 1.05), 0, 1);
  const shape = drawShape(r, masculine, age, melanin);
  const hairColour = drawHairColour(r, age, melanin);
  const skinColour = ramp(skinTones, melanin);
  const tint = 0.06 * r.normal();
  const colour = skinColour.map((c, i) => c * (1 + [0.2, -0.5, -1.6][i]! * tint)) as unknown as Rgb;
  return {
    seed,
    salt,
    shape,
    skin: {
      colour,
      lips: drawLips(r, colour, masculine),
      redness: clamp(0.5 + 0.45 * r.normal(), 0, 1.4) * (1 - 0.6 * melanin),
      freckles: r.next() < 0.2 ? r.between(0.3, 1) * (1 - melanin) : 0,
      age,
      oil: clamp(0.5 + 0.35 * r.normal(), 0.1, 1.2),
      mottling: r.between(0.5, 1.4),
      moles: Array.from({ length: Math.floor(r.between(0, 5)) }, () => [
        r.between(-5.5, 5.5),
        r.between(-9, 5),
        r.between(0.06, 0.16),
      ]),
    },
    brows: {
      height: 2.05 + 0.28 * r.normal() - 0.15 * masculine,
      thickness: clamp(0.36 + 0.12 * r.normal() + 0.1 * masculine, 0.12, 0.75),
      arch: 0.3 + 0.25 * r.normal() - 0.1 * masculine,
      slope: 0.25 * r.normal(),
      length: 4.0 + 0.4 * r.normal(),
      inner: 1.25 + 0.3 * r.normal() - 0.15 * masculine,
      density: clamp(0.8 + 0.25 * r.normal(), 0.3, 1.2),
      colour: blend(hairColour, [0.02, 0.014, 0.01], 0.4),
    },
    iris: ramp(irises, clamp(r.next() * (1.25 - 1.1 * melanin), 0, 1)),
    irisRadius: 0.6 + 0.03 * r.normal(),
    lashes: clamp(0.45 - 0.35 * masculine + 0.2 * r.normal(), 0.1, 1),
    hair: drawHair(r, hairColour, masculine, age),
    beard: drawBeard(r, masculine),
    shirt: [r.between(0.02, 0.6), r.between(0.02, 0.6), r.between(0.02, 0.6)],
  };
}

function drawShape(r: Random, masculine: number, age: number, melanin: number): Shape {
  const n = (mean: number, deviation: number, lean = 0): number =>
    mean + deviation * r.normal() + lean * masculine;
  return {
    width: n(1, 0.045, 0.015),
    cheekWidth: n(1, 0.04),
    jawWidth: n(0.98, 0.07, 0.05),
    chinWidth: n(1, 0.12, 0.1),
    foreheadWidth: n(1, 0.04),
    foreheadHeight: n(1, 0.09, 0.01),
    noseLength: n(1, 0.1, 0.03),
    upperLipLength: n(1, 0.16, 0.06),
    chinLength: n(1, 0.13, 0.06),
    chinForward: n(0, 0.45, 0.15),
    foreheadSlope: n(0, 0.4, 0.25),
    browRidge: n(0.25, 0.22, 0.28),
    cheekbone: n(0.3, 0.3),
    cheekFullness: n(0, 0.45, -0.15),
    muzzle: n(0, 0.35),
    eyeSpacing: n(3.15, 0.2),
    eyeDepth: n(0, 0.22, 0.12),
    eyeWidth: n(1.46, 0.11),
    eyeUpper: clamp(n(0.6, 0.12, -0.07), 0.33, 0.9),
    eyeLower: clamp(n(0.4, 0.08, -0.02), 0.22, 0.6),
    eyeTilt: n(0.05, 0.08, -0.03),
    lidFold: clamp(n(0.3, 0.2, -0.05), 0, 0.75),
    eyeBags: clamp(n(0.25 + 0.5 * age, 0.3), 0, 1.3),
    noseWidth: clamp(n(1 + 0.12 * melanin, 0.15, 0.06), 0.7, 1.5),
    noseForward: n(2.05 - 0.2 * melanin, 0.32, 0.12),
    noseBridge: clamp(n(0.5 - 0.1 * melanin, 0.22, 0.1), 0.05, 1),
    noseHump: n(0.05, 0.22, 0.08),
    noseTip: clamp(n(0.5, 0.28), 0, 1.2),
    noseTipUp: n(0.1, 0.3, -0.12),
    alae: n(0.75, 0.2, 0.08),
    mouthWidth: n(2.5, 0.24, 0.06),
    upperLip: clamp(n(0.62 + 0.2 * melanin - 0.2 * age, 0.2, -0.08), 0.22, 1.15),
    lowerLip: clamp(n(0.85 + 0.2 * melanin - 0.15 * age, 0.2, -0.06), 0.4, 1.4),
    cupidBow: clamp(n(0.18, 0.12), 0, 0.4),
    mouthCorner: n(0.0, 0.14),
    lipForward: clamp(n(0.35 + 0.1 * melanin, 0.14), 0.1, 0.7),
    chinCleft: r.next() < 0.18 ? r.between(0.2, 0.5) : 0,
    jawAngle: n(0, 0.35, 0.2),
    neckWidth: n(1, 0.07, 0.08),
    earSize: n(1, 0.1, 0.04),
    earOut: n(0.5, 0.18),
    irregular: r.between(0.06, 0.14),
  };
}

function drawHairColour(r: Random, age: number, melanin: number): Rgb {
  const natural = ramp(hairColours, clamp(r.next() * (1.25 - 1.2 * melanin), 0, 1));
  return age > 0.55 && r.next() < 0.7 ? blend(natural, grey, clamp((age - 0.5) * 2.2, 0, 1)) : natural;
}

function drawLips(r: Random, skin: Rgb, masculine: number): Rgb {
  const natural: Rgb = [skin[0] * 0.78, skin[1] * 0.52, skin[2] * 0.55];
  if (masculine > -0.2 || r.next() < 0.55) return natural;
  return blend(
    natural,
    r.pick<Rgb>([
      [0.35, 0.02, 0.03],
      [0.42, 0.09, 0.12],
      [0.2, 0.02, 0.05],
    ]),
    r.between(0.4, 0.9),
  );
}

function drawHair(r: Random, colour: Rgb, masculine: number, age: number): Hair {
  const styles: readonly HairStyle[] =
    masculine < 0
      ? ['long', 'long', 'long-fringe', 'tied', 'short', 'side-part', 'curly', 'fringe']
      : age > 0.5
        ? ['bald', 'receding', 'receding', 'short', 'side-part', 'crop', 'curly']
        : ['crop', 'crop', 'short', 'side-part', 'fringe', 'curly', 'bald', 'long'];
  return {
    style: r.pick(styles),
    colour,
    line: clamp(6.3 + 0.6 * r.normal(), 5, 7.6),
    volume: clamp(1 + 0.3 * r.normal(), 0.5, 1.7),
    curl: r.next(),
    side: r.pick([-1, 1]),
  };
}

function drawBeard(r: Random, masculine: number): Beard {
  const none: Beard = { shadow: 0, moustache: 0, chin: 0, cheeks: 0 };
  if (masculine < 0) return none;
  const shadow = r.between(0, 0.8);
  const dense = () => r.between(0.6, 1);
  switch (r.pick(['none', 'none', 'none', 'moustache', 'goatee', 'full', 'stubble'] as const)) {
    case 'none':
      return { ...none, shadow };
    case 'moustache':
      return { ...none, shadow, moustache: dense() };
    case 'goatee':
      return { shadow, moustache: dense(), chin: dense(), cheeks: 0 };
    case 'full': {
      const all = dense();
      return { shadow, moustache: all, chin: all, cheeks: all };
    }
    case 'stubble': {
      const all = r.between(0.2, 0.45);
      return { shadow, moustache: all, chin: all, cheeks: all };
    }
  }
}

function blend(a: Rgb, b: Rgb, t: number): Rgb {
  return [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)];
}

/** Along a list of colours, t in 0..1. */
function ramp(colours: readonly Rgb[], t: number): Rgb {
  const at = t * (colours.length - 1);
  const i = Math.min(Math.floor(at), colours.length - 2);
  return blend(colours[i]!, colours[i + 1]!, at - i);
}
