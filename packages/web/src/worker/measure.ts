/**
 * One picture measured and forgotten, for the self-test.
 * @module
 */
import type { FaceEngine } from '@blindsight/face';
import type { Look } from './contract.ts';
import { PixelReader } from './pixels.ts';

const frames = new PixelReader();

export async function measurePicture(
  engine: Pick<FaceEngine, 'analyze'>,
  picture: ImageBitmap,
): Promise<Look> {
  const frame = frames.read(picture);
  try {
    const { gate, faces, face } = await engine.analyze(frame);
    if (!face) return { gate, faces };
    const { yaw, pitch } = face.pose;
    return { gate, faces, face: { ...face.quality, yaw, pitch } };
  } finally {
    frame.data.fill(0);
  }
}
