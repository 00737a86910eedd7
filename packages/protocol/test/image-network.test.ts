/** The importer refuses what is not an export; the interpreter does what the contract says. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { frontEnd, shrinkCrop } from '../src/image/front-end.ts';
import { checkGolden, interpret, linear } from '../src/image/interpret.ts';
import { carry } from '../src/image/layout.ts';
import { type Layer, parseGolden, parseNetwork } from '../src/image/network.ts';
import { ringfaceMini } from '../src/image/parameters.ts';
import { normals, pattern, randomNetwork } from './support/random-network.ts';

const exported = randomNetwork(ringfaceMini, 16);
const { manifest, weights, golden, network } = exported;
type Json = Record<string, unknown>;
const parsed = JSON.parse(new TextDecoder().decode(manifest)) as Json;
const withManifest = (change: Json) => new TextEncoder().encode(JSON.stringify({ ...parsed, ...change }));
const refused = (field: string) =>
  expect.objectContaining({ code: 'network-refused', details: expect.objectContaining({ field }) });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('parseNetwork', () => {
  it('reads an export, and the golden vectors agree with the interpreter', () => {
    expect(network).toMatchObject({ block: 16, channels: 16, embedding: 128, hash: sha256(manifest) });
    const vectors = parseGolden(network, manifest, golden);
    expect(vectors).toHaveLength(1);
    checkGolden(network, vectors);
  });

  it('says at which stage a golden vector differs', () => {
    const [vector] = parseGolden(network, manifest, golden);
    const off = (xs: Float32Array) => xs.map((x, k) => (k === 7 ? x + 0.01 : x));
    const plant = (change: object, field: string) =>
      expect(() => checkGolden(network, [{ ...vector!, ...change }])).toThrow(refused(field));
    plant({ taps: off(vector!.taps) }, 'golden taps');
    plant({ layers: [vector!.layers[0]!, off(vector!.layers[1]!)] }, 'golden layer 2');
    plant({ embedding: off(vector!.embedding) }, 'golden embedding');
  });

  it.each<[string, Json, string]>([
    ['another format', { format: 'blindsight-image-network/2' }, 'format'],
    ['a block that is no power of two', { block: 12, channels: 12 }, 'powers of two'],
    ['channels that do not fill blocks', { channels: 24 }, 'block'],
    ['no layers', { layers: [] }, 'layers'],
    ['a first layer that reads neighbours', { layers: [(parsed['layers'] as Json[])[1]] }, 'layer.kind'],
    ['fewer weights than layers need', { embedding: 256 }, 'number of weights'],
    ['another hash', { weights: { bytes: weights.length, sha256: '0'.repeat(64) } }, 'weights.sha256'],
    ['another length', { weights: { bytes: weights.length + 4, sha256: sha256(weights) } }, 'weights.bytes'],
    ['a norm window upside down', { norm: { low: 2, high: 1 } }, 'norm.high'],
    ['a norm the opening has no room for', { norm: { low: 0.1, high: 4.1 } }, 'norm.high'],
    ['a threshold that is no cosine', { threshold: [{ far: 0.1, cosine: 1.5 }] }, 'threshold.cosine'],
    ['no licence', { licence: '' }, 'licence'],
  ])('refuses %s', (_what, change, field) => {
    expect(() => parseNetwork(withManifest(change), weights)).toThrow(refused(field));
  });

  it('refuses weights that are not finite, too large, or of another manifest', () => {
    const plant = (value: number) => {
      const copy = weights.slice();
      new DataView(copy.buffer).setFloat32(40, value, true);
      return () =>
        parseNetwork(withManifest({ weights: { bytes: copy.length, sha256: sha256(copy) } }), copy);
    };
    expect(plant(0.5)).not.toThrow();
    expect(plant(Number.NaN)).toThrow(refused('weights: finite'));
    expect(plant(65)).toThrow(refused('size of weights'));
    expect(() => parseGolden(network, withManifest({ name: 'x' }), golden)).toThrow(
      refused('golden of another manifest'),
    );
    expect(() => parseNetwork(new Uint8Array([0xff, 0xfe]), weights)).toThrow(refused('manifest'));
  });
});

describe('the ring rule', () => {
  const next = normals(3);
  const layer = (kind: Layer['kind'], points: number): Layer => ({
    kind,
    inputs: 32,
    outputs: 32,
    residual: false,
    peak: 1,
    rms: 1,
    weight: Float32Array.from({ length: 32 * 32 * points }, next),
    bias: Float32Array.from({ length: 32 }, next),
  });
  const x = Float64Array.from({ length: 32 * 256 }, next);
  const at = (i: number, p: number) => x[i * 256 + (((p % 256) + 256) % 256)]!;

  it('reads an input channel one position further on when it lies before the output channel in its block', () => {
    expect([carry(16, 3, 3), carry(16, 3, 4), carry(16, 3, 2), carry(16, 3, 18), carry(16, 19, 3)]).toEqual([
      0, 0, 1, 1, 0,
    ]);
    const { weight, bias, ...rest } = layer('pointwise', 1);
    const z = linear(16, { ...rest, weight, bias }, x);
    const want = (o: number, p: number) =>
      Array.from({ length: 32 }, (_, i) => weight[o * 32 + i]! * at(i, p + (i % 16 < o % 16 ? 1 : 0))).reduce(
        (s, v) => s + v,
        bias[o]!,
      );
    for (const [o, p] of [
      [0, 0],
      [15, 255],
      [16, 17],
      [31, 255],
    ] as const)
      expect(z[o * 256 + p]).toBeCloseTo(want(o, p), 10);
  });

  it('takes the nine neighbours on the flat ring, rows 16 apart', () => {
    const { weight, bias, ...rest } = layer('conv3x3', 9);
    const z = linear(32, { ...rest, weight, bias }, x);
    const want = (o: number, p: number) => {
      let sum = bias[o]!;
      for (let i = 0; i < 32; i++)
        for (let u = -1; u <= 1; u++)
          for (let v = -1; v <= 1; v++)
            sum += weight[((o * 32 + i) * 3 + u + 1) * 3 + v + 1]! * at(i, p + 16 * u + v + (i < o ? 1 : 0));
      return sum;
    };
    for (const [o, p] of [
      [0, 0],
      [5, 15],
      [31, 255],
      [17, 128],
    ] as const)
      expect(z[o * 256 + p]).toBeCloseTo(want(o, p), 9);
  });
});

describe('the front end', () => {
  it('is 96 taps of standardised luma and chroma, with wrap', () => {
    const crop = pattern(4);
    const out = frontEnd(crop);
    expect(out).toHaveLength(96 * 256);
    const luma = Float64Array.from(
      { length: 4096 },
      (_, k) => 0.299 * crop[3 * k]! + 0.587 * crop[3 * k + 1]! + 0.114 * crop[3 * k + 2]!,
    );
    const mean = luma.reduce((s, v) => s + v, 0) / 4096;
    const deviation = Math.sqrt(luma.reduce((s, v) => s + (v - mean) ** 2, 0) / 4096);
    // Position (15, 15), the last tap of its 8 x 8: rows and columns 60 + 7 wrap to 3.
    expect(out[63 * 256 + 255]).toBeCloseTo((luma[3 * 64 + 3]! - mean) / deviation, 10);
    expect(Math.max(...out)).toBeLessThanOrEqual(4);
  });

  it('is not changed by brightness, and only by the sign of contrast', () => {
    const crop = pattern(5).map((v) => v / 2);
    const other = frontEnd(crop.map((v) => 1.5 * v + 20));
    for (const [k, v] of frontEnd(crop).entries()) expect(other[k]).toBeCloseTo(v, 8);
  });

  it('keeps a flat picture flat', () => {
    expect(Math.max(...frontEnd(new Float64Array(64 * 64 * 3).fill(90)).map(Math.abs))).toBeLessThan(1e-9);
  });

  it('shrinks 112 to 64 by area: means stay, and so does a ramp', () => {
    const ramp = Float64Array.from({ length: 112 * 112 * 3 }, (_, k) => Math.floor(k / 3) % 112);
    const small = shrinkCrop(ramp);
    expect(small).toHaveLength(64 * 64 * 3);
    // A cell from 1.75 c on: the mean of v over it, v constant on [v, v + 1).
    expect(small[0]).toBeCloseTo(0.75 / 1.75, 12);
    expect(small[3 * 63]).toBeCloseTo((110 * 0.75 + 111) / 1.75, 12);
    const mean = (xs: Float64Array) => xs.reduce((s, v) => s + v, 0) / xs.length;
    expect(mean(small)).toBeCloseTo(mean(ramp), 10);
  });
});

it('interpret adds the input where a layer is residual', () => {
  const crop = pattern(6);
  const plain = interpret(network, crop);
  const last = network.layers.length - 1;
  const layers = network.layers.map((layer, k) => ({ ...layer, residual: k === last }));
  const added = interpret({ ...network, layers }, crop);
  for (const k of [0, 100, 4095])
    expect(added.layers[last]![k]).toBeCloseTo(plain.layers[last]![k]! + plain.layers[last - 1]![k]!, 10);
});
