import { describe, expect, it } from 'vitest';
import { chipTemplate, chipToFrame, cutChip, listFive } from '../src/core/chip.ts';
import { apply, fitSimilarity, scaleOf } from '../src/core/geometry.ts';
import type { FivePoints } from '../src/core/report.ts';
import { cutSquare } from '../src/core/warp.ts';
import { synthetic } from './support/frames.ts';

const named = ([leftEye, rightEye, noseTip, leftMouth, rightMouth]: ReturnType<
  typeof chipTemplate
>): FivePoints => ({ leftEye, rightEye, noseTip, leftMouth, rightMouth }) as FivePoints;

describe('the ArcFace chip', () => {
  it('has the points of InsightFace, in proportion to its size', () => {
    const [eye] = chipTemplate(112, 'arcface-chip');
    expect(eye).toEqual({ x: 38.2946, y: 51.6963 });
    expect(chipTemplate(224, 'arcface-chip')[4]).toEqual({ x: 2 * 70.7299, y: 2 * 92.2041 });
  });

  it("is another chip than dlib's, and a rule that cuts no chip is refused", () => {
    const five = chipTemplate(112, 'arcface-chip').map(({ x, y }) => ({ x: 2 * x + 30, y: 2 * y + 40 }));
    const { a, b, tx, ty } = chipToFrame(named(five), 112, 'arcface-chip');
    for (const [got, wanted] of [
      [a, 2],
      [b, 0],
      [tx, 30],
      [ty, 40],
    ] as const)
      expect(got).toBeCloseTo(wanted, 9);
    expect(chipToFrame(named(five), 112).a).not.toBeCloseTo(2, 1);
    expect(() => chipTemplate(112, 'letterbox')).toThrow(
      expect.objectContaining({ code: 'manifest-malformed' }),
    );
  });
});

describe('the dlib chip', () => {
  it('has the eyes, nose and mouth where dlib puts them in 150 pixels', () => {
    const rounded = chipTemplate(150).map(({ x, y }) => [Number(x.toFixed(2)), Number(y.toFixed(2))]);
    expect(rounded).toEqual([
      [47.55, 46.6],
      [100.48, 46.6],
      [74.01, 76.56],
      [50.41, 103.02],
      [97.61, 103.02],
    ]);
  });

  it('brings a turned, scaled, moved face back to the template', () => {
    const [angle, scale, tx, ty] = [0.4, 1.7, 210, 90];
    const moved = chipTemplate(150).map(({ x, y }) => ({
      x: scale * (Math.cos(angle) * x - Math.sin(angle) * y) + tx,
      y: scale * (Math.sin(angle) * x + Math.cos(angle) * y) + ty,
    }));
    const toFrame = chipToFrame(named(moved), 150);
    expect(scaleOf(toFrame)).toBeCloseTo(scale, 6);
    for (const [i, point] of chipTemplate(150).entries()) {
      const back = apply(toFrame, point);
      expect(back.x).toBeCloseTo(moved[i]!.x, 6);
      expect(back.y).toBeCloseTo(moved[i]!.y, 6);
    }
  });

  it('shows the same pixels however the face is turned in the frame', () => {
    // A smooth picture, drawn once upright and once turned, with the landmarks turned along.
    const value = (x: number, y: number): number => 128 + 60 * Math.sin(x / 17) + 50 * Math.cos(y / 23);
    const five = chipTemplate(150).map(({ x, y }) => ({ x: x + 120, y: y + 80 }));
    const upright = cutChip(synthetic(400, 320, value), named(five), 150);
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
    const turned = synthetic(400, 320, (x, y) => {
      const [u, v] = [x - 200, y - 160];
      return value(200 + c * u + s * v, 160 - s * u + c * v);
    });
    const turnedFive = five.map(({ x, y }) => ({
      x: 200 + c * (x - 200) - s * (y - 160),
      y: 160 + s * (x - 200) + c * (y - 160),
    }));
    const chip = cutChip(turned, named(turnedFive), 150);
    const worst = chip.reduce((most, v, i) => Math.max(most, Math.abs(v - upright[i]!)), 0);
    expect(worst).toBeLessThan(2);
  });

  it.each([
    ['all in one place', chipTemplate(150).map(() => ({ x: 5, y: 5 }))],
    ['not numbers', chipTemplate(150).map(() => ({ x: Number.NaN, y: 5 }))],
  ])('refuses landmarks that are %s', (_what, five) => {
    expect(() => chipToFrame(named(five), 150)).toThrow(expect.objectContaining({ code: 'bad-landmarks' }));
  });

  it('lists the points in the order of the template', () => {
    expect(listFive(named(chipTemplate(150)))).toEqual(chipTemplate(150));
  });
});

describe('cutting', () => {
  it('is exact for the identity', () => {
    const frame = synthetic(32, 32, (x, y) => 3 * x + 2 * y);
    const planes = cutSquare(frame, { a: 1, b: 0, tx: 0, ty: 0 }, 32);
    expect(planes[5 * 32 + 7]).toBe(3 * 7 + 2 * 5);
    expect(planes[2 * 32 * 32 + 31 * 32 + 31]).toBe(3 * 31 + 2 * 31);
  });

  it('is black outside the frame, and averages where the square is coarser than the frame', () => {
    // Stripes of two pixels, of which single samples four pixels apart would only ever meet the bright ones.
    const stripes = synthetic(64, 64, (x) => (x % 4 < 2 ? 200 : 0));
    const planes = cutSquare(stripes, { a: 4, b: 0, tx: 0, ty: 0 }, 32);
    for (let x = 1; x < 15; x++) expect(planes[32 + x]).toBeCloseTo(100, 3);
    expect(planes[20]).toBe(0);
  });

  it('fits nothing but a similarity: a mirrored face keeps a large error', () => {
    const from = chipTemplate(150);
    const mirrored = from.map(({ x, y }) => ({ x: -x, y }));
    const fit = fitSimilarity(from, mirrored);
    const error = from.reduce((sum, p, i) => sum + Math.abs(apply(fit, p).x - mirrored[i]!.x), 0);
    expect(error).toBeGreaterThan(20);
  });
});
