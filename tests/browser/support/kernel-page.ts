/**
 * Runs inside a page and inside a worker: one fixed computation on each kernel, as a number that depends on all of
 * it. Bundled by `kernels.test.ts`; the same function runs in Node for comparison.
 */
import { defaultKernel, firstOf, type KernelName } from '../../../packages/fhe/src/kernel/default.ts';
import type { Kernel } from '../../../packages/fhe/src/kernel/kernel.ts';
import { modulus } from '../../../packages/fhe/src/ring/modulus.ts';

export interface Report {
  /** The kernel that the schemes would use. */
  readonly chosen: string;
  /** A checksum for each kernel, or the code of the refusal. */
  readonly sums: Record<KernelName, number | string>;
  /** Time of one transform, N = 8192, 36 bits. Unit: ms of wall time. */
  readonly transform: Record<KernelName, number>;
}

const names: readonly KernelName[] = ['relaxed', 'plain', 'reference'];

export function examine(): Report {
  const sums = {} as Record<KernelName, number | string>;
  const transform = {} as Record<KernelName, number>;
  for (const name of names) {
    try {
      const kernel = firstOf([name]);
      sums[name] = checksum(kernel);
      transform[name] = transformTime(kernel);
    } catch (error) {
      sums[name] = (error as { code?: string }).code ?? String(error);
    }
  }
  return { chosen: defaultKernel().name, sums, transform };
}

const primes = [37_044_658_177, 37_581_537_281, 49_929_756_673];

/** Transforms, products and sums of fixed polynomials, made canonical and folded into one number. */
function checksum(kernel: Kernel): number {
  const degree = 4096;
  const moduli = primes.map((q) => modulus(q, degree));
  const basis = kernel.basis(degree, moduli);
  const [a, b, out] = [1, 2, 3].map((k) => {
    const x = kernel.allocate(3 * degree);
    for (let t = 0; t < x.length; t++) x[t] = ((t * 1_000_003 * k) % 36_000_000_000) - 18_000_000_000;
    return x;
  }) as [Float64Array, Float64Array, Float64Array];
  kernel.ntt(basis, a);
  kernel.ntt(basis, b);
  kernel.innerProducts(basis, [out], [a, b], [[b, a]]);
  kernel.multiplyAdd(basis, out, a, a);
  kernel.intt(basis, out);
  kernel.canonical(basis, out, out);
  return out.reduce((sum, x, t) => (sum * 31 + (x % 65_521) + t) % 4_294_967_291, 7);
}

/** The largest prime below 2^35 that is 1 modulo 2^14. */
const nttPrime = 34_359_410_689;

function transformTime(kernel: Kernel): number {
  const basis = kernel.basis(8192, [modulus(nttPrime, 8192)]);
  const x = kernel.allocate(8192).fill(1);
  const run = (times: number) => {
    const start = performance.now();
    for (let i = 0; i < times; i++) kernel.ntt(basis, x);
    return (performance.now() - start) / times;
  };
  run(300);
  return run(300);
}
