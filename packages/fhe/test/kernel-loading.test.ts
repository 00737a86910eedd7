/** How the modules are found, checked, refused and fed with memory. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { plain } from '../generated/plain.ts';
import { relaxed } from '../generated/relaxed.ts';
import { generate } from '../scripts/generate.ts';
import { createArena } from '../src/kernel/arena.ts';
import { firstOf } from '../src/kernel/default.ts';
import { openWasmKernel } from '../src/kernel/wasm.ts';
import { type Modulus, modulus, smallestRoot } from '../src/ring/modulus.ts';
import { primesBelow } from './support/primes.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const bytesOf = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));

describe('generated modules', () => {
  it('are what `npm run generate` makes of the source, byte for byte, and small', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'generated-'));
    try {
      const sizes = await generate(folder);
      for (const form of ['relaxed', 'plain']) {
        const committed = await readFile(new URL(`../generated/${form}.ts`, import.meta.url));
        expect(await readFile(join(folder, `${form}.ts`))).toEqual(committed);
        expect(sizes[form]).toBeLessThanOrEqual(80_000);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 240_000);

  it.each([relaxed, plain])('say their own size and hash, and import nothing but memory', (module) => {
    const bytes = bytesOf(module.base64);
    expect(bytes.length).toBe(module.bytes);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(module.sha256);
    expect(WebAssembly.Module.imports(new WebAssembly.Module(bytes))).toEqual([
      { module: 'env', name: 'memory', kind: 'memory' },
    ]);
  });

  it('the plain one contains no relaxed instruction: it validates where relaxed SIMD does not exist', () => {
    // Relaxed instructions are 0xfd 0x80 0x02 and up (opcodes 0x100-0x113 in LEB128).
    const hasRelaxed = (base64: string) => {
      const bytes = bytesOf(base64);
      return bytes.some(
        (b, i) =>
          b === 0xfd && (bytes[i + 1] ?? 0) >= 0x80 && (bytes[i + 1] ?? 0) <= 0x93 && bytes[i + 2] === 2,
      );
    };
    expect(hasRelaxed(relaxed.base64)).toBe(true);
    expect(hasRelaxed(plain.base64)).toBe(false);
  });
});

/** A module (memory imported) whose `probe` computes h - a * b with two roundings: an unfused multiply-add. */
const unfused = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 8, 1, 0x60, 3, 0x7c, 0x7c, 0x7c, 1, 0x7c],
  ...[2, 15, 1, 3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 0, 1],
  ...[3, 2, 1, 0],
  ...[7, 9, 1, 5, 0x70, 0x72, 0x6f, 0x62, 0x65, 0, 0],
  ...[10, 12, 1, 10, 0, 0x20, 2, 0x20, 0, 0x20, 1, 0xa2, 0xa1, 0x0b],
]);

describe('loading', () => {
  it('refuses a module whose multiply-add is not fused, and takes the plain one instead', () => {
    expect(WebAssembly.validate(unfused)).toBe(true);
    expect(() => openWasmKernel('relaxed', { modules: { relaxed: unfused } })).toThrow(
      code('kernel-unavailable'),
    );
    expect(firstOf(['relaxed', 'plain', 'reference'], { modules: { relaxed: unfused } }).name).toBe('plain');
  });

  it.each([
    ['empty', new Uint8Array(0)],
    ['truncated', bytesOf(relaxed.base64).slice(0, -1)],
    ['of another program', Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])],
  ])('refuses a module that is %s, and computes without WebAssembly', (_title, bytes) => {
    const modules = { relaxed: bytes, plain: bytes };
    expect(() => openWasmKernel('relaxed', { modules })).toThrow(code('kernel-unavailable'));
    expect(firstOf(['relaxed', 'plain', 'reference'], { modules }).name).toBe('reference');
    expect(() => firstOf(['relaxed', 'plain'], { modules })).toThrow(code('kernel-unavailable'));
  });

  it.each([0, -1, Number.NaN, 2 ** 32 + 1, Number.POSITIVE_INFINITY])(
    'refuses a memory of %d bytes',
    (memoryBytes) => {
      expect(() => openWasmKernel('plain', { memoryBytes })).toThrow(code('memory-exhausted'));
    },
  );

  it('runs in a worker', async () => {
    const script = `
      const { parentPort } = await import('node:worker_threads');
      const { openWasmKernel } = await import(${JSON.stringify(new URL('../src/kernel/wasm.ts', import.meta.url).href)});
      const kernel = openWasmKernel('relaxed');
      const x = kernel.allocate(8);
      x[1] = 1;
      kernel.ntt(kernel.basis(8, [37044658177]), x);
      parentPort.postMessage([...x].map((v) => (v + 37044658177) % 37044658177));
    `;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`));
    const values = await new Promise((resolve, reject) =>
      worker.once('message', resolve).once('error', reject),
    );
    await worker.terminate();
    // The first value of X is psi itself.
    expect((values as number[])[0]).toBe(smallestRoot(modulus(37_044_658_177, 8), 8));
  });
});

describe('memory', () => {
  const q = primesBelow(40, 1024)[0]!;

  it('hands out zeroed arrays, wipes what comes back, and reuses it', () => {
    const kernel = openWasmKernel('plain', { memoryBytes: 2 ** 20 });
    const start = kernel.freeBytes();
    const first = kernel.allocate(1024).fill(3);
    const offset = first.byteOffset;
    kernel.release(first);
    expect(first.every((x) => x === 0)).toBe(true);
    expect(kernel.freeBytes()).toBe(start);
    const second = kernel.allocate(1024);
    expect(second.byteOffset).toBe(offset);
    expect(second.every((x) => x === 0)).toBe(true);
  });

  it('takes back, wiped, what is dropped without release, once it is garbage-collected', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const kernel = openWasmKernel('plain', { memoryBytes: 2 ** 20 });
    const start = kernel.freeBytes();
    const all = new Float64Array(kernel.allocate(1).buffer);
    (() => {
      for (let i = 0; i < 20; i++) kernel.allocate(1024).fill(31_415);
    })();
    expect(kernel.freeBytes()).toBeLessThan(start - 20 * 8192);
    for (let i = 0; i < 50 && kernel.freeBytes() < start - 2 * 8192; i++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(kernel.freeBytes()).toBeGreaterThanOrEqual(start - 2 * 8192);
    expect(all.filter((x) => x === 31_415).length).toBeLessThanOrEqual(2 * 1024);
  });

  it('is not confused by a release repeated, or of a foreign array', () => {
    const kernel = openWasmKernel('plain', { memoryBytes: 2 ** 20 });
    const [a, foreign] = [kernel.allocate(64), new Float64Array([1, 2])];
    kernel.release(a);
    const free = kernel.freeBytes();
    kernel.release(a);
    kernel.release(foreign);
    expect(kernel.freeBytes()).toBe(free);
    expect([...foreign]).toEqual([0, 0]);
    const [b, c] = [kernel.allocate(64), kernel.allocate(64)];
    expect(b.byteOffset).not.toBe(c.byteOffset);
  });

  it('goes on with arrays on the heap when it is full, with equal results', () => {
    const kernel = openWasmKernel('plain', { memoryBytes: 2 ** 19 });
    const basis = kernel.basis(1024, [q]);
    const arrays = Array.from({ length: 60 }, (_, k) => kernel.allocate(1024).fill(k - 30));
    expect(new Set(arrays.map((x) => x.buffer)).size).toBeGreaterThan(1);
    for (const x of arrays) kernel.ntt(basis, x);
    const out = kernel.allocate(1024);
    kernel.add(basis, out, arrays[0]!, arrays[59]!);
    kernel.intt(basis, out);
    expect(out.every((x) => x === -1)).toBe(true);
  });

  it('says so when tables or heap do not fit', () => {
    const kernel = openWasmKernel('plain', { memoryBytes: 2 ** 18 });
    expect(() => kernel.basis(32_768, [primesBelow(40, 32_768)[0]!])).toThrow(code('memory-exhausted'));
    expect(() => kernel.allocate(2 ** 40)).toThrow(code('memory-exhausted'));
  });

  it('refuses arrays that are too short and the basis of another kernel', () => {
    const [one, other] = [openWasmKernel('plain'), openWasmKernel('plain')];
    const basis = one.basis(1024, [q]);
    expect(() => one.ntt(basis, new Float64Array(1023))).toThrow(code('ring-mismatch'));
    expect(() => one.ntt(basis, one.allocate(1024).subarray(1))).toThrow(code('ring-mismatch'));
    expect(() => other.ntt(basis, other.allocate(1024))).toThrow(code('ring-mismatch'));
    expect(() => one.permute(basis, one.allocate(1024), one.allocate(1024), new Uint32Array(8))).toThrow(
      code('ring-mismatch'),
    );
  });

  it('keeps nothing of a call that it refuses', () => {
    const kernel = openWasmKernel('plain', { memoryBytes: 2 ** 20 });
    const basis = kernel.basis(1024, [q]);
    const [secret, out] = [new Float64Array(1024).fill(987_654_321), new Float64Array(1024)];
    expect(() => kernel.add(basis, out, secret, new Float64Array(5))).toThrow(code('ring-mismatch'));
    const many = Array.from({ length: 500 }, () => secret);
    const small = kernel.basis(1024, [primesBelow(27, 1024)[0]!]);
    const weights = kernel.runWeights(small, new Float64Array(500), 500, 1024);
    expect(() => kernel.runProducts([out], many, [weights])).toThrow(code('memory-exhausted'));
    expect(new Float64Array(kernel.allocate(1).buffer).includes(987_654_321)).toBe(false);
    expect(out.every((x) => x === 0)).toBe(true);
    // The next call finds the region empty.
    kernel.add(basis, out, secret, secret);
    expect(out[0]).toBe(2 * 987_654_321);
  });

  it('stages foreign operands limb by limb: 40 limbs need no more than one', () => {
    const moduli = primesBelow(40, 1024, 40) as Modulus[];
    const outputs = [2 ** 21, 2 ** 24].map((memoryBytes) => {
      const kernel = openWasmKernel('plain', { memoryBytes });
      const [all, tail] = [kernel.basis(1024, moduli), kernel.basis(1024, moduli.slice(0, 2))];
      // The smaller memory has 256 KiB for copies; a polynomial of 40 limbs has 320.
      const x = Float64Array.from({ length: 40 * 1024 }, (_, t) => (t * 7_919) % 99_991);
      const factors = moduli.map((_q, i) => i + 2);
      const target = Uint32Array.from({ length: 1024 }, (_, j) => 1023 - j);
      const outs = [0, 1, 2].map(() => new Float64Array(x.length));
      kernel.permute(all, outs[0]!, x, target);
      kernel.convert(tail, all, outs[1]!, x);
      kernel.divide({ tail, kept: all, factors }, outs[2]!, x, x, { plus: x, target });
      return outs;
    });
    expect(outputs[0]).toEqual(outputs[1]);
  });

  it('wipes the copies of foreign operands', () => {
    const kernel = openWasmKernel('plain', { memoryBytes: 2 ** 20 });
    const basis = kernel.basis(1024, [q]);
    const probe = kernel.allocate(1);
    const secret = new Float64Array(1024).fill(123_456_789);
    kernel.add(basis, kernel.allocate(1024), secret, secret);
    const all = new Float64Array(probe.buffer);
    expect(all.includes(123_456_789)).toBe(false);
    expect(all.includes(246_913_578)).toBe(true);
  });
});

describe('arena', () => {
  it('never overlaps, always merges: ten thousand random steps against a list of intervals', () => {
    const arena = createArena(100, 2 ** 20);
    const total = arena.free();
    const held: { at: number; size: number }[] = [];
    let seed = 1;
    const next = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let step = 0; step < 10_000; step++) {
      const block = next(3) > 0 ? arena.take(1 + next(20_000)) : undefined;
      if (block) held.push(block);
      else if (held.length > 0) arena.give(held.splice(next(held.length), 1)[0]!);
    }
    const sorted = held.toSorted((a, b) => a.at - b.at);
    for (const [i, { at, size }] of sorted.entries()) {
      expect(at % 64).toBe(0);
      expect(at).toBeGreaterThanOrEqual(100);
      expect(at + size).toBeLessThanOrEqual(sorted[i + 1]?.at ?? 2 ** 20);
    }
    expect(arena.free()).toBe(total - held.reduce((sum, { size }) => sum + size, 0));
    for (const block of held) arena.give(block);
    expect(arena.take(total - 9 * 64)).toEqual({ at: 128, size: total });
  });
});
