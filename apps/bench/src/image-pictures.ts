/**
 * Chips for the image benchmark: pairs of photographs beside the repository where they are, drawn patterns otherwise.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJpeg } from '@blindsight/face/node';
import { cutChip } from '../../../packages/face/src/core/chip.ts';
import { pattern } from '../../../packages/protocol/test/support/random-network.ts';

export interface Pictures {
  readonly source: 'lfw' | 'patterns';
  /** [3][112][112] each. */
  readonly pairs: readonly (readonly [ArrayLike<number>, ArrayLike<number>])[];
  /** Whether a pair is two pictures of one person; absent for patterns. */
  readonly same?: readonly boolean[];
}

type Points = readonly (readonly [x: number, y: number])[];

/** @param faces `../shared/faces`. The pairs are every k-th of all of them: half genuine, half not. */
export function picturePairs(faces: string, count: number): Pictures {
  if (!existsSync(join(faces, 'lfw-pairs.json'))) {
    const pairs = Array.from({ length: count }, (_, k) => [pattern(k), pattern(k + 1)] as const);
    return { source: 'patterns', pairs };
  }
  const all = json<[string, string, number, number][]>(faces, 'lfw-pairs.json');
  const landmarks = json<Record<string, { kps: Points }>>(faces, 'lfw-landmarks.json');
  const known = all.filter(([a, b]) => landmarks[a] && landmarks[b]);
  const chip = (name: string) => {
    const [leftEye, rightEye, noseTip, leftMouth, rightMouth] = landmarks[name]!.kps.map(([x, y]) => ({
      x,
      y,
    }));
    const five = {
      leftEye: leftEye!,
      rightEye: rightEye!,
      noseTip: noseTip!,
      leftMouth: leftMouth!,
      rightMouth: rightMouth!,
    };
    const frame = decodeJpeg(readFileSync(join(faces, 'lfw', name)));
    return cutChip(frame, five, 112, undefined, 'arcface-chip');
  };
  // The list has genuine and impostor pairs in long runs; an odd stride visits both kinds alike.
  const stride = Math.floor(known.length / count) | 1;
  const chosen = Array.from({ length: count }, (_, k) => known[(k * stride) % known.length]!);
  const pairs = chosen.map(([a, b]) => [chip(a), chip(b)] as const);
  return { source: 'lfw', pairs, same: chosen.map(([, , same]) => same === 1) };
}

function json<T>(folder: string, name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
}
