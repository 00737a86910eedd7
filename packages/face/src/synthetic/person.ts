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
  /** How far long hair falls over the temples and cheeks, 0..1. */
  readonly sweep: number;
}

export interface Beard {
  /** Shadow of shaved hair, 0..1. */
  readonly shadow: number;
  readonly moustache: number;
  readonly chin: number;
  readonly cheeks: number;
}

export interface Glasses {
  readonly halfWidth: number;
  readonly halfHeight: number;
  /** 2 round, larger squarer. */
  readonly squareness: number;
  readonly thickness: number;
  readonly colour: Rgb;
}

/** A stain that some are born with: place, size, and how strong. */
export interface Birthmark {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly strength: number;
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
  /** Painted lids and lashes, 0..1. */
  readonly makeup: number;
  readonly glasses: Glasses | undefined;
  readonly birthmark: Birthmark | undefined;
  readonly shirt: Rgb;
}

/** Skin by melanin 0..1, linear light. */
const skinTones: readonly Rgb[] = [
  [0.68, 0.48, 0.4],
  [0.58, 0.385, 0.3],
  [0.46, 0.285, 0.205],
  [0.32, 0.185, 0.125],
  [0.21, 0.118, 0.078],
  [0.125, 0.072, 0.05],
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

/** The three draws that others lean on; two people who differ in all of them are hard to confuse. */
export interface Traits {
  /** -1 feminine .. 1 masculine. */
  readonly masculine?: number;
  /** 0 young .. 1 old. */
  readonly age?: number;
  /** 0 light skin .. 1 dark skin. */
  readonly melanin?: number;
}

/** The person of a seed; any text will do. `traits` pins what else would be drawn. */
export function createPerson(seed: string, traits: Traits = {}): Person {
  const r = random(`person/${seed}`);
  const salt = hashText(seed);
  // -1 .. 1: features that go together in people go together here, but loosely.
  const drawn = {
    masculine: clamp(r.pick([-0.85, 0.85]) + 0.25 * r.normal(), -1.2, 1.2),
    age: clamp(r.between(-0.1, 1.1), 0, 1),
    melanin: clamp(r.between(-0.1, 1.05), 0, 1),
  };
  const { masculine, melanin, age: years } = { ...drawn, ...traits };
  const age = years * (masculine < 0 ? 0.7 : 1);
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
      mottling: r.between(0.4, 1.3) * (masculine < 0 ? 0.6 : 1.1),
      moles: Array.from({ length: Math.floor(r.between(0, 5)) }, () => [
        r.between(-5.5, 5.5),
        r.between(-9, 5),
        r.between(0.06, 0.16),
      ]),
    },
    brows: {
      height: 2.05 + 0.36 * r.normal() - 0.2 * masculine,
      thickness: clamp(0.36 + 0.13 * r.normal() + 0.2 * masculine, 0.1, 0.85),
      arch: 0.35 + 0.3 * r.normal() - 0.2 * masculine,
      slope: 0.38 * r.normal(),
      length: 4.0 + 0.5 * r.normal(),
      inner: 1.2 + 0.4 * r.normal() - 0.2 * masculine,
      density: clamp(0.85 + 0.3 * r.normal(), 0.3, 1.2),
      colour: blend(hairColour, [0.02, 0.014, 0.01], 0.4),
    },
    iris: ramp(irises, clamp(r.next() * (1.25 - 1.1 * melanin), 0, 1)),
    irisRadius: 0.61 + 0.03 * r.normal(),
    lashes: clamp(0.5 - 0.45 * masculine + 0.15 * r.normal(), 0.1, 1),
    hair: drawHair(r, hairColour, masculine, age),
    beard: drawBeard(r, masculine),
    makeup: masculine < 0 && r.next() < 0.75 ? r.between(0.3, 1) : 0,
    glasses: r.next() < 0.12 ? drawGlasses(r) : undefined,
    birthmark: r.next() < 0.1 ? drawBirthmark(r) : undefined,
    shirt: drawCloth(r),
  };
}

function drawShape(r: Random, masculine: number, age: number, melanin: number): Shape {
  const n = (mean: number, deviation: number, lean = 0): number =>
    mean + deviation * r.normal() + lean * masculine;
  // One draw that makes a face as a whole long and narrow or short and wide.
  const long = r.normal();
  const eyeSpacing = clamp(n(3.15, 0.4), 2.5, 4);
  return {
    width: n(1.02 - 0.035 * long, 0.04, 0.015),
    cheekWidth: n(1, 0.065),
    jawWidth: clamp(n(0.95, 0.1, 0.09), 0.72, 1.15),
    chinWidth: n(0.98, 0.2, 0.14),
    foreheadWidth: n(1, 0.05),
    foreheadHeight: clamp(n(1, 0.11, 0.02), 0.8, 1.25),
    noseLength: clamp(n(0.98 + 0.05 * long, 0.17, 0.06), 0.62, 1.4),
    upperLipLength: clamp(n(0.98 + 0.04 * long, 0.3, 0.14), 0.45, 1.8),
    chinLength: clamp(n(0.97 + 0.05 * long, 0.22, 0.1), 0.58, 1.55),
    chinForward: n(-0.1, 0.5, 0.15),
    foreheadSlope: n(-0.1, 0.45, 0.3),
    browRidge: n(0.15, 0.38, 0.4),
    cheekbone: n(0.35, 0.4, -0.1),
    cheekFullness: clamp(n(0.05, 0.65, -0.3), -1.2, 1),
    muzzle: n(0, 0.45),
    eyeSpacing,
    eyeDepth: n(0, 0.28, 0.25),
    eyeWidth: clamp(n(1.52, 0.17, -0.06), 1.1, Math.min(1.9, eyeSpacing - 1)),
    eyeUpper: clamp(n(0.56, 0.12, -0.1), 0.36, 0.9),
    eyeLower: clamp(n(0.39, 0.08, -0.03), 0.26, 0.6),
    eyeTilt: n(0.05, 0.15, -0.06),
    lidFold: clamp(n(0.3, 0.25, -0.08), 0, 0.75),
    eyeBags: clamp(n(0.1 + 0.6 * age, 0.3, 0.12), 0, 1.4),
    noseWidth: clamp(n(0.98 + 0.15 * melanin, 0.28, 0.12), 0.5, 1.9),
    noseForward: n(1.9 - 0.2 * melanin, 0.35, 0.35),
    noseBridge: clamp(n(0.45 - 0.1 * melanin, 0.28, 0.15), 0, 1.2),
    noseHump: n(0.02, 0.25, 0.12),
    noseTip: clamp(n(0.5, 0.4), 0, 1.4),
    noseTipUp: n(0.15, 0.45, -0.25),
    alae: n(0.8, 0.25, 0.12),
    mouthWidth: clamp(n(2.55, 0.46, 0.04), 1.6, 3.6),
    upperLip: clamp(n(0.62 + 0.2 * melanin - 0.2 * age, 0.22, -0.17), 0.18, 1.3),
    lowerLip: clamp(n(0.9 + 0.2 * melanin - 0.15 * age, 0.24, -0.17), 0.35, 1.6),
    cupidBow: clamp(n(0.2, 0.13, -0.04), 0, 0.45),
    mouthCorner: n(0.05, 0.22, -0.04),
    lipForward: clamp(n(0.38 + 0.1 * melanin, 0.15, -0.07), 0.1, 0.8),
    chinCleft: r.next() < 0.18 ? r.between(0.2, 0.5) : 0,
    jawAngle: clamp(n(0, 0.4, 0.35), -0.9, 0.7),
    neckWidth: n(0.97, 0.07, 0.13),
    earSize: n(1, 0.1, 0.06),
    earOut: n(0.5, 0.18),
    irregular: r.between(0.08, 0.28),
  };
}

function drawHairColour(r: Random, age: number, melanin: number): Rgb {
  const natural = ramp(hairColours, clamp(r.next() * (1.25 - 1.2 * melanin), 0, 1));
  return age > 0.65 && r.next() < 0.6 ? blend(natural, grey, clamp((age - 0.5) * 2, 0, 1)) : natural;
}

function drawLips(r: Random, skin: Rgb, masculine: number): Rgb {
  const natural: Rgb = [skin[0] * 0.78, skin[1] * 0.52, skin[2] * 0.55];
  if (masculine > 0 || r.next() < 0.3) return natural;
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
      ? ['long', 'long', 'long', 'long', 'long-fringe', 'long-fringe', 'tied', 'side-part', 'curly']
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
    sweep: r.next(),
  };
}

function drawGlasses(r: Random): Glasses {
  const halfWidth = r.between(2, 2.75);
  return {
    halfWidth,
    halfHeight: halfWidth * r.between(0.55, 0.95),
    squareness: r.between(2, 5),
    thickness: r.between(0.11, 0.28),
    colour: r.pick<Rgb>([
      [0.01, 0.01, 0.012],
      [0.01, 0.01, 0.012],
      [0.06, 0.025, 0.01],
      [0.25, 0.25, 0.26],
      [0.2, 0.02, 0.02],
      [0.02, 0.03, 0.12],
    ]),
  };
}

const drawBirthmark = (r: Random): Birthmark => ({
  x: r.between(-5, 5),
  y: r.between(-7, 4),
  radius: r.between(0.8, 2.4),
  strength: r.between(0.4, 0.9),
});

/** Mostly quiet colours. */
function drawCloth(r: Random): Rgb {
  const grey = r.between(0.02, 0.5);
  return blend(
    [grey, grey, grey],
    [r.between(0.02, 0.6), r.between(0.02, 0.6), r.between(0.02, 0.6)],
    r.between(0, 0.7),
  );
}

function drawBeard(r: Random, masculine: number): Beard {
  const none: Beard = { shadow: 0, moustache: 0, chin: 0, cheeks: 0 };
  if (masculine < 0) return none;
  const shadow = r.between(0, 0.8);
  const dense = () => r.between(0.6, 1);
  switch (
    r.pick(['none', 'none', 'none', 'none', 'none', 'moustache', 'goatee', 'full', 'stubble'] as const)
  ) {
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
