import { describe, expect, it } from 'vitest';
import { floodCoefficients } from '../src/bgv/mask.ts';
import * as client from '../src/client.ts';
import * as evaluate from '../src/evaluate.ts';
import { replyNoise, sealedSignIn } from '../src/params.ts';
import { fromIntegers, multiplyAdd, subtract, toCoeff, toEval } from '../src/ring/poly.ts';
import type { Randomness } from '../src/rlwe/randomness.ts';
import { errorPolynomial, ternary } from '../src/rlwe/samplers.ts';
import {
  bigints,
  bitsOf,
  fromResidues,
  integersIn,
  integersOf,
  mod,
  named,
  negacyclicTerm,
  phaseAt,
} from './support/exact.ts';
import { drawInputs, expected, type Inputs, multiplier, p, positions } from './support/sign-in.ts';

const { secretKey, publicKey } = client.generateKeys(sealedSignIn, new Uint8Array(32).fill(1));
const parsedKey = evaluate.parsePublicKey(sealedSignIn, client.serializePublicKey(publicKey));
const { moduli, degree } = sealedSignIn;

/** The phase c0 + c1 s at some positions, in BigInt; takes copies, so the ciphertext stays usable. */
function phases(
  ciphertext: evaluate.Ciphertext<'eval'> | evaluate.Ciphertext<'coeff'>,
  at: readonly number[],
): bigint[] {
  const [c0, c1] = [ciphertext.c0, ciphertext.c1].map((poly) => {
    const copy = { ...poly, residues: poly.residues.slice() };
    return integersOf(poly.form === 'eval' ? toCoeff({ ...copy, form: 'eval' }) : copy);
  });
  return phaseAt(
    secretKey,
    sealedSignIn,
    at.map((k) => c0![k]!),
    c1!,
    at,
  );
}

const decrypt = (ciphertext: evaluate.Ciphertext<'eval'>, at: readonly number[]) =>
  phases(ciphertext, at).map((phase) => Number(mod(phase, BigInt(p))));

function reply(inputs: Inputs, random?: Randomness): Uint8Array {
  const ticket = client.encryptSeeded(secretKey, inputs.message);
  const options = random ? { random } : {};
  const product = evaluate.multiplyPlain(
    evaluate.parseCiphertext(sealedSignIn, ticket),
    evaluate.plaintext(sealedSignIn, multiplier(inputs)),
  );
  const fresh = evaluate.rerandomise(parsedKey, product, options);
  return evaluate.serializeMasked(evaluate.maskCoefficients(fresh, positions, inputs.masks, options));
}

const open = (bytes: Uint8Array) =>
  client.decryptCoefficients(secretKey, client.parseMasked(sealedSignIn, bytes, positions));

describe('BGV', () => {
  const sampled = [0, 1, 511, 2048, 4095, ...integersIn(named('sampled'), 0, 4095, 11)].sort((a, b) => a - b);
  const half = (p - 1) / 2;
  const messages: [string, Int32Array][] = [
    ['random over all of Z_p', Int32Array.from(integersIn(named('message'), -half, half, degree))],
    ['all at the upper end', new Int32Array(degree).fill(half)],
    ['all at the lower end', new Int32Array(degree).fill(-half)],
    ['zero', new Int32Array(degree)],
  ];

  it.each(messages)('decrypts what was encrypted: %s', (_title, message) => {
    const ciphertext = evaluate.parseCiphertext(sealedSignIn, client.encryptSeeded(secretKey, message));
    expect(decrypt(ciphertext, sampled)).toEqual(sampled.map((k) => (message[k]! + p) % p));
    // Fresh noise is one error polynomial, at most 21 in size.
    expect(bitsOf(phases(ciphertext, sampled))).toBeLessThan(Math.log2(half + 21 * p));
  });

  it('accepts Int16Array messages too', () => {
    const message = Int16Array.from(integersIn(named('short'), -7, 7, degree));
    const ciphertext = evaluate.parseCiphertext(sealedSignIn, client.encryptSeeded(secretKey, message));
    expect(decrypt(ciphertext, sampled)).toEqual(sampled.map((k) => (message[k]! + p) % p));
  });

  it.each([
    ['one coefficient too large', new Int32Array(degree).fill(half + 1, 17, 18)],
    ['one coefficient too small', new Int32Array(degree).fill(-half - 1, 4095, 4096)],
    ['the smallest integer', new Int32Array(degree).fill(-(2 ** 31), 5, 6)],
    ['the largest integer', new Int32Array(degree).fill(2 ** 31 - 1, 5, 6)],
    ['too short', new Int32Array(degree - 1)],
    ['not integers', new Float64Array(degree) as unknown as Int32Array],
  ])('refuses a message with %s', (_title, message) => {
    const refused = expect.objectContaining({ code: 'bad-message' });
    expect(() => client.encryptSeeded(secretKey, message)).toThrow(refused);
    expect(() => evaluate.plaintext(sealedSignIn, message)).toThrow(refused);
  });

  it('adds and multiplies by a plaintext in Z_p[X]/(X^N + 1)', () => {
    const [a, b, m] = ['a', 'b', 'm'].map((name) =>
      Int32Array.from(integersIn(named(name), -half, half, degree)),
    );
    const [x, y] = [a!, b!].map((message) =>
      evaluate.parseCiphertext(sealedSignIn, client.encryptSeeded(secretKey, message)),
    );
    const result = evaluate.multiplyPlain(evaluate.add(x!, y!), evaluate.plaintext(sealedSignIn, m!));
    const sum = bigints(a!.map((v, j) => v + b![j]!));
    const want = sampled.map((k) => Number(mod(negacyclicTerm(sum, bigints(m!), k), BigInt(p))));
    expect(decrypt(result, sampled)).toEqual(want);
  });

  it('the public key encrypts zero: b + a s = p e with a small e', () => {
    const ciphertext = { parameters: sealedSignIn, c0: parsedKey.b, c1: parsedKey.a };
    const phase = phases(ciphertext, sampled);
    expect(phase.every((x) => x % BigInt(p) === 0n)).toBe(true);
    expect(bitsOf(phase)).toBeLessThanOrEqual(Math.log2(21 * p));
  });

  it('keys are a function of the seed; other seeds give other keys', () => {
    const again = client.generateKeys(sealedSignIn, new Uint8Array(32).fill(1));
    const other = client.generateKeys(sealedSignIn, new Uint8Array(32).fill(2));
    const bytes = client.serializePublicKey(publicKey);
    expect(client.serializePublicKey(again.publicKey)).toEqual(bytes);
    expect(client.serializePublicKey(other.publicKey)).not.toEqual(bytes);
    expect(again.secretKey.coefficients).toEqual(secretKey.coefficients);
  });

  it('the secret key alone is the one of the pair', () => {
    const alone = client.generateSecretKey(sealedSignIn, new Uint8Array(32).fill(1));
    expect(alone.coefficients).toEqual(secretKey.coefficients);
    expect(alone.poly.residues).toEqual(secretKey.poly.residues);
    expect(alone.coefficients).not.toEqual(
      client.generateSecretKey(sealedSignIn, new Uint8Array(32).fill(2)).coefficients,
    );
  });

  it('two encryptions of one message share neither seed nor residues', () => {
    const message = new Int32Array(degree).fill(1);
    const [a, b] = [0, 1].map(() => client.encryptSeeded(secretKey, message));
    expect(a!.slice(16, 48)).not.toEqual(b!.slice(16, 48));
    const equal = a!.subarray(16).filter((byte, i) => byte === b![16 + i]).length;
    expect(equal / a!.length).toBeLessThan(0.01); // 1/256 by chance
  });

  it('a wiped key is zero, and refuses to work', () => {
    const { secretKey: key } = client.generateKeys(sealedSignIn, new Uint8Array(32).fill(9));
    const masked = client.parseMasked(sealedSignIn, reply(drawInputs(named('wipe'))), positions);
    client.wipeSecretKey(key);
    client.wipeSecretKey(key);
    expect(key.coefficients.every((x) => x === 0) && key.poly.residues.every((x) => x === 0)).toBe(true);
    const refused = expect.objectContaining({ code: 'wiped-key' });
    expect(() => client.encryptSeeded(key, new Int32Array(degree))).toThrow(refused);
    expect(() => client.decryptCoefficients(key, masked)).toThrow(refused);
  });

  it('a key shows nothing of itself to JSON or to a key listing', () => {
    expect(Object.keys(secretKey)).toEqual(['parameters']);
    expect(JSON.stringify(secretKey).length).toBeLessThan(1000);
  });
});

describe('re-randomising', () => {
  it('adds (b v + p e0, a v + p e1), each of v, e0 and e1 drawn from the stream', () => {
    const ticket = evaluate.parseCiphertext(
      sealedSignIn,
      client.encryptSeeded(secretKey, new Int32Array(degree)),
    );
    const fresh = evaluate.rerandomise(parsedKey, ticket, { random: named('zero') });
    const random = named('zero');
    const v = toEval(fromIntegers(ticket.c0.ring, ternary(random, degree)));
    for (const half of [
      { key: parsedKey.b, before: ticket.c0, after: fresh.c0 },
      { key: parsedKey.a, before: ticket.c1, after: fresh.c1 },
    ]) {
      const error = subtract(half.after, toCoeff(multiplyAdd(half.before, half.key, v)));
      // A zero error here would hide in a reply, because the modulus switch rounds it away.
      expect(integersOf(error)).toEqual(
        bigints(errorPolynomial(random, sealedSignIn)).map((e) => e * BigInt(p)),
      );
    }
  });
});

describe('one reply', () => {
  it.each(Array.from({ length: 10 }, (_, i) => i))(
    'opens to alpha_l <t, b> + m_l on all 8 blocks (%i)',
    (i) => {
      const inputs = drawInputs(named(`reply ${i}`));
      expect(open(reply(inputs))).toEqual(expected(inputs));
    },
  );

  it('opens right at the extremes of multipliers, digits and flood', () => {
    const extreme: Inputs = {
      message: new Int32Array(4096).fill(7, 0, 512),
      signs: new Array(512).fill(1),
      alphas: [1, p - 1, (p - 1) / 2, (p + 1) / 2, 2, p - 2, 1, p - 1],
      masks: [0, p - 1, 0, p - 1, 1, p - 2, 0, p - 1],
    };
    expect(open(reply(extreme))).toEqual(expected(extreme));
    for (const word of [0, 2 ** 32 - 1]) {
      // All random bits equal: v at an end, every error at zero, every E at an end of its interval.
      const stuck: Randomness = { words: (n) => new Uint32Array(n).fill(word) };
      expect(open(reply(extreme, stuck))).toEqual(expected(extreme));
    }
  });

  it('carries exactly 8 coefficients of c0, all of c1, and nothing else', () => {
    const bytes = reply(drawInputs(named('size')));
    expect(bytes.length - 16).toBe(((8 + 4096) * 36) / 8);
    const masked = client.parseMasked(sealedSignIn, bytes, positions);
    expect([masked.c0.length, masked.c1.length]).toEqual([8, 4096]);
  });

  it('is different each time, in every part', () => {
    const inputs = drawInputs(named('fresh'));
    const [a, b] = [0, 1].map(() => client.parseMasked(sealedSignIn, reply(inputs), positions));
    expect(a!.c0.filter((x, k) => x === b!.c0[k])).toHaveLength(0);
    expect(a!.c1.filter((x, k) => x === b!.c1[k])).toHaveLength(0);
  });

  it('does not open under another key', () => {
    const inputs = drawInputs(named('other key'));
    const { secretKey: other } = client.generateKeys(sealedSignIn, new Uint8Array(32).fill(5));
    const masked = client.parseMasked(sealedSignIn, reply(inputs), positions);
    expect(client.decryptCoefficients(other, masked)).not.toEqual(expected(inputs));
  });

  it.each([
    ['too few masks', [1]],
    ['a mask of p', [p, 0, 0, 0, 0, 0, 0, 0]],
    ['a negative mask', [-1, 0, 0, 0, 0, 0, 0, 0]],
  ])('refuses %s', (_title, masks) => {
    const ticket = evaluate.parseCiphertext(
      sealedSignIn,
      client.encryptSeeded(secretKey, new Int32Array(degree)),
    );
    const fresh = evaluate.rerandomise(parsedKey, ticket);
    expect(() => evaluate.maskCoefficients(fresh, positions, masks)).toThrow(
      expect.objectContaining({ code: 'bad-message' }),
    );
  });
});

describe('noise', () => {
  const bound = replyNoise(sealedSignIn, { messageSum: 512 * 7, plaintextTerms: 4096, positions: 8 });

  it('bounds are those of the protocol page', () => {
    expect(bound.ciphertext).toBeCloseTo(28.94, 2);
    expect(bound.wrap).toBeCloseTo(10.8, 1);
    expect(bound.publicKeyZero).toBeLessThanOrEqual(15);
    expect(bound.total).toBeLessThan(29);
    expect(bound.distance).toBeLessThan(-56);
    expect(bound.flooded).toBeCloseTo(104.0, 2);
    expect(bound.floodedCeiling).toBeCloseTo(104.78, 2);
    expect(bound.switched).toBeLessThan(33.78);
    expect(bound.switchedCeiling).toBeCloseTo(34.54, 2);
  });

  it('measured at every coefficient, with the multipliers and digits that make most of it, stays inside', () => {
    const all = Array.from({ length: 64 }, (_, i) => 64 * i + 63);
    const worst = { ciphertext: 0, publicKeyZero: 0, total: 0, flooded: 0, switched: 0 };
    const raise = (row: keyof typeof worst, bits: number) => {
      worst[row] = Math.max(worst[row], bits);
    };
    for (let i = 0; i < 4; i++) {
      const inputs = {
        ...drawInputs(named(`noise ${i}`)),
        alphas: [
          (p - 1) / 2,
          (p + 1) / 2,
          (p - 1) / 2,
          (p + 1) / 2,
          (p - 1) / 2,
          (p + 1) / 2,
          (p - 1) / 2,
          (p + 1) / 2,
        ],
      };
      inputs.message.fill(7, 0, 512);
      const random = named(`noise stream ${i}`);
      const ticket = evaluate.parseCiphertext(sealedSignIn, client.encryptSeeded(secretKey, inputs.message));
      const product = evaluate.multiplyPlain(ticket, evaluate.plaintext(sealedSignIn, multiplier(inputs)));
      const fresh = evaluate.rerandomise(parsedKey, product, { random });
      const [before, after] = [phases(product, all), phases(fresh, all)];
      const inP = (bits: number) => bits - Math.log2(p);
      raise('ciphertext', inP(bitsOf(before)));
      raise('publicKeyZero', inP(bitsOf(after.map((x, k) => x - before[k]!))));
      raise('total', inP(bitsOf(after)));

      const kept = floodCoefficients(fresh, positions, inputs.masks, named(`flood ${i}`));
      const c0 = positions.map((_, k) =>
        fromResidues(
          moduli.map((_q, l) => kept[l * 8 + k]!),
          moduli,
        ),
      );
      raise('flooded', bitsOf(phaseAt(secretKey, sealedSignIn, c0, integersOf(fresh.c1), positions)));

      const masked = evaluate.maskCoefficients(fresh, positions, inputs.masks, {
        random: named(`flood ${i}`),
      });
      const last = { ...sealedSignIn, moduli: moduli.slice(-1) };
      raise('switched', bitsOf(phaseAt(secretKey, last, bigints(masked.c0), bigints(masked.c1), positions)));
    }
    console.table(
      Object.entries(worst).map(([row, measured]) => ({
        row,
        'measured (log2)': measured.toFixed(2),
        'bound (log2)': bound[row as keyof typeof worst].toFixed(2),
      })),
    );
    for (const row of Object.keys(worst) as (keyof typeof worst)[]) {
      expect(worst[row], row).toBeLessThanOrEqual(bound[row]);
    }
    // Far below its bound would mean that the measurement, or the flood, is not what it says.
    expect(worst.ciphertext).toBeGreaterThan(bound.ciphertext - 8);
    expect(worst.flooded).toBeGreaterThan(bound.flooded - 2);
    expect(worst.switched).toBeGreaterThan(bound.switched - 2);
  });
});
