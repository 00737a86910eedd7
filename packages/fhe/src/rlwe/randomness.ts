/**
 * Random bytes as an argument: WebCrypto by default, a fixed seed for known-answer tests and key generation.
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { littleEndianWords } from '../bytes.ts';
import { FheError } from '../errors.ts';
import { keystream } from './keystream.ts';

/** A stream of uniformly random bits. Stateful: each call goes on where the last one ended. */
export interface Randomness {
  /**
   * The next `count` words, each uniform in [0, 2^32). Each call starts at a fresh block of 16 words, so a
   * definition that must not depend on how calls are cut asks for multiples of 16. The caller may wipe the result.
   */
  words(count: number): Uint32Array<ArrayBuffer>;
}

/** A ChaCha20 stream under a fresh 256-bit key from WebCrypto. */
export function webRandomness(): Randomness {
  return stream(globalThis.crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * The stream that belongs to a seed and a purpose: ChaCha20 (RFC 8439, zero nonce, counter from 0) under the key
 * SHA-256(purpose || 0x00 || seed), read as little-endian 32-bit words. Part of the wire format (`rlwe/expand.ts`).
 * @param purpose ASCII without NUL; other purposes give independent streams.
 * @throws {FheError} `bad-seed` unless the seed has 32 bytes.
 */
export function seededRandomness(seed: Uint8Array, purpose: string): Randomness {
  if (!(seed instanceof Uint8Array) || seed.length !== 32) throw new FheError('bad-seed');
  const key = sha256
    .create()
    .update(new TextEncoder().encode(`${purpose}\0`))
    .update(seed)
    .digest();
  return stream(key);
}

const blockWords = 16;
/** ChaCha20's 32-bit block counter: 256 GiB, far above any use here; checked all the same. */
const lastBlock = 2 ** 32 - 1;

function stream(key: Uint8Array): Randomness {
  let block = 0;
  return {
    words(count) {
      const blocks = Math.ceil(count / blockWords);
      if (block + blocks > lastBlock) throw new FheError('random-exhausted');
      const bytes = keystream(key, block, blocks);
      block += blocks;
      return littleEndianWords(bytes).subarray(0, count);
    },
  };
}

/**
 * `count` integers, each uniform in [0, bound), by rejection. What is rejected says nothing about what is kept.
 * @param bound at most 2^32.
 */
export function uniformBelow(random: Randomness, bound: number, count: number): number[] {
  const accepted = 2 ** 32 - (2 ** 32 % bound);
  const out: number[] = [];
  while (out.length < count) {
    for (const word of random.words(count - out.length)) if (word < accepted) out.push(word % bound);
  }
  return out;
}
