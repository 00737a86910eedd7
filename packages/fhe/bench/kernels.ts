/**
 * The kernel's loops by themselves: transforms (one limb) and the product of a ciphertext with a plaintext, summed
 * (all limbs, both halves), against node-seal. Run by `fhe.ts`.
 */
import SEAL from 'node-seal';
import { firstOf, type KernelName } from '../src/kernel/default.ts';
import type { Basis, Kernel } from '../src/kernel/kernel.ts';
import { isPrime, type Modulus, modulus } from '../src/ring/modulus.ts';
import { interleaved, type Row } from './measure.ts';

/** The NTT form of a ciphertext times a plaintext, at equal modulus bits: q-primes of both libraries, without P. */
const chains = {
  4096: [36, 36],
  8192: [43, 43, 44, 44],
  16384: [48, 48, 48, 49, 49, 49, 49, 49],
  32768: [48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48],
} as const;

const peer = 'node-seal 7.0.0';

/** Measures everything, handing out each row when it is known. */
export async function run(report: (row: Row) => void, progress: (line: string) => void): Promise<void> {
  const fastest = firstOf(['relaxed', 'plain', 'reference']);
  for (const degree of [4096, 8192, 16_384, 32_768]) {
    progress(`fhe ntt/${degree}`);
    transforms(report, fastest, degree, 48, '');
  }
  for (const name of ['plain', 'reference'] satisfies KernelName[]) {
    progress(`fhe ntt-${name}/8192`);
    transforms(report, firstOf([name]), 8192, name === 'reference' ? 35 : 48, `-${name}`);
  }
  for (const degree of [4096, 8192, 16_384, 32_768] as const) {
    progress(`fhe multiply-accumulate/${degree}`);
    await multiplyAccumulate(report, fastest, degree);
  }
}

function transforms(
  report: (row: Row) => void,
  kernel: Kernel,
  degree: number,
  bits: number,
  suffix: string,
): void {
  const basis = kernel.basis(degree, primes([bits], degree));
  const x = filled(kernel, basis);
  const before = x.slice();
  kernel.ntt(basis, x);
  kernel.intt(basis, x);
  const q = basis.moduli[0]!;
  if (x.some((v, j) => (v - before[j]!) % q !== 0)) throw new Error('the transform is wrong; not timing it');

  const parameters = { kernel: kernel.name, bits: String(bits), limbs: '1' };
  const [forward, inverse] = interleaved([() => kernel.ntt(basis, x), () => kernel.intt(basis, x)]);
  for (const [name, sampled] of Object.entries({ ntt: forward!, intt: inverse! })) {
    const row = { bench: 'fhe', case: `${name}${suffix}/${degree}`, parameters } as const;
    report({ ...row, metric: 'cpu_ms', ...sampled });
    const [value, p95] = [sampled.value, sampled.p95].map((ms) => (ms * 1e6) / bits) as [number, number];
    report({ ...row, metric: 'ns_per_bit', value, p95, n: sampled.n });
  }
}

async function multiplyAccumulate(
  report: (row: Row) => void,
  kernel: Kernel,
  degree: keyof typeof chains,
): Promise<void> {
  // Ours takes primes below 2^48 where SEAL has 49 bits: as many limbs, at most 1 bit in 49 less.
  const bits = chains[degree].map((b) => Math.min(b, 48));
  const basis = kernel.basis(degree, primes(bits, degree));
  const [c0, c1, plain, s0, s1] = Array.from({ length: 5 }, () => filled(kernel, basis));
  const [before, q] = [s0!.slice(), BigInt(basis.moduli[0]!)];
  const ours = () => {
    kernel.multiplyAdd(basis, s0!, c0!, plain!);
    kernel.multiplyAdd(basis, s1!, c1!, plain!);
  };
  ours();
  for (const j of [0, 1, degree - 1]) {
    const want = BigInt(before[j]!) + BigInt(c0![j]!) * BigInt(plain![j]!);
    if ((BigInt(s0![j]!) - want) % q !== 0n) throw new Error('the sum is wrong; not timing it');
  }
  const theirs = await sealMultiplyAccumulate(degree, chains[degree]);
  const [mine, other] = interleaved([ours, theirs], degree > 8192 ? 15 : 40);
  const parameters = { kernel: kernel.name, limbs: String(bits.length), security: 'none' };
  report({
    ...{ bench: 'fhe', case: `multiply-accumulate/${degree}`, metric: 'cpu_ms', ...mine!, parameters },
    ...{ peer, peer_value: other!.value },
  });
  for (const x of [c0, c1, plain, s0, s1]) kernel.release(x!);
}

/** The same work in SEAL: CKKS keeps ciphertexts and plaintexts in NTT form. */
async function sealMultiplyAccumulate(degree: number, bits: readonly number[]): Promise<() => void> {
  const seal = await SEAL();
  const parameters = new seal.EncryptionParameters(seal.SchemeType.ckks);
  parameters.setPolyModulusDegree(degree);
  const special = bits.at(-1)!;
  parameters.setCoeffModulus(seal.CoeffModulus.Create(degree, Int32Array.from([...bits, special])));
  // Only speed is compared here, so the chain may be longer than the library's own limit.
  const context = new seal.SEALContext(parameters, true, seal.SecLevelType.none);
  const encoder = new seal.CKKSEncoder(context);
  const keys = new seal.KeyGenerator(context);
  const publicKey = keys.createPublicKey();
  const encryptor = new seal.Encryptor(context, publicKey);
  const evaluator = new seal.Evaluator(context);
  const plaintext = new seal.Plaintext();
  encoder.encode(new Float64Array(degree / 2).fill(0.5), 2 ** 30, plaintext);
  const [ciphertext, product, sum] = [new seal.Ciphertext(), new seal.Ciphertext(), new seal.Ciphertext()];
  encryptor.encrypt(plaintext, ciphertext);
  evaluator.multiplyPlain(ciphertext, plaintext, sum);
  return () => {
    evaluator.multiplyPlain(ciphertext, plaintext, product);
    evaluator.addInplace(sum, product);
  };
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
