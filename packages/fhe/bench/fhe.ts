/**
 * Micro benchmarks of sealed sign-in's cryptography. Each answer is checked before it is timed; keys and inputs are
 * made outside the timed region. `node packages/fhe/bench/fhe.ts [--json]`: one JSON line per case, or a table.
 */
import { cpus } from 'node:os';
import { fullRing } from '../src/bgv/rings.ts';
import * as client from '../src/client.ts';
import * as evaluate from '../src/evaluate.ts';
import { sealedSignIn, seededRandomness } from '../src/params.ts';
import { createRing, fromIntegers } from '../src/ring/poly.ts';
import { drawInputs, expected, multiplier, positions } from '../test/support/sign-in.ts';

/** One measured figure, in the project's common form; `apps/bench` adds the host. */
export interface Row {
  readonly bench: 'fhe';
  readonly case: string;
  readonly metric: 'cpu_ms' | 'bytes';
  /** Median, in ms of process CPU time, or a number of bytes. */
  readonly value: number;
  readonly p95?: number;
  readonly n: number;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Median and p95 over `samples` of CPU time per call; a sample repeats the call until it is long enough to measure. */
function cpuMs(run: () => unknown, samples = 40): { value: number; p95: number; n: number } {
  const cpu = (repeats: number) => {
    const start = process.cpuUsage();
    for (let i = 0; i < repeats; i++) run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000 / repeats;
  };
  // The compiler needs some hundred calls before the loops are as fast as they get.
  const warm = cpu(Math.ceil(400 / Math.max(cpu(20), 0.5)));
  const repeats = Math.max(1, Math.ceil(10 / warm));
  const sorted = Array.from({ length: samples }, () => cpu(repeats)).sort((a, b) => a - b);
  return { value: sorted[samples >> 1]!, p95: sorted[Math.floor(samples * 0.95)]!, n: samples };
}

/** Measures everything, handing out each row when it is known. The shape that `apps/bench` loads. */
export async function run(report: (row: Row) => void, progress: (line: string) => void): Promise<void> {
  const { kernel } = fullRing(sealedSignIn);
  const parameters = { id: sealedSignIn.id, kernel: kernel.name };
  const time = (name: string, call: () => unknown) => {
    progress(`fhe ${name}`);
    report({ bench: 'fhe', case: name, metric: 'cpu_ms', ...cpuMs(call), parameters });
  };

  const random = seededRandomness(new Uint8Array(32), 'bench');
  const { secretKey, publicKey } = client.generateKeys(sealedSignIn, new Uint8Array(32));
  const inputs = drawInputs(random);
  const key = client.serializePublicKey(publicKey);
  const ticket = client.encryptSeeded(secretKey, inputs.message);
  const answer = () => {
    const product = evaluate.multiplyPlain(
      evaluate.parseCiphertext(sealedSignIn, ticket),
      evaluate.plaintext(sealedSignIn, multiplier(inputs)),
    );
    const fresh = evaluate.rerandomise(evaluate.parsePublicKey(sealedSignIn, key), product);
    return evaluate.serializeMasked(evaluate.maskCoefficients(fresh, positions, inputs.masks));
  };
  const reply = answer();
  const open = () =>
    client.decryptCoefficients(secretKey, client.parseMasked(sealedSignIn, reply, positions));
  const right = expected(inputs);
  if (open().some((u, l) => u !== right[l])) throw new Error('the reply opens wrong; not timing it');

  const ring = createRing(kernel, 4096, sealedSignIn.moduli.slice(0, 1));
  const poly = fromIntegers(
    ring,
    Float64Array.from({ length: 4096 }, (_, j) => j * j),
  );
  const { ntt, intt } = kernel;
  const before = poly.residues.slice();
  ntt(ring.basis, poly.residues);
  intt(ring.basis, poly.residues);
  const q = ring.moduli[0]!;
  if (poly.residues.some((x, j) => (x - before[j]!) % q !== 0))
    throw new Error('the transform is wrong; not timing it');

  time('ntt/4096', () => ntt(ring.basis, poly.residues));
  time('keys/4096', () => client.generateKeys(sealedSignIn, new Uint8Array(32)));
  time('encrypt-seeded/4096', () => client.encryptSeeded(secretKey, inputs.message));
  time('reply/4096', answer);
  time('decrypt/4096', open);
  for (const [name, bytes] of Object.entries({ 'public-key': key, ciphertext: ticket, reply })) {
    const row = { bench: 'fhe', metric: 'bytes', value: bytes.length, n: 1, parameters } as const;
    report({ ...row, case: `size-${name}/4096` });
  }
}

if (import.meta.main) {
  const json = process.argv.includes('--json');
  const host = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown' };
  const print = (row: Row) => {
    const spread = row.p95 === undefined ? '' : ` (p95 ${row.p95.toFixed(3)}, n = ${row.n})`;
    const figure = row.metric === 'bytes' ? `${row.value} bytes` : `${row.value.toFixed(3)} ms CPU`;
    console.log(json ? JSON.stringify({ ...row, host }) : `${row.case.padEnd(24)} ${figure}${spread}`);
  };
  await run(print, () => {});
}
