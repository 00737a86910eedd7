/**
 * The kernel's transforms by themselves, one limb. Run by `fhe.ts`; node-seal does not show its own.
 */
import { firstOf, type KernelName } from '../src/kernel/default.ts';
import type { Basis, Kernel } from '../src/kernel/kernel.ts';
import { isPrime, type Modulus, modulus } from '../src/ring/modulus.ts';
import { interleaved, type Report } from './measure.ts';

/** Measures everything, handing out each row when it is known. */
export function kernelsBench(report: Report, progress: (line: string) => void): void {
  const fastest = firstOf(['relaxed', 'plain', 'reference']);
  for (const degree of [4096, 8192, 16_384, 32_768]) {
    progress(`fhe ntt/${degree}`);
    transforms(report, fastest, degree, 48, '');
  }
  for (const name of ['plain', 'reference'] satisfies KernelName[]) {
    progress(`fhe ntt-${name}/8192`);
    transforms(report, firstOf([name]), 8192, name === 'reference' ? 35 : 48, `-${name}`);
  }
}

function transforms(report: Report, kernel: Kernel, degree: number, bits: number, suffix: string): void {
  const calls = transformCalls(kernel, degree, bits);
  const parameters = { kernel: kernel.name, bits: String(bits), limbs: '1' };
  const [forward, inverse] = interleaved([calls.ntt, calls.intt]);
  for (const [name, sampled] of Object.entries({ ntt: forward!, intt: inverse! })) {
    const row = { bench: 'fhe', case: `${name}${suffix}/${degree}`, parameters } as const;
    report({ ...row, metric: 'cpu_ms', ...sampled });
    const [value, p95] = [sampled.value, sampled.p95].map((ms) => (ms * 1e6) / bits) as [number, number];
    report({ ...row, metric: 'ns_per_bit', value, p95, n: sampled.n });
  }
}

/** The transforms of one limb, with a prime of so many bits. Throws when they do not undo each other. */
export function transformCalls(kernel: Kernel, degree: number, bits: number) {
  const basis = kernel.basis(degree, primes([bits], degree));
  const x = filled(kernel, basis);
  const before = x.slice();
  kernel.ntt(basis, x);
  kernel.intt(basis, x);
  const q = basis.moduli[0]!;
  if (x.some((v, j) => (v - before[j]!) % q !== 0)) throw new Error('the transform is wrong; not timing it');

  return { ntt: () => kernel.ntt(basis, x), intt: () => kernel.intt(basis, x) };
}

function filled(kernel: Kernel, { degree, moduli }: Basis): Float64Array {
  const x = kernel.allocate(degree * moduli.length);
  for (let t = 0; t < x.length; t++) {
    x[t] = Math.round((Math.random() - 0.5) * moduli[Math.floor(t / degree)]!);
  }
  return x;
}

/** Distinct NTT primes of the given sizes, the largest that fit. */
function primes(bits: readonly number[], degree: number): Modulus[] {
  const out: Modulus[] = [];
  const step = 2 * degree;
  for (const b of bits) {
    let q = Math.floor((2 ** b - 2) / step) * step + 1;
    while (!isPrime(BigInt(q)) || out.some((other) => other === q)) q -= step;
    out.push(modulus(q, degree));
  }
  return out;
}
