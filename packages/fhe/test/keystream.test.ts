import { chacha20 } from '@noble/ciphers/chacha.js';
import { describe, expect, it } from 'vitest';
import { platformKeystream, portableKeystream } from '../src/rlwe/keystream.ts';

const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const platform = platformKeystream()!;

describe('the keystream', () => {
  it('is the platform’s where there is one: Node has', () => {
    expect(platform).toBeDefined();
  });

  it('has the block of RFC 8439, appendix A.1, test vector 1', () => {
    const block = portableKeystream(new Uint8Array(32), 0, 1);
    expect(Buffer.from(block.subarray(0, 16)).toString('hex')).toBe('76b8e0ada0f13d90405d6ae55386bd28');
  });

  it.each([
    [0, 1],
    [0, 63],
    [0, 64],
    [1, 65],
    [255, 1000],
    [2 ** 16 - 3, 512],
    [2 ** 31 - 2, 70],
    [2 ** 32 - 101, 100],
  ])('is the same from both, from block %i, %i blocks', (first, blocks) => {
    const bytes = platform(key, first, blocks);
    expect(bytes.length).toBe(64 * blocks);
    expect(bytes.buffer.byteLength).toBe(bytes.length);
    expect(Buffer.compare(bytes, portableKeystream(key, first, blocks))).toBe(0);
  });

  it('goes on where the last call ended', () => {
    const whole = chacha20(key, new Uint8Array(12), new Uint8Array(64 * 200));
    expect(Buffer.compare(platform(key, 100, 100), whole.subarray(6400))).toBe(0);
  });
});
