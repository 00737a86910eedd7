/**
 * The encrypted-image check: time, memory and bytes of an enrolment and a sign-in, each layer by itself, and how far
 * the encrypted score is from the one in the clear. This process is the device; the server is `image-evaluator.ts`.
 * @module
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { image as device } from '@blindsight/protocol/client';
import { image as oracle } from '@blindsight/protocol/oracle';
import { image as server } from '@blindsight/protocol/server';
import { randomNetwork } from '../../../packages/protocol/test/support/random-network.ts';
import type { EvaluatorOptions, Measured } from './image-evaluator.ts';
import { picturePairs } from './image-pictures.ts';
import type { Report } from './report.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const faces = join(root, '../shared/faces');
const trained = join(root, 'training/weights/ringface-64');
const set = device.ringface64;
/** Of a network with random weights. */
const channels = 64;
const frames = 3;

/** What others published, and where. One image or one pair as it says. */
const cryptoface = {
  name: 'CryptoFaceNet4, fhe-benchmarking/face-recognition, measurements/single (176 vCPU, Lattigo/Orion)',
  /** Backbone, norm and product of a pair, halved: 1,420.8 + 2.05 + 0.35 worker-seconds. */
  coreSeconds: 711.6,
  wallSeconds: 250.87,
  keyBytes: 28.8e9,
  uploadBytes: 64e6,
  /** Its own evaluation (CVPR 2025, SEAL, 96 vCPU, 1,364 s). */
  peakBytes: 269e9,
  accuracy: 'EER 7.23 % on 1,024 CelebA pairs; 89.42 % mean accuracy over LFW, AgeDB, CALFW, CPLFW, CFP-FP',
};

export async function run(
  report: Report,
  progress: (line: string) => void,
  { quick }: { quick: boolean },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'blindsight-image-bench-'));
  try {
    await measureAll(report, progress, folder, quick);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureAll(
  report: Report,
  progress: (line: string) => void,
  folder: string,
  quick: boolean,
): Promise<void> {
  progress('image: network');
  const pictures = picturePairs(faces, quick ? 4 : 100);
  const files = networkFiles(folder, pictures.pairs.flat().slice(0, 8));
  const network = server.parseNetwork(readFileSync(files.manifest), readFileSync(files.weights));
  const parameters = {
    set: set.id,
    network: network.name,
    channels: network.channels,
    degree: set.ring.degree,
  };
  const row: AddRow = (name, metric, value, more = {}) =>
    report({ bench: 'image', case: name, metric, value, parameters, ...more });

  progress('image: keys');
  const seed = new Uint8Array(32).fill(1);
  const context = device.createImageContext(set);
  const cpu = process.cpuUsage();
  const keys = device.makeImageKeys(context, set, seed);
  const used = process.cpuUsage(cpu);
  row('keys', 'core_s', (used.user + used.system) / 1e6);
  const secretKey = device.imageSecretKey(context, seed);

  const encrypt = (chip: ArrayLike<number>) => device.encryptImage(secretKey, context, set, chip);
  const at = { device: 'bench' };

  /** Bytes and time of one enrolment or sign-in with so many threads. */
  const costs = new Map<string, Measured[]>();
  const add = (name: string, lanes: number, ...parts: Measured[]) => costs.set(`${name}/${lanes}`, parts);

  let [answers, largest] = [0, 0];
  const inTheClear: number[] = [];
  const encrypted: number[] = [];
  for (const lanes of [2, 1]) {
    progress(`image: evaluator with ${lanes} thread${lanes > 1 ? 's' : ''}`);
    await using evaluator = await startEvaluator({ set: set.id, ...files, lanes });
    const loaded = await evaluator.run({ kind: 'load-keys', ...at, keys });
    if (lanes === 1) row('load-keys', 'core_s', loaded.coreSeconds);

    const exchange = async (name: string, job: (secret: Uint8Array) => server.LaneJob, count: number) => {
      const secret = crypto.getRandomValues(new Uint8Array(32));
      const masked = await evaluator.run(job(secret));
      const answer = device.openMaskedAnswer(secretKey, context, masked.result.message!, 3 * count);
      if (lanes === 1) row(name, 'download_bytes', masked.result.message!.length);
      return { masked, values: server.unmaskInnerProducts(set, count, secret, answer) };
    };
    const embed = async (chip: ArrayLike<number>) => {
      const message = encrypt(chip);
      return { message, measured: await evaluator.run({ kind: 'embed', ...at, image: message }) };
    };

    // The answer before the time: all pairs, encrypted and in the clear.
    const clear = (chip: ArrayLike<number>) => oracle.interpret(network, chip).embedding;
    const checked = lanes === 2 ? pictures.pairs : pictures.pairs.slice(0, 2);
    for (const [k, [a, b]] of checked.entries()) {
      if (k % 10 === 9) progress(`image: parity, ${k + 1} of ${checked.length}`);
      const embeddings = [await embed(a), await embed(b)].map(
        ({ measured }) => measured.result.ciphertext!,
      ) as [Uint8Array, Uint8Array];
      const secret = crypto.getRandomValues(new Uint8Array(32));
      const { result } = await evaluator.run({ kind: 'mask-pair', ...at, embeddings, seed: secret });
      const answer = device.openMaskedAnswer(secretKey, context, result.message!, 9);
      const [aa, ab, bb] = server.unmaskInnerProducts(set, 3, secret, answer) as [number, number, number];
      const score = ab / Math.sqrt(aa * bb);
      const plain = oracle.cosine(clear(a), clear(b));
      largest = Math.max(largest, Math.abs(score - plain));
      answers++;
      if (lanes === 2) {
        encrypted.push(score);
        inTheClear.push(plain);
      }
    }
    if (!(largest < 1e-3)) throw new Error(`image: a score is off by ${largest}; not timing it`);

    progress(`image: enrol and verify, ${lanes} thread${lanes > 1 ? 's' : ''}`);
    const chips = pictures.pairs.slice(0, frames).map(([a]) => a);
    const enrolled = [];
    for (const chip of chips) enrolled.push(await embed(chip));
    const embeddings = enrolled.map(({ measured }) => measured.result.ciphertext!);
    const enrolment = await exchange(
      'enrol',
      (secret) => ({ kind: 'mask-enrolment', ...at, embeddings, seed: secret }),
      2 * frames,
    );
    add('enrol', lanes, ...enrolled.map(({ measured }) => measured), enrolment.masked);
    if (lanes === 1)
      row(
        'enrol',
        'upload_bytes',
        enrolled.reduce((sum, { message }) => sum + message.length, 0),
      );

    const squaredNorm = enrolment.values.filter((_, k) => k % 2 === 1).reduce((sum, v) => sum + v, 0);
    const sum = enrolment.masked.result.ciphertext!;
    const template = server.encodeStoredTemplate({ frames, squaredNorm, sum }, network.hash);
    if (lanes === 1) row('enrol', 'template_bytes', template.length);
    const runs = [];
    for (let k = 0; k < (quick ? 3 : 9); k++) runs.push(await embed(chips[0]!));
    runs.sort((a, b) => a.measured.wallSeconds - b.measured.wallSeconds);
    const probe = runs[runs.length >> 1]!;
    const embedding = probe.measured.result.ciphertext!;
    const signIn = await exchange(
      'verify',
      (secret) => ({ kind: 'mask-sign-in', ...at, embedding, template, seed: secret }),
      2,
    );
    add('verify', lanes, probe.measured, signIn.masked);
    if (lanes === 1) {
      row('verify', 'upload_bytes', probe.message.length, {
        peer: `${cryptoface.name}: one image`,
        peer_value: cryptoface.uploadBytes,
      });
      const counts = server.operationCounts(set, network.channels);
      for (const [step, seconds] of Object.entries({
        ...probe.measured.steps,
        match: signIn.masked.coreSeconds,
      })) {
        row(`layer/${step}`, 'core_s', seconds);
        for (const [kind, count] of Object.entries(counts[step]!)) row(`layer/${step}`, kind, count);
      }
    }
  }

  row('parity', 'max_cos_error', largest, {
    n: answers,
    parameters: { ...parameters, pictures: pictures.source },
  });
  const stated = JSON.parse(readFileSync(files.manifest, 'utf8')) as Stated;
  if (pictures.same) accuracyRows(row, pictures.same, { plain: inTheClear, encrypted }, stated);
  statedRows(row, stated);
  row('verify', 'key_bytes', keys.length, { peer: cryptoface.name, peer_value: cryptoface.keyBytes });
  for (const name of ['enrol', 'verify']) {
    const total = (lanes: number, of: (one: Measured) => number) =>
      costs.get(`${name}/${lanes}`)!.reduce((sum, one) => sum + of(one), 0);
    const versus = (peer: string, value: number) => (name === 'verify' ? { peer, peer_value: value } : {});
    row(
      name,
      'core_s',
      total(1, (one) => one.coreSeconds),
      {
        ...versus(`${cryptoface.name}: one image of a pair; ${cryptoface.accuracy}`, cryptoface.coreSeconds),
      },
    );
    for (const lanes of [1, 2]) {
      row(
        name,
        `wall_${lanes}`,
        total(lanes, (one) => one.wallSeconds),
        {
          ...versus(`${cryptoface.name}: a pair`, cryptoface.wallSeconds),
        },
      );
    }
    const peak = Math.max(
      ...[1, 2].flatMap((lanes) => costs.get(`${name}/${lanes}`)!.map((one) => one.peakBytes)),
    );
    row(name, 'peak_bytes', peak, versus('CryptoFaceNet4, CVPR 2025, SEAL on 96 vCPU', cryptoface.peakBytes));
  }
}

type AddRow = (name: string, metric: string, value: number, more?: Partial<Parameters<Report>[0]>) => void;

/** The same pairs both ways: the equal-error rate, and how often the decision at the operating point differs. */
function accuracyRows(
  row: AddRow,
  same: readonly boolean[],
  scores: Readonly<Record<'plain' | 'encrypted', readonly number[]>>,
  { thresholds }: Stated,
): void {
  const n = same.length;
  if (!same.includes(true) || !same.includes(false)) return;
  for (const [how, values] of Object.entries(scores)) {
    const { rate, low, high } = equalError(values, same);
    row(`accuracy/${how}-subset`, 'eer', rate, { n, low, high });
  }
  const threshold = thresholds?.['0.01'];
  if (threshold === undefined) return;
  const differ = scores.plain.filter((s, k) => s >= threshold !== scores.encrypted[k]! >= threshold);
  row('accuracy', 'decisions_that_differ', differ.length, { n });
}

/** Where as many genuine pairs are refused as impostors accepted; the interval by drawing pairs anew. */
function equalError(scores: readonly number[], same: readonly boolean[]) {
  const once = (drawn: readonly number[]) => {
    const genuine = drawn.filter((k) => same[k]).map((k) => scores[k]!);
    const impostor = drawn.filter((k) => !same[k]).map((k) => scores[k]!);
    const share = (list: readonly number[], test: (s: number) => boolean) =>
      list.filter(test).length / list.length;
    const points = drawn.map((k) => {
      const refused = share(genuine, (s) => s < scores[k]!);
      const accepted = share(impostor, (s) => s >= scores[k]!);
      return { gap: Math.abs(refused - accepted), rate: (refused + accepted) / 2 };
    });
    return points.reduce((best, point) => (point.gap < best.gap ? point : best)).rate;
  };
  const all = scores.map((_, k) => k);
  const draw = () => all.map(() => Math.floor(Math.random() * all.length));
  const rates = Array.from({ length: 1000 }, () => once(draw())).sort((a, b) => a - b);
  return { rate: once(all), low: rates[25]!, high: rates[974]! };
}

/** What the trainer measured of these weights in the clear, on all pairs, beside its teacher and principal components. */
function statedRows(row: AddRow, { accuracy }: Stated): void {
  if (!accuracy) return;
  for (const [who, rates] of [
    ['plain', accuracy.network],
    ['teacher-112', accuracy.teacher],
    ['principal-components', accuracy.components],
  ] as const) {
    if (!rates) continue;
    const n = rates.pairs;
    const peer = { peer: `CryptoFaceNet4: ${cryptoface.accuracy}`, peer_value: 0.0723 };
    const { value, low, high } = rates.eer;
    row(`accuracy/${who}`, 'eer', value, { n, low, high, ...(who === 'plain' ? peer : {}) });
    for (const [rate, tar] of Object.entries(rates.tar))
      row(`accuracy/${who}`, `tar_at_far_${rate}`, tar.value, { n, low: tar.low, high: tar.high });
  }
}

interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
interface Rates {
  readonly pairs: number;
  readonly eer: Interval;
  readonly tar: Readonly<Record<string, Interval>>;
}
/** Of a manifest (`training/README.md`). */
interface Stated {
  readonly accuracy?: Readonly<Partial<Record<'network' | 'teacher' | 'components', Rates>>>;
  readonly thresholds?: Readonly<Record<string, number>>;
}

/** The shipped weights; where there are none, random ones, which cost the same. */
function networkFiles(
  folder: string,
  inputs: readonly ArrayLike<number>[],
): { manifest: string; weights: string } {
  if (existsSync(join(trained, 'manifest.json'))) {
    return { manifest: join(trained, 'manifest.json'), weights: join(trained, 'weights.bin') };
  }
  const random = randomNetwork(set, channels, inputs);
  const files = { manifest: join(folder, 'manifest.json'), weights: join(folder, 'weights.bin') };
  writeFileSync(files.manifest, random.manifest);
  writeFileSync(files.weights, random.weights);
  return files;
}

interface Evaluator extends AsyncDisposable {
  run(job: server.LaneJob): Promise<Measured>;
}

async function startEvaluator(options: EvaluatorOptions): Promise<Evaluator> {
  const child = fork(fileURLToPath(new URL('./image-evaluator.ts', import.meta.url)), {
    serialization: 'advanced',
  });
  const next = (message: object) =>
    new Promise<Measured>((resolve, reject) => {
      const failed = (code: number | null) => reject(new Error(`image: the evaluator ended with ${code}`));
      child.once('exit', failed);
      child.once('message', (measured) => {
        child.off('exit', failed);
        resolve(measured as Measured);
      });
      child.send(message);
    });
  await next(options);
  return {
    run: next,
    async [Symbol.asyncDispose]() {
      child.kill();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
