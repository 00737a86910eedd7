/**
 * The encrypted-image check with the small parameter set and a network of random weights: the same pictures in the
 * clear and encrypted, enrolment and sign-in, lies and damage.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ckks as deviceEngine } from '@blindsight/fhe/client';
import { ckks } from '@blindsight/fhe/evaluate';
import { seededRandomness } from '@blindsight/fhe/params';
import { describe, expect, it } from 'vitest';
import { image as device } from '../src/client.ts';
import { forgeryProbability, slotNoise, tolerance, unit } from '../src/image/budget.ts';
import { noise } from '../src/image/client/open.ts';
import { freshLevel } from '../src/image/parameters.ts';
import { drawMasks } from '../src/image/server/opening.ts';
import { decodeImage, decodeMaskedAnswer, encodeImage, encodeOpenedAnswer } from '../src/image/wire.ts';
import { image as oracle } from '../src/oracle.ts';
import { image as server } from '../src/server.ts';
import { normals, pattern, randomNetwork } from './support/random-network.ts';

const set = device.ringfaceMini;
const channels = 32;
const exported = randomNetwork(set, channels);
const { network } = exported;

const seed = new Uint8Array(32).fill(11);
const deviceContext = device.createImageContext(set);
const secretKey = device.imageSecretKey(deviceContext, seed);
const keyBytes = device.makeImageKeys(deviceContext, set, seed);

const context = server.createImageContext(set);
const keys = server.parseKeys(context, set, keyBytes);
const prepared = server.prepareNetwork(context, set, network);

const encrypted = (crop: ArrayLike<number>) => device.encryptImage(secretKey, deviceContext, set, crop);
const evaluated = (message: Uint8Array) => {
  const image = server.parseImage(context, set, message);
  const embedding = server.embed(prepared, keys, image)!;
  server.releaseImage(image);
  return embedding;
};
type Pairs = Parameters<typeof server.maskInnerProducts>[2];
const exchangeSeed = () => crypto.getRandomValues(new Uint8Array(32));
const opened = (pairs: Pairs) => {
  const secret = exchangeSeed();
  const message = server.maskInnerProducts(set, keys, pairs, secret);
  const answer = device.openMaskedAnswer(secretKey, deviceContext, message, 3 * pairs.length);
  return server.unmaskInnerProducts(set, pairs.length, secret, answer);
};
const refused = (code: string) => expect.objectContaining({ name: 'ProtocolError', code });

/** One face of a person, as it were: a pattern with a little of another one. */
const face = (person: number, take: number, share = 0.15) => {
  const [own, other] = [pattern(person), pattern(50 + 7 * take)];
  return Float64Array.from(own, (v, k) => (1 - share) * v + share * other[k]!);
};
const crops = [face(1, 0), face(1, 1), face(1, 2), face(1, 3), face(2, 4), face(3, 5)];
const clear = crops.map((crop) => oracle.interpret(network, crop).embedding);
const embeddings = crops.map((crop) => evaluated(encrypted(crop)));

describe('an evaluation', () => {
  it('gives the cosines of the clear network to within 10^-3, for every pair', () => {
    const pairs = crops.flatMap((_, i) => crops.slice(0, i + 1).map((_, j) => [i, j] as const));
    const products = opened(pairs.map(([i, j]) => [embeddings[i]!, embeddings[j]!] as const));
    const at = (i: number, j: number) => products[pairs.findIndex(([a, b]) => a === i && b === j)]!;
    let worst = 0;
    for (const [i, j] of pairs) {
      const cosine = at(i, j) / Math.sqrt(at(i, i) * at(j, j));
      worst = Math.max(worst, Math.abs(cosine - oracle.cosine(clear[i]!, clear[j]!)));
    }
    console.log(`largest cosine error of ${pairs.length} pairs: ${worst.toExponential(1)}`);
    expect(worst).toBeLessThan(1e-3);
  });

  /** Errors of the slots, against what they should be. */
  const errorsOf = (x: ckks.Ciphertext, want: (slot: number) => number) => {
    const bytes = ckks.serializeCiphertext(x);
    const parsed = deviceEngine.parseCiphertext(deviceContext, bytes, x.level);
    return deviceEngine.decrypt(secretKey, parsed).re.map((v, s) => v - want(s));
  };
  const rms = (xs: Float64Array) => Math.sqrt(xs.reduce((sum, v) => sum + v * v, 0) / xs.length);
  const largest = (xs: Float64Array) => xs.reduce((m, v) => Math.max(m, Math.abs(v)), 0);

  it('leaves every component of the embedding where it should be', () => {
    const errors = errorsOf(embeddings[0]!, (s) => clear[0]![s % set.embedding]!);
    expect(rms(errors)).toBeLessThan(2e-3);
    expect(largest(errors)).toBeLessThan(1e-2);
  });

  it('leaves no slot far off when it divides: roundings are centred', () => {
    const random = seededRandomness(new Uint8Array(32).fill(2), 'image');
    const message = device.encryptImage(secretKey, deviceContext, set, crops[0]!, { random });
    const [[first]] = server.parseImage(context, set, message) as [[ckks.Ciphertext]];
    const input = oracle.frontEnd(crops[0]!, set.block);
    const errors = errorsOf(ckks.rescale(first), (s) => input[s]!);
    // As large as the table of budgets says.
    const predicted = slotNoise(set, set.ring.scale / set.ring.moduli.flat().at(-1)!);
    expect(rms(errors) / predicted).toBeGreaterThan(0.8);
    expect(rms(errors) / predicted).toBeLessThan(1.25);
    // A slot's error is a product of two Gaussians, rounding and key; rounding down gives about a hundred deviations.
    expect(largest(errors) / rms(errors)).toBeLessThan(10);
  });

  it('has the same bytes on two threads as on one', async () => {
    const message = encrypted(crops[0]!);
    const region = server.sharedRegion(set, channels, 2);
    const { manifest, weights } = exported;
    const workers = [0, 1].map((lane) => {
      const options: server.LaneOptions = { set: set.id, manifest, weights, lane, lanes: 2, region };
      return new Worker(new URL('./support/image-lane.ts', import.meta.url), { workerData: options });
    });
    const both = async (job: server.LaneJob) => {
      const answers = workers.map((worker) => once(worker, 'message'));
      for (const worker of workers) worker.postMessage(job);
      return (await Promise.all(answers)).flat() as server.LaneResult[];
    };
    await both({ kind: 'load-keys', device: 'd', keys: keyBytes });
    const twice = [];
    for (let run = 0; run < 2; run++) twice.push(await both({ kind: 'embed', device: 'd', image: message }));
    await Promise.all(workers.map((worker) => worker.terminate()));
    const alone = ckks.serializeCiphertext(evaluated(message));
    for (const [first, second] of twice) {
      expect(second).toEqual({});
      expect(Buffer.from(first!.ciphertext!).equals(Buffer.from(alone))).toBe(true);
    }
  });

  it('ends with an error when another thread does not arrive', () => {
    const region = server.sharedRegion(set, channels, 2);
    const exchange = server.sharedExchange(region, { lane: 0, lanes: 2 }, 20);
    expect(() => exchange.gather([])).toThrow(refused('evaluation-aborted'));
  });

  it('tells its steps in order', () => {
    const steps: string[] = [];
    const image = server.parseImage(context, set, encrypted(crops[0]!));
    server.embed(prepared, keys, image, { onStep: (name) => steps.push(name) });
    expect(steps).toEqual(['conv1', 'conv2', 'head']);
  });
});

describe('enrolment and sign-in', () => {
  const sum = server.sumEmbeddings(embeddings.slice(0, 3));
  const values = opened(server.enrolmentPairs(embeddings.slice(0, 3), sum));
  const squaredNorm = server.checkEnrolment(network.norm, values, 0.5);
  const template = { frames: 3, squaredNorm, sum };
  const mean = clear[0]!.map((_, j) => clear[0]![j]! + clear[1]![j]! + clear[2]![j]!);

  it('the sum of the frames is the template, and its norm is known', () => {
    expect(squaredNorm / oracle.inner(mean, mean)).toBeCloseTo(1, 3);
  });

  it.each([[3], [4], [5]])('picture %i gets the score of the clear network', (k) => {
    const score = server.scoreOf(
      network.norm,
      template,
      opened(server.signInPairs(embeddings[k]!, template)),
    );
    expect(Math.abs(score - oracle.cosine(clear[k]!, mean))).toBeLessThan(1e-3);
    expect(score > 0.7).toBe(k === 3);
  });

  it('a stored template comes back; one of another network, or damaged, is refused', () => {
    const { hash } = network;
    const bytes = ckks.serializeCiphertext(sum);
    const stored = server.encodeStoredTemplate({ ...template, sum: bytes }, hash);
    const back = server.decodeStoredTemplate(context, hash, stored);
    expect(back).toMatchObject({ frames: 3, squaredNorm });
    expect(Buffer.from(ckks.serializeCiphertext(back.sum)).equals(Buffer.from(bytes))).toBe(true);
    const damaged = (change: (copy: Uint8Array) => Uint8Array) => () =>
      server.decodeStoredTemplate(context, hash, change(stored.slice()));
    const refusal = refused('image-template-refused');
    expect(() => server.decodeStoredTemplate(context, '00'.repeat(32), stored)).toThrow(refusal);
    expect(damaged((b) => b.subarray(0, -1))).toThrow(refusal);
    expect(damaged((b) => b.fill(0, 1, 2))).toThrow(refusal);
    expect(damaged((b) => b.fill(255, 80))).toThrow(refusal);
  });

  it('as jobs of bytes: keys, three frames, a template, a sign-in, and no keys any more', () => {
    const { manifest, weights } = exported;
    const lane = server.createLane({ set: set.id, manifest, weights, lane: 0, lanes: 1 });
    const at = { device: 'd' };
    const embedded = (k: number) =>
      lane.run({ kind: 'embed', ...at, image: encrypted(crops[k]!) }).ciphertext!;
    expect(() => embedded(0)).toThrow(refused('image-keys-refused'));
    lane.run({ kind: 'load-keys', ...at, keys: keyBytes });
    const open = (message: Uint8Array, pairs: number, secret: Uint8Array) => {
      const answer = device.openMaskedAnswer(secretKey, deviceContext, message, 3 * pairs);
      return server.unmaskInnerProducts(set, pairs, secret, answer);
    };
    const secret = exchangeSeed();
    const frames = [0, 1, 2].map(embedded);
    const enrolled = lane.run({ kind: 'mask-enrolment', ...at, embeddings: frames, seed: secret });
    const norm = server.checkEnrolment(network.norm, open(enrolled.message!, 6, secret), 0.5);
    const stored = server.encodeStoredTemplate(
      { frames: 3, squaredNorm: norm, sum: enrolled.ciphertext! },
      network.hash,
    );
    const embedding = embedded(3);
    const job = { kind: 'mask-sign-in', ...at, embedding, template: stored, seed: secret } as const;
    const score = server.scoreOf(
      network.norm,
      { squaredNorm: norm },
      open(lane.run(job).message!, 2, secret),
    );
    expect(Math.abs(score - oracle.cosine(clear[3]!, mean))).toBeLessThan(1e-3);
    const pair = lane.run({ kind: 'mask-pair', ...at, embeddings: [frames[0]!, embedding], seed: secret });
    const [aa, ab, bb] = open(pair.message!, 3, secret);
    expect(Math.abs(ab! / Math.sqrt(aa! * bb!) - oracle.cosine(clear[0]!, clear[3]!))).toBeLessThan(1e-3);
    lane.run({ kind: 'forget-keys', ...at });
    expect(() => lane.run(job)).toThrow(refused('image-keys-refused'));
  });

  it('refuses too few frames, frames of different faces, and a norm outside the window', () => {
    expect(() => server.sumEmbeddings(embeddings.slice(0, 2))).toThrow(refused('image-refused'));
    const mixed = [embeddings[0]!, embeddings[1]!, embeddings[4]!];
    const found = opened(server.enrolmentPairs(mixed, server.sumEmbeddings(mixed)));
    expect(() => server.checkEnrolment(network.norm, found, 0.9)).toThrow(refused('image-refused'));
    const narrow = { low: 24, high: 25 };
    expect(() => server.checkEnrolment(narrow, values, 0.5)).toThrow(refused('image-norm-refused'));
    const pair = opened(server.signInPairs(embeddings[3]!, template));
    expect(() => server.scoreOf(narrow, template, pair)).toThrow(refused('image-norm-refused'));
  });
});

describe('what the device opens', () => {
  const pairs: Pairs = [[embeddings[0]!, embeddings[1]!]];

  it('is a function of the seed that the message commits to: the exchange can be computed again', () => {
    const secret = exchangeSeed();
    const [once_, again] = [1, 2].map(() => server.maskInnerProducts(set, keys, pairs, secret));
    expect(Buffer.from(once_!).equals(Buffer.from(again!))).toBe(true);
    const other = server.maskInnerProducts(set, keys, pairs, exchangeSeed());
    expect(Buffer.from(once_!).equals(Buffer.from(other))).toBe(false);
  });

  it('has noise of deviation 2^8 on it, whose mean is zero', () => {
    const random = seededRandomness(new Uint8Array(32).fill(4), 'noise');
    const drawn = Array.from({ length: 4000 }, () => noise(random));
    const mean = drawn.reduce((s, v) => s + v, 0) / drawn.length;
    const deviation = Math.sqrt(drawn.reduce((s, v) => s + (v - mean) ** 2, 0) / drawn.length);
    expect(Math.abs(mean)).toBeLessThan(4 * (256 / Math.sqrt(4000)));
    expect(deviation).toBeGreaterThan(245);
    expect(deviation).toBeLessThan(267);
  });

  it('opens twice to answers that differ by the noise alone', () => {
    const secret = exchangeSeed();
    const message = server.maskInnerProducts(set, keys, pairs, secret);
    const answers = [1, 2].map(() => device.openMaskedAnswer(secretKey, deviceContext, message, 3));
    expect(Buffer.from(answers[0]!).equals(Buffer.from(answers[1]!))).toBe(false);
    const [a, b] = answers.map((answer) => server.unmaskInnerProducts(set, 1, secret, answer)[0]!);
    expect(Math.abs(a! - b!) * unit(set)).toBeLessThan(2 * tolerance(set));
  });

  const residuesOf = ({ c1 }: ckks.MaskedConstant) => {
    const q = c1.ring.moduli[0]!;
    return Array.from(c1.residues, (x) => (x < 0 ? x + q : x) / q);
  };
  /** Values of c1 and the kept coefficient of c0, as fractions of q. */
  const seen = (message: Uint8Array) => {
    const length = ckks.maskedConstantLength(context, 2);
    const { values } = decodeMaskedAnswer(message, 3, length);
    return values.map((bytes) => {
      const parsed = deviceEngine.parseMaskedConstant(deviceContext, bytes, 2);
      return { c0: parsed.c0 / ckks.constantModulus(context, 2), c1: residuesOf(parsed) };
    });
  };

  /** Chi-square of the coefficients in 16 equal parts: 15 degrees of freedom when they are uniform. */
  const unevenness = (c1: readonly number[]) => {
    const bins = new Float64Array(16);
    for (const v of c1) bins[Math.floor(v * 16)]!++;
    return bins.reduce((s, n) => s + (n - c1.length / 16) ** 2 / (c1.length / 16), 0);
  };

  it('is uniform for a malformed ciphertext as for an honest one', () => {
    // A constant without noise and with nothing in c1, which a holder of the key would gain most from.
    const ring = context.ring(3);
    const part = (value: number) => ({
      form: 'eval' as const,
      ring,
      residues: context.kernel.allocate(ring.moduli.length * ring.degree).fill(value),
    });
    const malformed = { context, level: 3, scale: set.embeddingScale, c0: part(12345), c1: part(0) };
    for (const x of [malformed, embeddings[0]!]) {
      const answers = Array.from({ length: 16 }, () =>
        seen(server.maskInnerProducts(set, keys, [[x, x]], exchangeSeed())),
      ).flat();
      const mean = answers.reduce((s, { c0 }) => s + c0, 0) / answers.length;
      // 48 uniform numbers: the mean has deviation 0.042.
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.2);
      expect(Math.max(...answers.map(({ c1 }) => unevenness(c1)))).toBeLessThan(50);
    }
    // What the measure says of the same ciphertext without its encryption of zero.
    const product = ckks.relinearise(ckks.multiply(malformed, malformed), keys.relinearisation);
    const bare = ckks.maskConstant(ckks.rescale(product), 7);
    expect(unevenness(residuesOf(bare))).toBeGreaterThan(1000);
  });
});

describe('a device that lies', () => {
  const secret = exchangeSeed();
  const message = server.maskInnerProducts(set, keys, [[embeddings[0]!, embeddings[1]!]], secret);
  const answer = device.openMaskedAnswer(secretKey, deviceContext, message, 3);
  const shifted = (by: readonly number[]) => {
    const q = ckks.constantModulus(context, 2);
    const view = new DataView(answer.buffer);
    const values = by.map((d, k) => {
      const v = view.getUint16(2 + 6 * k) * 2 ** 32 + view.getUint32(4 + 6 * k);
      return (((v + d) % q) + q) % q;
    });
    return encodeOpenedAnswer(values);
  };

  it('is refused when it shifts any of the three', () => {
    const lie = Math.round(unit(set) / 8);
    for (const by of [
      [lie, 0, 0],
      [0, lie * 4000, 0],
      [0, 0, lie * 4000],
      [lie, lie, lie],
    ]) {
      expect(() => server.unmaskInnerProducts(set, 1, secret, shifted(by))).toThrow(
        refused('image-answer-refused'),
      );
    }
    expect(server.unmaskInnerProducts(set, 1, secret, shifted([0, 0, 0]))).toHaveLength(1);
  });

  it('passes as often as the claim says, and not more: a lie of 2^-7 with its best guess', () => {
    const q = ckks.constantModulus(context, 2);
    const size = 2 ** -7;
    const lie = Math.round(size * unit(set));
    const largest = 2 ** set.multiplierBits;
    const next = normals(21);
    let passed = 0;
    const trials = 12_000;
    const deviation = tolerance(set) / 6;
    for (let t = 0; t < trials; t++) {
      const bytes = new Uint8Array(32);
      new DataView(bytes.buffer).setUint32(0, t);
      const [masks] = drawMasks(set, 1, bytes);
      // The liar knows the value (0) and guesses both multipliers where most of them are within the tolerance.
      const guess = Math.round((1 - tolerance(set) / lie) * largest);
      const values = masks!.map(({ mask, multiplier }, k) => {
        const honest = multiplier * 0 + Math.round(deviation * next());
        return (((mask + honest + (k === 0 ? lie : guess * lie)) % q) + q) % q;
      });
      try {
        server.unmaskInnerProducts(set, 1, bytes, encodeOpenedAnswer(values));
        passed++;
      } catch (error) {
        expect(error).toEqual(refused('image-answer-refused'));
      }
    }
    const claimed = forgeryProbability(set, size);
    console.log(`forged: ${(passed / trials).toExponential(2)}, claimed at most ${claimed.toExponential(2)}`);
    expect(passed).toBeGreaterThan(0);
    expect(passed / trials).toBeLessThan(claimed + 4 * Math.sqrt(claimed / trials));
  });

  it('is refused with another number of values, or one that is no residue', () => {
    const q = ckks.constantModulus(context, 2);
    const unmask = (values: number[]) => () =>
      server.unmaskInnerProducts(set, 1, secret, encodeOpenedAnswer(values));
    expect(unmask([1, 2])).toThrow(refused('malformed-message'));
    expect(unmask([1, 2, 3, 4])).toThrow(refused('message-too-large'));
    expect(unmask([1, 2, q])).toThrow(refused('malformed-message'));
  });
});

describe('what is not as it should be is refused', () => {
  it('keys: of another parameter set, another order, cut, or with a residue out of range', () => {
    const refusal = refused('image-keys-refused');
    const parse = (bytes: Uint8Array) => () => server.parseKeys(context, set, bytes);
    expect(parse(keyBytes.subarray(0, -1))).toThrow(refusal);
    expect(parse(new Uint8Array([...keyBytes.subarray(0, 100)]))).toThrow(refusal);
    const surplus = new Uint8Array(keyBytes.length + 1);
    surplus.set(keyBytes);
    expect(parse(surplus)).toThrow(refusal);
    const publicLength = ckks.publicKeyLength(context);
    const swapped = keyBytes.slice();
    const keyLength = ckks.evaluationKeyLength(context, freshLevel(set));
    const first = publicLength + ckks.evaluationKeyLength(context, freshLevel(set) - 1);
    swapped.copyWithin(first, first + keyLength, first + 2 * keyLength);
    expect(parse(swapped)).toThrow(refusal);
    const high = keyBytes.slice();
    high.fill(255, publicLength - 64, publicLength);
    expect(parse(high)).toThrow(refusal);
    const foreign = keyBytes.slice();
    foreign[8]! ^= 1;
    expect(parse(foreign)).toThrow(refusal);
  });

  it('chunks of keys: missing, swapped, or altered', () => {
    const { manifest, chunks } = server.describeKeys(set.id, keyBytes);
    const decoded = server.decodeKeyManifest(server.encodeKeyManifest(manifest));
    expect(decoded).toEqual(manifest);
    expect(Buffer.from(server.joinKeys(decoded, chunks)).equals(Buffer.from(keyBytes))).toBe(true);
    const refusal = refused('image-keys-refused');
    expect(() => server.joinKeys(decoded, chunks.slice(0, -1))).toThrow(refusal);
    expect(() => server.joinKeys(decoded, [chunks[1]!, chunks[0]!, ...chunks.slice(2)])).toThrow(refusal);
    const altered = chunks.map((chunk) => chunk.slice());
    altered[3]![9]! ^= 1;
    expect(() => server.joinKeys(decoded, altered)).toThrow(refusal);
    expect(() => server.decodeKeyManifest(server.encodeKeyManifest(manifest).subarray(0, -1))).toThrow(
      refused('malformed-message'),
    );
  });

  it('images: another count, level, scale or version, cut, or with a residue out of range', () => {
    const message = encrypted(crops[0]!);
    expect(message).toHaveLength(server.imageMessageLength(context, set));
    const length = ckks.seededCiphertextLength(context, freshLevel(set));
    const parts = decodeImage(message, 12, length);
    const parse = (bytes: Uint8Array) => () => server.parseImage(context, set, bytes);
    expect(parse(message)).not.toThrow();
    expect(parse(encodeImage(parts.slice(1)))).toThrow(refused('malformed-message'));
    expect(parse(message.subarray(0, -1))).toThrow(refused('malformed-message'));
    expect(parse(new Uint8Array([...message, 0]))).toThrow(refused('message-too-large'));
    const change = (at: number, value: number) => {
      const copy = message.slice();
      copy[at] = value;
      return parse(copy);
    };
    expect(change(0, 2)).toThrow(refused('unsupported-version'));
    const [level, scale, residue] = [2 + 7, 2 + 16 + 6, 2 + length - 1];
    expect(change(level, 7)).toThrow(refused('image-refused'));
    expect(change(scale, 0x66)).toThrow(refused('image-refused'));
    const high = message.slice();
    high.fill(255, residue - 32, residue + 1);
    expect(parse(high)).toThrow(refused('image-refused'));
  });

  it('networks of another shape, and parameter sets nobody knows', () => {
    expect(() => server.prepareNetwork(context, set, { ...network, embedding: 64 })).toThrow(
      refused('network-refused'),
    );
    expect(() => server.prepareNetwork(context, set, network, { lane: 0, lanes: 3 })).toThrow(
      refused('network-refused'),
    );
    expect(() => server.imageParametersOf('ringface-65/1')).toThrow(refused('unsupported-parameters'));
  });

  it('a masked answer that no honest server sends, before anything is opened', () => {
    const message = server.maskInnerProducts(set, keys, [[embeddings[0]!, embeddings[0]!]], exchangeSeed());
    const open = (bytes: Uint8Array) => () => device.openMaskedAnswer(secretKey, deviceContext, bytes, 3);
    expect(open(message.subarray(0, -1))).toThrow(refused('malformed-message'));
    const high = message.slice();
    high.fill(255, high.length - 64);
    expect(open(high)).toThrow(refused('reply-refused'));
  });
});
