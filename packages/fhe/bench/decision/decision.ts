/**
 * The measurement behind `docs/kernel-decision.md`: doubles of up to 48 bits, 27-bit integer lanes and composite
 * limbs on the inner loops of sealed sign-in and of the encrypted-image layer. CPU time of one thread, median of
 * interleaved rounds, every answer checked before it is timed.
 * Run: node packages/fhe/bench/decision/decision.ts [--json]
 */
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import type { Basis } from '../../src/kernel/kernel.ts';
import { openWasmKernel } from '../../src/kernel/wasm.ts';
import { composite } from '../../src/ring/composite.ts';
import { bitReverse, isPrime, type Modulus, modulus, power, smallestRoot } from '../../src/ring/modulus.ts';

const rounds = 15;
const json = process.argv.includes('--json');

/** One contender on one loop: what it costs, and how many bits of modulus it carries for that. */
interface Contender {
  readonly loop: string;
  readonly kernel: string;
  /** Bits of modulus that one call advances, over all its limbs. */
  readonly bits: number;
  run(): void;
}

/** The `count` largest NTT primes below 2^bits. */
function primes(bits: number, degree: number, count: number): Modulus[] {
  const out: Modulus[] = [];
  const step = 2 * degree;
  for (let q = Math.floor((2 ** bits - 2) / step) * step + 1; out.length < count; q -= step) {
    if (isPrime(BigInt(q))) out.push(modulus(q, degree));
  }
  return out;
}

/** Composite limbs of two primes of 24 bits each. */
function composites(degree: number, count: number): Modulus[] {
  const list = primes(24, degree, 2 * count);
  return Array.from({ length: count }, (_, i) => composite(list[2 * i]!, list[2 * i + 1]!));
}

// --- doubles -------------------------------------------------------------------------------------------------

const doubles = openWasmKernel('relaxed', { memoryBytes: 2 ** 30 });

function filled(basis: Basis): Float64Array {
  const x = doubles.allocate(basis.degree * basis.moduli.length);
  for (const [i, q] of basis.moduli.entries()) {
    for (let j = 0; j < basis.degree; j++) {
      x[i * basis.degree + j] = Math.round((Math.random() - 0.5) * q);
    }
  }
  return x;
}

/** `terms` random polynomials. */
const several = (basis: Basis, terms: number) => Array.from({ length: terms }, () => filled(basis));

/** `sums` sums of the same `terms` inputs with weights that are constant on runs. */
function runSums(basis: Basis, terms: number, run: number, sums: number): () => void {
  const { degree, moduli } = basis;
  const values = new Float64Array((moduli.length * degree * terms) / run);
  for (let v = 0; v < values.length; v++) {
    values[v] = Math.round((Math.random() - 0.5) * moduli[Math.floor((v * moduli.length) / values.length)]!);
  }
  const weights = Array.from({ length: sums }, () => doubles.runWeights(basis, values, terms, run));
  const [xs, outs] = [several(basis, terms), several(basis, sums)];
  return () => doubles.runProducts(outs, xs, weights);
}

/**
 * One key switch: `levels` limbs in digits of `width` limbs, `special` further limbs; all conversions, transforms
 * and sums, result in evaluation form. The same steps as `../reference/e2e-encrypted-cnn.md`, section 3.
 */
function keySwitch(degree: number, q: readonly Modulus[], p: readonly Modulus[], width: number): () => void {
  const [Q, P, QP] = [q, p, [...q, ...p]].map((moduli) => doubles.basis(degree, moduli)) as [
    Basis,
    Basis,
    Basis,
  ];
  const digits = Array.from({ length: Math.ceil(q.length / width) }, (_, d) => {
    const own = q.slice(d * width, (d + 1) * width);
    const [before, after] = [q.slice(0, d * width), [...q.slice((d + 1) * width), ...p]];
    const [ownBasis, lower, upper] = [own, before, after].map((m) => doubles.basis(degree, m));
    return { at: d * width * degree, own: ownBasis!, lower: lower!, upper: upper! };
  });
  const [input, coefficients] = [filled(Q), filled(Q)];
  const extended = digits.map(() => filled(QP));
  const keys = [0, 1].map(() => digits.map(() => filled(QP)));
  const sums = [filled(QP), filled(QP)];
  const [dropped, out] = [filled(P), filled(Q)];
  const by = { tail: P, kept: Q, factors: q.map(() => 12_345) };
  const split = q.length * degree;

  return () => {
    doubles.intt(Q, coefficients, input);
    for (const [d, { at, own, lower, upper }] of digits.entries()) {
      const end = at + own.moduli.length * degree;
      const digit = coefficients.subarray(at, end);
      const [target, below, above] = [extended[d]!, extended[d]!.subarray(0, at), extended[d]!.subarray(end)];
      doubles.convert(own, lower, below, digit);
      target.set(input.subarray(at, end), at);
      doubles.convert(own, upper, above, digit);
    }
    doubles.innerProducts(QP, sums, extended, keys);
    for (const sum of sums) {
      doubles.intt(P, dropped, sum.subarray(split));
      doubles.divide(by, out, sum, dropped);
    }
  };
}

// --- integers ------------------------------------------------------------------------------------------------

interface Integers {
  forward(x: number, n: number, roots: number, q: number): void;
  innerProduct(out: number, as: number, bs: number, terms: number, n: number, q: number, qi: number): void;
  runProduct(
    out: number,
    xs: number,
    weights: number,
    terms: number,
    run: number,
    n: number,
    q: number,
    qi: number,
  ): void;
}

const memory = new WebAssembly.Memory({ initial: 8192 });
const words = new Uint32Array(memory.buffer);
let top = 65_536;

const packageRoot = fileURLToPath(new URL('../../', import.meta.url));

async function integerKernel(): Promise<Integers> {
  let wasm: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main(
    [
      ...['assembly/decision/integer.ts', '--baseDir', packageRoot, '--outFile', 'i.wasm'],
      ...['--enable', 'simd', '--runtime', 'stub', '--importMemory', '--noExportMemory', '--noAssert'],
      ...['--uncheckedBehavior', 'always', '-O3', '--converge'],
    ],
    {
      writeFile: (_name, contents) => {
        if (typeof contents !== 'string') wasm = Uint8Array.from(contents);
      },
    },
  );
  if (error || !wasm) throw new Error(stderr.toString());
  const { instance } = await WebAssembly.instantiate(wasm, { env: { memory } });
  return instance.exports as unknown as Integers;
}

/** The address of `count` words, shifted by cache lines as the arena of the other kernel does. */
function take(count: number): number {
  const at = top;
  top += Math.ceil(count / 16) * 64 + 576;
  return at;
}

function residues(degree: number, q: number): number {
  const at = take(degree);
  for (let j = 0; j < degree; j++) words[at / 4 + j] = Math.floor(Math.random() * q);
  return at;
}

function rootsOf(degree: number, q: Modulus): number {
  const at = take(2 * degree);
  const [m, psi] = [BigInt(q), BigInt(smallestRoot(q, degree))];
  for (let i = 0, w = 1n; i < degree; i++, w = (w * psi) % m) {
    const j = bitReverse(i, degree);
    words[at / 4 + j] = Number(w);
    words[at / 4 + degree + j] = Number((w << 32n) / m);
  }
  return at;
}

/** -1/q modulo 2^32. */
function negativeInverse(q: number): number {
  let inverse = 1;
  for (let i = 0; i < 5; i++) inverse = Math.imul(inverse, 2 - Math.imul(q, inverse));
  return -inverse >>> 0;
}

function pointers(list: readonly number[]): number {
  const at = take(list.length);
  words.set(list, at / 4);
  return at;
}

// --- the loops -----------------------------------------------------------------------------------------------

const wasm = await integerKernel();
const contenders: Contender[] = [];

/** The bits that one limb of the image layer carries: 14 of them and P make up log QP = 430. */
const small = 26.8;

for (const degree of [4096, 8192, 16_384]) {
  const loop = `transform, one limb, N = ${degree}`;
  for (const bits of [48, small]) {
    const basis = doubles.basis(degree, primes(bits, degree, 1));
    const x = filled(basis);
    contenders.push({ loop, kernel: `doubles ${bits}`, bits, run: () => doubles.ntt(basis, x) });
  }
  const [q] = primes(small, degree, 1);
  const [roots, x] = [rootsOf(degree, q!), residues(degree, q!)];
  checkIntegers(degree, q!, roots);
  contenders.push({
    loop,
    kernel: `integers ${small}`,
    bits: small,
    run: () => wasm.forward(x, degree, roots, q!),
  });
}

{
  // One reply of sealed sign-in: two plaintexts up, two products with two terms, two polynomials down. 106 bits.
  const loop = 'sealed sign-in: ring work of one reply, N = 4096';
  const basis = doubles.basis(
    4096,
    [37_044_658_177, 37_581_537_281, 49_929_756_673].map((q) => modulus(q, 4096)),
  );
  const [m, v, c0, c1, b, a] = several(basis, 6) as [Float64Array, Float64Array, ...Float64Array[]];
  const [s0, s1] = several(basis, 2);
  const run = () => {
    doubles.ntt(basis, m);
    doubles.ntt(basis, v);
    doubles.innerProducts(
      basis,
      [s0!, s1!],
      [m, v],
      [
        [c0!, b!],
        [c1!, a!],
      ],
    );
    doubles.intt(basis, s0!);
    doubles.intt(basis, s1!);
  };
  contenders.push({ loop, kernel: 'doubles 3 x 36', bits: 106, run });
  const limbs = primes(26.5, 4096, 4).map((q) => ({ q, qi: negativeInverse(q), roots: rootsOf(4096, q) }));
  const lists = limbs.map(({ q }) => {
    const [x, y] = [residues(4096, q), residues(4096, q)];
    const both = pointers([x, y]);
    const others = pointers([residues(4096, q), residues(4096, q)]);
    return { x, y, both, others, o0: residues(4096, q), o1: residues(4096, q) };
  });
  const integers = () => {
    for (const [i, { q, qi, roots }] of limbs.entries()) {
      const { x, y, both, others, o0, o1 } = lists[i]!;
      for (const at of [x, y]) wasm.forward(at, 4096, roots, q);
      for (const at of [o0, o1]) wasm.innerProduct(at, others, both, 2, 4096, q, qi);
      // The way down costs what the way up costs.
      for (const at of [o0, o1]) wasm.forward(at, 4096, roots, q);
    }
  };
  contenders.push({ loop, kernel: 'integers 4 x 26.5', bits: 106, run: integers });
}

{
  // The inner loop of a convolution: 36 inputs, 16 outputs, weights constant on runs of 256 values; one limb.
  const [loop, degree, terms, run, sums] = [
    'periodic weights, 16 sums of 36 terms, one limb, N = 16384',
    16_384,
    36,
    256,
    16,
  ] as const;
  const pair = doubles.basis(degree, composites(degree, 1));
  contenders.push({
    loop,
    kernel: 'doubles 48 (composite 2 x 24)',
    bits: 48,
    run: runSums(pair, terms, run, sums),
  });
  const single = doubles.basis(degree, primes(small, degree, 1));
  const split = runSums(single, terms, run, sums);
  contenders.push({ loop, kernel: `doubles ${small}, split weights`, bits: small, run: split });
  const [q] = primes(small, degree, 1) as [Modulus];
  const xs = Array.from({ length: terms }, () => residues(degree, q));
  const tables = Array.from({ length: sums }, () => residues((degree / run) * terms, q));
  const outs = Array.from({ length: sums }, () => residues(degree, q));
  const [list, qi] = [pointers(xs), negativeInverse(q)];
  // The same order as in `runProducts`: all sums of one run of the inputs, then the next run.
  const integers = () => {
    for (let at = 0; at < degree; at += run) {
      for (let k = 0; k < terms; k++) words[list / 4 + k] = xs[k]! + at * 4;
      for (let o = 0; o < sums; o++) {
        wasm.runProduct(outs[o]! + at * 4, list, tables[o]! + (at / run) * terms * 4, terms, run, run, q, qi);
      }
    }
  };
  contenders.push({ loop, kernel: `integers ${small}`, bits: small, run: integers });
}

{
  // The sums of one key switch: 6 digits times two halves of the key, all limbs, so that keys come from memory.
  const loop = 'key-switch sums, 12 levels, 6 digits, N = 16384';
  const sums = (moduli: Modulus[]) => {
    const basis = doubles.basis(16_384, moduli);
    const digits = several(basis, 6);
    const keys = [several(basis, 6), several(basis, 6)];
    const outs = several(basis, 2);
    return () => doubles.innerProducts(basis, outs, digits, keys);
  };
  const bits = 12 * 24;
  contenders.push({ loop, kernel: 'doubles 6 + 1 x 48 (composite)', bits, run: sums(composites(16_384, 7)) });
  contenders.push({
    loop,
    kernel: `doubles 12 + 2 x ${small}`,
    bits: 12 * small,
    run: sums(primes(small, 16_384, 14)),
  });
  const limbs = primes(small, 16_384, 14).map((q) => {
    const list = () => pointers(Array.from({ length: 6 }, () => residues(16_384, q)));
    return { q, qi: negativeInverse(q), digits: list(), keys: [list(), list()], out: residues(16_384, q) };
  });
  const run = () => {
    for (const { q, qi, digits, keys, out } of limbs) {
      for (const key of keys) wasm.innerProduct(out, digits, key, 6, 16_384, q, qi);
    }
  };
  contenders.push({ loop, kernel: `integers 12 + 2 x ${small}`, bits: 12 * small, run });
}

{
  const loop = 'key switch, complete, 12 levels, N = 16384';
  const pairs = composites(16_384, 7);
  const whole = keySwitch(16_384, pairs.slice(1), pairs.slice(0, 1), 1);
  contenders.push({ loop, kernel: 'doubles 6 + 1 x 48 (composite)', bits: 12 * 24, run: whole });
  const limbs = primes(small, 16_384, 14);
  const fine = keySwitch(16_384, limbs.slice(2), limbs.slice(0, 2), 2);
  contenders.push({ loop, kernel: `doubles 12 + 2 x ${small}`, bits: 12 * small, run: fine });
}

/** The integer transform against the definition, at a few points. */
function checkIntegers(degree: number, q: Modulus, roots: number): void {
  const x = residues(degree, q);
  const before = Array.from(words.subarray(x / 4, x / 4 + degree), BigInt);
  wasm.forward(x, degree, roots, q);
  const [m, psi] = [BigInt(q), BigInt(smallestRoot(q, degree))];
  for (const j of [0, 1, 2, 3, degree / 2, degree - 1]) {
    const point = power(psi, BigInt(2 * bitReverse(j, degree) + 1), m);
    const want = before.reduceRight((sum, c) => (sum * point + c) % m, 0n);
    if (words[x / 4 + j] !== Number(want)) throw new Error('the integer transform is wrong; not timing it');
  }
}

// --- measurement ---------------------------------------------------------------------------------------------

/** CPU time of one call in microseconds, over enough calls to be measurable. */
function cpu(run: () => void, calls: number): number {
  const start = process.cpuUsage();
  for (let i = 0; i < calls; i++) run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / calls;
}

const calls = contenders.map(({ run }) => {
  cpu(run, 20);
  return Math.max(1, Math.ceil(25_000 / cpu(run, 5)));
});
const samples: number[][] = contenders.map(() => []);
for (let round = 0; round < rounds; round++) {
  for (const [i, { run }] of contenders.entries()) samples[i]!.push(cpu(run, calls[i]!));
}
for (const [i, { loop, kernel, bits }] of contenders.entries()) {
  show(loop, kernel, samples[i]!.toSorted((x, y) => x - y)[rounds >> 1]!, bits);
}

// The integer key switch was not written: its transforms and sums alone, conversions and copies taken as free.
const medianOf = (loop: string, kernel: string) => {
  const i = contenders.findIndex((c) => c.loop.startsWith(loop) && c.kernel.startsWith(kernel));
  return samples[i]!.toSorted((x, y) => x - y)[rounds >> 1]!;
};
const transforms = 12 + 6 * 12 + 2 * (2 + 12);
const least =
  transforms * medianOf('transform, one limb, N = 16384', 'integers') +
  medianOf('key-switch sums', 'integers');
show(
  'key switch, 112 transforms and sums alone, 12 levels, N = 16384',
  `integers 12 + 2 x ${small}`,
  least,
  12 * small,
);

function show(loop: string, kernel: string, us: number, bits: number): void {
  const row = {
    loop,
    kernel,
    cpu_us: Number(us.toFixed(1)),
    ns_per_bit: Number(((us * 1000) / bits).toFixed(1)),
  };
  console.log(
    json
      ? JSON.stringify(row)
      : `${loop.padEnd(65)} ${kernel.padEnd(34)} ${row.cpu_us} us, ${row.ns_per_bit} ns/bit`,
  );
}
