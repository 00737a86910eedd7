/**
 * Pictures of the harness to chips, with the product's own detector, landmarks and alignment.
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FaceEngine, RgbaFrame } from '@blindsight/face';
import { buildModels } from '@blindsight/face/models/build';
import { createFaceEngine } from '@blindsight/face/node';
import { cutChip } from '../../../packages/face/src/core/chip.ts';
import { cutSquare } from '../../../packages/face/src/core/warp.ts';

const chipSide = 112;
const models = fileURLToPath(new URL('../../../.cache/fhe-face-verification', import.meta.url));

/** The product's engine. Its models are built at the first call. */
export async function openEngine(): Promise<FaceEngine> {
  await buildModels(models);
  const { engine } = await createFaceEngine(models);
  return engine;
}

/** @returns whether a face was found; otherwise the chip is the middle of the picture. */
export async function writeChip(engine: FaceEngine, source: string, target: string): Promise<boolean> {
  const frame = readPixmap(readFileSync(source));
  const { face } = await engine.analyze(frame);
  const chip = face
    ? cutChip(frame, face.landmarks.five, chipSide, undefined, 'arcface-chip')
    : cutSquare(frame, middleOf(frame), chipSide);
  writeFileSync(target, new Uint8Array(chip.buffer, chip.byteOffset, chip.byteLength));
  return face !== undefined;
}

/** [3][112][112], as `writeChip` left it. */
export function readChip(folder: string, name: string): Float32Array {
  const bytes = readFileSync(join(folder, name));
  if (bytes.length !== 3 * chipSide ** 2 * 4) throw new Error(`${name} is no chip`);
  return new Float32Array(new Uint8Array(bytes).buffer);
}

/** A binary PPM file of 8 bits, as Pillow writes it: what `client_preprocess_input.py` leaves. */
export function readPixmap(bytes: Uint8Array): RgbaFrame {
  const header = /^P6\s(\d+)\s(\d+)\s255\s/.exec(Buffer.from(bytes.subarray(0, 64)).toString('latin1'));
  if (!header) throw new Error('not a binary PPM picture of 8 bits');
  const [width, height] = [Number(header[1]), Number(header[2])];
  const pixels = bytes.subarray(header[0].length);
  if (pixels.length !== 3 * width * height) throw new Error('a PPM picture of the wrong length');
  const data = new Uint8Array(4 * width * height).fill(255);
  for (let at = 0; at < width * height; at++) data.set(pixels.subarray(3 * at, 3 * at + 3), 4 * at);
  return { width, height, data };
}

/** The largest square around the middle, as where a chip's pixels lie. */
function middleOf({ width, height }: RgbaFrame) {
  const side = Math.min(width, height);
  return { a: side / chipSide, b: 0, tx: (width - side) / 2, ty: (height - side) / 2 };
}
