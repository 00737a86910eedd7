/**
 * What the manifest says about accuracy, as words. The manifest is the one the device worker obeys; it is parsed as
 * strictly here.
 * @module
 */
import { type ModelManifest, operatingPointOf } from '@blindsight/face/models';
import { format, language, m, plural } from '../../messages/index.ts';

export interface Fact {
  readonly name: string;
  readonly label: string;
  readonly value: string;
}

export function operatingFacts({ calibration, profile }: ModelManifest): Fact[] {
  const { fmr, tau, found, tar, perFrame, wolf } = operatingPointOf(calibration);
  const { verifier, frames, evidence, provenance, sMax } = calibration;
  const t = m.about;
  const [least, most] = perFrame as [number, number];
  const texts: Record<string, readonly [label: string, value: string]> = {
    wrong: [t.wrong, format(t.wrongValue, { rate: rare(fmr), low: rare(found.low), high: rare(found.high) })],
    right: [
      t.right,
      format(t.rightValue, { value: percent(tar.value), low: percent(tar.low), high: percent(tar.high) }),
    ],
    frames: [t.frames, plural(t.framesValue, frames)],
    'per-frame': [t.perFrame, format(t.perFrameValue, { low: rare(least), high: rare(most) })],
    wolf: [t.wolf, format(t.wolfValue, { one: percent(wolf.one.value), five: percent(wolf.five.value) })],
    verifier: [t.verifier, t.verifiers[verifier.kind]],
    evidence: [
      t.evidence,
      format(t.evidenceValue, {
        people: whole(evidence.people),
        pictures: whole(evidence.pictures),
        frames: whole(evidence.randomFrames),
      }),
    ],
    source: [t.source, provenance],
    threshold: [t.threshold, format(t.thresholdValue, { tau: whole(tau), most: whole(sMax), profile })],
  };
  return Object.entries(texts).map(([name, [label, value]]) => ({ name, label, value }));
}

const whole = (value: number): string => new Intl.NumberFormat(language).format(value);

const percent = (share: number): string =>
  new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(share);

/** Small rates keep two digits that count: 0.1 %, 0.054 %. */
const rare = (share: number): string =>
  new Intl.NumberFormat(language, { style: 'percent', maximumSignificantDigits: 2 }).format(share);
