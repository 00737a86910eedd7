import { describe, expect, it } from 'vitest';
import { measuresOf } from '../src/pages/self-test/measures.ts';
import type { Look } from '../src/worker/contract.ts';

const face = {
  faceHeight: 0.6,
  interEyePx: 100,
  luma: 120,
  contrast: 40,
  clipped: 0.02,
  sharpness: 0.12,
  yaw: -4,
  pitch: 6,
};
const good: Look = { gate: 'ok', faces: 1, face };
const wrong = (look: Look) =>
  measuresOf(look)
    .filter((measure) => !measure.good)
    .map(({ name }) => name);

describe('the self-test', () => {
  it('finds nothing wrong with a good picture, and says what is wanted', () => {
    expect(wrong(good)).toEqual([]);
    const shown = Object.fromEntries(
      measuresOf(good).map(({ name, value, wanted }) => [name, [value, wanted]]),
    );
    expect(shown).toEqual({
      faces: ['1', '1'],
      height: ['60%', '35% to 85%'],
      eyes: ['100 px', '60 px or more'],
      luma: ['120', '40 to 200'],
      clipped: ['2%', '10% or less'],
      contrast: ['40', '25 or more'],
      sharpness: ['0.12', '0.05 or more'],
      turn: ['6 deg', '15 deg or less'],
    });
  });

  it.each<[string, Partial<typeof face>]>([
    ['height', { faceHeight: 0.34 }],
    ['height', { faceHeight: 0.86 }],
    ['eyes', { interEyePx: 59 }],
    ['luma', { luma: 39 }],
    ['luma', { luma: 201 }],
    ['clipped', { clipped: 0.11 }],
    ['contrast', { contrast: 24 }],
    ['sharpness', { sharpness: 0.049 }],
    ['turn', { yaw: -16 }],
    ['turn', { pitch: 16 }],
  ])('names %s when it is %j', (name, over) => {
    expect(wrong({ ...good, face: { ...face, ...over } })).toEqual([name]);
  });

  it('never shows a measure that misses as one that fits', () => {
    const shown = measuresOf({ ...good, face: { ...face, yaw: 15.2, faceHeight: 0.349, sharpness: 0.0499 } });
    const values = Object.fromEntries(shown.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({ turn: '16 deg', height: '34%', sharpness: '0.04' });
  });

  it('counts faces, and shows a dash where there is none', () => {
    expect(wrong({ ...good, faces: 2 })).toEqual(['faces']);
    const nobody = measuresOf({ gate: 'no-face', faces: 0 });
    expect(nobody.every((measure) => !measure.good)).toBe(true);
    expect(nobody.slice(1).map(({ value }) => value)).toEqual(Array.from({ length: 7 }, () => '–'));
  });
});
