/**
 * Micro benchmarks: the kernel's loops (`kernels.ts`) and sealed sign-in's cryptography. Each answer is checked before it is timed; keys and inputs are
 * made outside the timed region. `node packages/fhe/bench/fhe.ts [--json]`: one JSON line per case, or a table.
 */
import { cpus } from 'node:os';
import { fullRing } from '../src/bgv/rings.ts';
import * as client from '../src/client.ts';
import * as evaluate from '../src/evaluate.ts';
import { sealedSignIn, seededRandomness } from '../src/params.ts';
import { drawInputs, expected, multiplier, positions } from '../test/support/sign-in.ts';
import { run as runKernels } from './kernels.ts';
import { cpuMs, type Row } from './measure.ts';

/** Measures everything, handing out each row when it is known. The shape that `apps/bench` loads. */
export async function run(report: (row: Row) => void, progress: (line: string) => void): Promise<void> {
  await runKernels(report, progress);
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
    const ratio = row.peer_value === undefined ? undefined : row.peer_value / row.value;
    const peer =
      ratio === undefined
        ? ''
        : `  ${row.peer}: ${row.peer_value!.toPrecision(4)}, ratio ${ratio.toFixed(1)}`;
    const spread = row.p95 === undefined ? '' : ` (p95 ${row.p95.toPrecision(4)}, n = ${row.n})`;
    const line = `${row.case.padEnd(28)} ${row.value.toPrecision(4)} ${row.metric}${spread}${peer}`;
    console.log(json ? JSON.stringify({ ...row, ratio, host }) : line);
  };
  await run(print, () => {});
}
