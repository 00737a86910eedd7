/**
 * From linear light to the frame a webcam delivers: lens, gamma, noise.
 * @module
 */
import { hash3, mix, random } from './random.ts';

const steps = 4096;
/** sRGB curve with a soft shoulder, so that highlights bend instead of clipping. */
const curve = Float32Array.from({ length: steps + 1 }, (_, i) => {
  const x = (2 * i) / steps;
  const held = x < 0.7 ? x : 0.7 + 0.3 * (1 - Math.exp(-(x - 0.7) / 0.3));
  const value = held <= 0.0031308 ? 12.92 * held : 1.055 * held ** (1 / 2.4) - 0.055;
  // Cameras deliver more contrast than the plain curve.
  return 255 * mix(value, value * value * (3 - 2 * value), 0.35);
});

const grains = 1 << 16;
const noiseTable = ((): Float32Array => {
  const r = random('camera noise');
  return Float32Array.from({ length: grains }, () => r.normal());
})();

export interface Exposure {
  /** Deviation in a mid-grey. Unit: levels of 255. */
  readonly noise: number;
  /** Deviation of the lens blur. Unit: pixels. */
  readonly blur: number;
  /** Seeds the noise. */
  readonly frame: number;
  readonly salt: number;
}

/** @param linear shape [height, width, 3]; used up by the blur */
export function develop(
  linear: Float32Array,
  width: number,
  height: number,
  exposure: Exposure,
  scratch: Float32Array,
): Uint8ClampedArray<ArrayBuffer> {
  blur(linear, scratch, width, height, exposure.blur);
  const data = new Uint8ClampedArray(width * height * 4);
  const { noise, frame, salt } = exposure;
  for (let y = 0; y < height; y++) {
    const start = Math.floor(hash3(frame, y, 1, salt) * grains);
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const grey = noise * noiseTable[(start + 2 * x) & (grains - 1)]!;
      for (let c = 0; c < 3; c++) {
        const light = linear[3 * i + c]!;
        const at = light >= 2 ? steps : light <= 0 ? 0 : light * (steps / 2);
        const low = at | 0;
        const value =
          low >= steps ? curve[steps]! : curve[low]! + (curve[low + 1]! - curve[low]!) * (at - low);
        const own = noiseTable[(start + 5 * x + 7919 * c + 1) & (grains - 1)]!;
        data[4 * i + c] = value + (0.75 * grey + 0.65 * noise * own) * (1.25 - value / 400);
      }
      data[4 * i + 3] = 255;
    }
  }
  return data;
}

/** Separable [k, 1 - 2k, k]. */
function blur(
  image: Float32Array,
  scratch: Float32Array,
  width: number,
  height: number,
  deviation: number,
): void {
  let left = deviation * deviation;
  while (left > 0.01) {
    // One pass adds a variance of 2k, at most 2/3.
    const k = Math.min(left, 0.6) / 2;
    left -= 2 * k;
    const row = 3 * width;
    for (let y = 0; y < height; y++) {
      const base = y * row;
      for (let x = 0; x < row; x++) {
        const l = x >= 3 ? image[base + x - 3]! : image[base + x]!;
        const r = x < row - 3 ? image[base + x + 3]! : image[base + x]!;
        scratch[base + x] = image[base + x]! * (1 - 2 * k) + k * (l + r);
      }
    }
    for (let y = 0; y < height; y++) {
      const base = y * row;
      const up = y > 0 ? base - row : base;
      const down = y < height - 1 ? base + row : base;
      for (let x = 0; x < row; x++) {
        image[base + x] = scratch[base + x]! * (1 - 2 * k) + k * (scratch[up + x]! + scratch[down + x]!);
      }
    }
  }
}
