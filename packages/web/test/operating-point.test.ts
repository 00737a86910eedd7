/** The page `/about` in words, from the manifest this release ships. */
import { readFileSync } from 'node:fs';
import { type CalibrationFile, type ModelManifest, operatingPointOf } from '@blindsight/face/models';
import { describe, expect, it } from 'vitest';
import { operatingFacts } from '../src/pages/about/operating-point.ts';

const file = new URL('../../face/calibration/default-thresholds.json', import.meta.url);
const { calibration } = JSON.parse(readFileSync(file, 'utf8')) as CalibrationFile;
const manifest = { calibration, profile: 'default' } as ModelManifest;

describe('the operating point', () => {
  const facts = new Map(operatingFacts(manifest).map(({ name, value }) => [name, value]));
  const point = operatingPointOf(calibration);

  it('is that of the manifest, with intervals', () => {
    expect(facts.get('threshold')).toBe(`${point.tau} of at most 1,266, profile default`);
    expect(facts.get('wrong')).toMatch(/^about 0\.1% of comparisons \(measured 0\.0\d+% to 0\.\d+%\)$/);
    expect(facts.get('right')).toMatch(/^\d+(\.\d)?% of comparisons \(measured /);
    expect(facts.get('wolf')).toContain(`${Math.round(1000 * point.wolf.five.value) / 10}% at five`);
    expect(facts.get('verifier')).toBe('the mean of the pictures');
    expect(facts.get('frames')).toBe('the mean of 3 pictures on either side');
    expect(facts.get('source')).toBe(calibration.provenance);
  });

  it('leaves no place for a value empty', () => {
    for (const [name, value] of facts) expect(value, name).not.toMatch(/[{}]|undefined|NaN/);
  });
});
