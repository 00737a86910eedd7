/** Writes the films a fake camera plays: YUV4MPEG2, which needs no encoder and carries its frame rate. */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';

/** Pixels in RGBA order, rows from the top; alpha is ignored. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray | Uint8Array;
}

export const camera = { width: 640, height: 480, framesPerSecond: 30 } as const;

/**
 * Replaces the film at `path` in one step, so that a camera opened later sees the new one whole.
 * Chromium reads the file when a page opens the camera and plays it in a loop.
 */
export function writeFilm(path: string, frames: Iterable<Picture>): void {
  const draft = `${path}.draft`;
  const file = openSync(draft, 'w');
  try {
    writeSync(
      file,
      `YUV4MPEG2 W${camera.width} H${camera.height} F${camera.framesPerSecond}:1 Ip A1:1 C420jpeg\n`,
    );
    for (const frame of frames) {
      writeSync(file, 'FRAME\n');
      writeSync(file, toI420(frame));
    }
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

/** BT.601 studio range, chroma averaged over 2x2 blocks. Shape: 3/2 * width * height bytes. */
function toI420({ width, height, data }: Picture): Uint8Array {
  if (width !== camera.width || height !== camera.height)
    throw new Error(`a film frame is ${camera.width}x${camera.height}`);
  const out = new Uint8Array((width * height * 3) / 2);
  const cb = width * height;
  const cr = cb + cb / 4;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      out[y * width + x] = 16 + 0.257 * data[at]! + 0.504 * data[at + 1]! + 0.098 * data[at + 2]!;
    }
  }
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      let [r, g, b] = [0, 0, 0];
      for (const at of [y * width + x, y * width + x + 1, (y + 1) * width + x, (y + 1) * width + x + 1]) {
        r += data[at * 4]! / 4;
        g += data[at * 4 + 1]! / 4;
        b += data[at * 4 + 2]! / 4;
      }
      const at = (y / 2) * (width / 2) + x / 2;
      out[cb + at] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
      out[cr + at] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
    }
  }
  return out;
}
