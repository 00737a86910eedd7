import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cosine, normalise } from '../src/core/embedding.ts';
import { mappedCohort } from '../src/exporter/build.ts';
import { decodeCohort, encodeCohort } from '../src/models/cohort.ts';

const rows = [
  [3, -4, 0, 1],
  [0.001, 0, 0, 0.002],
];

describe('a cohort', () => {
  it('keeps directions to half a degree, at length 1', () => {
    const read = decodeCohort(encodeCohort(rows), 4);
    for (const [i, row] of rows.entries()) {
      expect(cosine(read[i]!, normalise(row))).toBeGreaterThan(Math.cos(Math.PI / 360));
      expect(Math.hypot(...read[i]!)).toBeCloseTo(1, 6);
    }
    expect(encodeCohort(read)).toEqual(encodeCohort(rows));
  });

  it.each<[string, Uint8Array]>([
    ['no bytes', new Uint8Array(0)],
    ['part of a vector', encodeCohort(rows).slice(0, 7)],
    ['a vector that is 0', new Uint8Array(4)],
    ['a vector at another scale', Uint8Array.of(100, 1, 2, 3)],
  ])('is refused with %s', (_what, bytes) => {
    expect(() => decodeCohort(bytes, 4)).toThrow(expect.objectContaining({ code: 'manifest-malformed' }));
  });

  it.each(['default', 'strong'])('of the profile %s is 512 different people', async (profile) => {
    const folder = new URL('../calibration/', import.meta.url);
    const { embedding } = JSON.parse(readFileSync(new URL(`${profile}.json`, folder), 'utf8'));
    const map = embedding.map === 'identity' ? undefined : readFileSync(new URL('map.bin', folder));
    const cohort = await mappedCohort({ profile, embedding }, map);
    expect(cohort).toHaveLength(512);
    for (const [i, one] of cohort.entries()) {
      expect(one).toHaveLength(128);
      for (const other of cohort.slice(0, i)) expect(cosine(one, other)).toBeLessThan(0.999);
    }
  });

  it('is not there for a profile nobody rendered', async () => {
    expect(existsSync(new URL('../calibration/cohort-other.bin', import.meta.url))).toBe(false);
    const embedding = { dimensions: 4, networkDimensions: 4, map: 'identity', file: null } as const;
    await expect(mappedCohort({ profile: 'other', embedding }, undefined)).rejects.toMatchObject({
      code: 'source-missing',
    });
  });
});
