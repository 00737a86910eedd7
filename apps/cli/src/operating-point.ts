/**
 * The operating point in one line, for the start and the doctor. The page `/about` says more.
 * @module
 */
import { type ModelManifest, operatingPointOf } from '@blindsight/face/models';

export function operatingLine({ profile, calibration }: ModelManifest): string {
  const { fmr, found, tar, wolf } = operatingPointOf(calibration);
  return (
    `Faces: profile ${profile}, false match rate ${rate(fmr)} (found ${rate(found.low)} to ${rate(found.high)}), ` +
    `${percent(tar.value)} of genuine comparisons accepted, wolf rate at least ${percent(wolf.one.value)}`
  );
}

const rate = (value: number): string => value.toExponential(1).replace('.0e', 'e');
const percent = (value: number): string => `${Number((100 * value).toPrecision(3))} %`;
