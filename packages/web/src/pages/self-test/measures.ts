/**
 * What the self-test shows of one look at the camera: the measures that decide whether a picture is used, beside
 * what they must be. Pure.
 * @module
 */
import { qualityLimits as limits } from '@blindsight/face';
import { format, language, m } from '../../messages/index.ts';
import type { Look } from '../../worker/contract.ts';

export interface Measure {
  readonly name: keyof typeof m.selfTest.measures;
  readonly label: string;
  /** A dash where no face is seen. */
  readonly value: string;
  readonly wanted: string;
  readonly good: boolean;
}

interface Bounds {
  readonly least?: number;
  readonly most?: number;
}

/** To the nearest, unless told; what misses its bound must not be rounded onto it. */
type Rounding = NonNullable<Intl.NumberFormatOptions['roundingMode']>;
type Show = (value: number, roundingMode?: Rounding) => string;
const nearest: Rounding = 'halfExpand';

const whole = { maximumFractionDigits: 0 };
const degrees: Show = (value, roundingMode = nearest) =>
  number(value, { ...whole, roundingMode, style: 'unit', unit: 'degree' });
const percent: Show = (value, roundingMode = nearest) =>
  number(value, { ...whole, roundingMode, style: 'percent' });
const pixels: Show = (value, rounding) => format(m.selfTest.pixels, { value: plain(value, rounding) });
const plain: Show = (value, roundingMode = nearest) => number(value, { ...whole, roundingMode });
const fine: Show = (value, roundingMode = nearest) =>
  number(value, { maximumFractionDigits: 2, roundingMode });

function number(value: number, options: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(language, options).format(value);
}

/** In the order in which the gates look. */
export function measuresOf({ faces, face }: Look): readonly Measure[] {
  const turn = face && Math.max(Math.abs(face.yaw), Math.abs(face.pitch));
  return [
    measure('faces', faces, { least: 1, most: 1 }, plain),
    measure('height', face?.faceHeight, limits.faceHeight, percent),
    measure('eyes', face?.interEyePx, { least: limits.interEyePx }, pixels),
    measure('luma', face?.luma, limits.luma, plain),
    measure('clipped', face?.clipped, { most: limits.clipped }, percent),
    measure('contrast', face?.contrast, { least: limits.contrast }, plain),
    measure('sharpness', face?.sharpness, { least: limits.sharpness }, fine),
    measure('turn', turn, { most: limits.turn }, degrees),
  ];
}

function measure(
  name: Measure['name'],
  value: number | undefined,
  { least, most }: Bounds,
  show: Show,
): Measure {
  const { measures, exactly, between, atLeast, atMost } = m.selfTest;
  const values = { least: show(least ?? 0), most: show(most ?? 0) };
  const wanted =
    least === most ? exactly : least === undefined ? atMost : most === undefined ? atLeast : between;
  const low = value !== undefined && value < (least ?? value);
  const high = value !== undefined && value > (most ?? value);
  return {
    name,
    label: measures[name],
    value: value === undefined ? '–' : show(value, low ? 'floor' : high ? 'ceil' : nearest),
    wanted: format(wanted, values),
    good: value !== undefined && !low && !high,
  };
}
