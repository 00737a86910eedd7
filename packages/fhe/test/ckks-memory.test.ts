/** Memory that a long computation takes, gives back, or does not get. */
import { describe, expect, it } from 'vitest';
import { FheError } from '../src/errors.ts';
import { ckks } from '../src/evaluate.ts';
import { openWasmKernel } from '../src/kernel/wasm.ts';
import { open, simple, slots } from './support/ckks.ts';

const bytes = (x: ckks.Ciphertext) => Buffer.from(ckks.serializeCiphertext(x)).toString('base64');

describe('a long computation in one go', () => {
  const kernel = openWasmKernel('relaxed', { memoryBytes: 2 ** 23 });
  const keys = open(simple, { kernel });
  const [x, key] = [keys.encrypt(slots('a')), keys.rotation(1)];
  const rotated = bytes(ckks.rotate(x, 1, key));

  it('takes no memory that it releases', () => {
    ckks.release(ckks.rotate(x, 1, key));
    const free = kernel.freeBytes();
    for (let i = 0; i < 50; i++) ckks.release(ckks.rotate(x, 1, key));
    expect(kernel.freeBytes()).toBe(free);
  });

  it('goes on when it releases nothing and the memory is full, with the same bytes', () => {
    const results = Array.from({ length: 50 }, () => ckks.rotate(x, 1, key));
    expect(kernel.freeBytes()).toBeLessThan(results[0]!.c0.residues.byteLength * 2);
    expect(results.every((result) => bytes(result) === rotated)).toBe(true);
  });
});

describe('no memory left', () => {
  /** Refuses every allocation after the first `left` ones. */
  const limited = () => {
    const kernel = openWasmKernel('relaxed');
    const limit = { left: Number.POSITIVE_INFINITY };
    const allocate = (length: number) => {
      if (limit.left-- <= 0) throw new FheError('memory-exhausted', { bytes: length * 8 });
      return kernel.allocate(length);
    };
    return { limit, kernel: { ...kernel, allocate } };
  };

  it('is a typed error at whichever allocation it comes, and leaves operands, keys and context as they were', () => {
    const { limit, kernel } = limited();
    const keys = open(simple, { kernel });
    const [x, key] = [keys.encrypt(slots('a')), keys.rotation(1)];
    const operations = {
      rotate: () => ckks.rotate(x, 1, key),
      multiply: () => ckks.relineariseRescale(ckks.multiply(x, x), keys.relinearisation),
      add: () => ckks.add(x, x),
    };
    const [before, low] = [bytes(x), ckks.dropTo(x, 1)];
    const lower = () => bytes(ckks.rotate(low, 1, key));
    const expected = lower();
    for (const run of Object.values(operations)) {
      let [left, result]: [number, ckks.Ciphertext | undefined] = [0, undefined];
      for (; !result; left++) {
        limit.left = left;
        try {
          result = run();
        } catch (error) {
          expect(error).toMatchObject({ name: 'FheError', code: 'memory-exhausted' });
        }
        limit.left = Number.POSITIVE_INFINITY;
        expect(bytes(x)).toBe(before);
        expect(lower()).toBe(expected);
      }
      expect(left).toBeGreaterThan(1);
      expect(bytes(result)).toBe(bytes(run()));
    }
  });
});
