/** The worker makes templates as the manifest says. */
import type { ModelManifest } from '@blindsight/face/models';
import { meanVerifier } from '@blindsight/protocol/client';
import { describe, expect, it } from 'vitest';
import { chosenVerifier } from '../src/worker/models.ts';

const manifest = (verifier: ModelManifest['calibration']['verifier']) =>
  ({ calibration: { verifier }, embedding: { dimensions: 2 } }) as unknown as ModelManifest;
/** One vector, as the file of a cohort holds it. */
const cohort = Uint8Array.of(127, 0);

describe('the verifier of the manifest', () => {
  it('is the mean', () => {
    expect(chosenVerifier(manifest({ kind: 'mean' }), undefined)).toBe(meanVerifier);
  });

  it('is trained against the cohort that came with the models', () => {
    const logistic = manifest({ kind: 'logistic', strength: 1, cohortWeight: 1 });
    const w = chosenVerifier(logistic, cohort)([[Math.SQRT1_2, Math.SQRT1_2]]);
    // away from the one face of the cohort, which lies along the first axis
    expect(w[0]!).toBeLessThan(0.3);
    expect(w[1]!).toBeGreaterThan(0.9);
  });
});
