/** The importer refuses what is not an export; front end and interpreter do what `training/README.md` says. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { frontEnd } from '../src/image/front-end.ts';
import { checkGolden, convolve } from '../src/image/interpret.ts';
import { type GoldenPicture, parseGolden, parseNetwork, type RingLayer } from '../src/image/network.ts';
import { ringfaceMini } from '../src/image/parameters.ts';
import { normals, pattern, randomNetwork } from './support/random-network.ts';

const { manifest, weights, golden, chips, network } = randomNetwork(ringfaceMini, 16);
type Json = Record<string, unknown>;
const parsed = JSON.parse(new TextDecoder().decode(manifest)) as Json & {
  layers: Json[];
  tensors: Record<string, Json>;
};
const encoded = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const refused = (field: string) =>
  expect.objectContaining({ code: 'network-refused', details: expect.objectContaining({ field }) });

describe('an export', () => {
  it('is read, and its golden vectors agree with the interpreter', () => {
    expect(network).toMatchObject({ block: 16, channels: 16, embedding: 128, hash: sha256(manifest) });
    const pictures = parseGolden(manifest, chips, golden);
    expect(pictures).toHaveLength(1);
    checkGolden(network, pictures);
  });

  it('names the stage at which a golden vector differs', () => {
    const [picture] = parseGolden(manifest, chips, golden) as [GoldenPicture];
    const off = (name: string) => {
      const one = picture.layers[name]!;
      const values = one.values.map((v, k) => (k === 7 ? v + 1e-6 : v));
      return { ...picture, layers: { ...picture.layers, [name]: { ...one, values } } };
    };
    const plant = (changed: GoldenPicture, field: string) =>
      expect(() => checkGolden(network, [changed])).toThrow(refused(field));
    for (const name of ['input', 'conv1', 'conv2', 'head']) plant(off(name), `golden ${name}`);
    plant({ ...picture, embedding: picture.embedding.map((v) => v + 1e-6) }, 'golden embedding');
    plant({ ...picture, chip: picture.chip.map((v, k) => (k === 900 ? v ^ 1 : v)) }, 'golden input');
  });

  it.each<[string, Json, string]>([
    ['of another format', { format: 'ringface/2' }, 'format'],
    ['with a block that is no power of two', { block: 12, channels: 12 }, 'powers of two'],
    ['with channels that do not fill blocks', { channels: 24 }, 'block'],
    ['with fewer layers than squares', { squares: 3 }, 'layers'],
    ['with its layers in another order', { layers: parsed.layers.toReversed() }, 'head.kind'],
    ['with other weights', { weightsSha256: '0'.repeat(64) }, 'weightsSha256'],
    ['without its norms', { norm: {} }, 'norm.0.001'],
    ['whose norms have no room', { norm: { '0.001': 1, '0.99': 5.1, '0.999': 6 } }, 'norm'],
    ['without licence', { licence: '' }, 'licence'],
  ])('%s is refused', (_what, change, field) => {
    expect(() => parseNetwork(encoded({ ...parsed, ...change }), weights)).toThrow(refused(field));
  });

  it.each<[string, (layer: Json) => Json, string]>([
    [
      'that reads other places',
      (layer) => ({ ...layer, offsets: [0, 1, 2, 3, 4, 5, 6, 7, 8] }),
      'conv2.offsets',
    ],
    ['without residual', (layer) => ({ ...layer, residual: false }), 'conv2.residual'],
    ['of another width', (layer) => ({ ...layer, outputBlocks: 2 }), 'conv2 blocks'],
    [
      'with values too large',
      (layer) => ({ ...layer, range: { z: { max: 2000 }, h: { max: 1 } } }),
      'conv2.range.z.max',
    ],
  ])('with a layer %s is refused', (_what, change, field) => {
    const layers = parsed.layers.map((layer, k) => (k === 1 ? change(layer) : layer));
    expect(() => parseNetwork(encoded({ ...parsed, layers }), weights)).toThrow(refused(field));
  });

  it.each<[string, Json, string]>([
    ['of another type', { dtype: 'f64' }, 'conv1.weight.dtype'],
    ['of another shape', { shape: [1, 6, 1, 16, 8] }, 'conv1.weight.shape'],
    ['beyond the end', { offset: weights.length - 10 }, 'conv1.weight.offset'],
    ['over another one', { offset: 0 }, 'tensors cover the weights'],
  ])('with a tensor %s is refused', (_what, change, field) => {
    const tensors = { ...parsed.tensors, 'conv1.weight': { ...parsed.tensors['conv1.weight'], ...change } };
    expect(() => parseNetwork(encoded({ ...parsed, tensors }), weights)).toThrow(refused(field));
  });

  it('with numbers that are not finite, surplus bytes, surplus tensors, or no JSON is refused', () => {
    const copy = new Uint8Array([...weights, 0]);
    const withHash =
      (bytes: Uint8Array, change: Json = {}) =>
      () =>
        parseNetwork(encoded({ ...parsed, ...change, weightsSha256: sha256(bytes) }), bytes);
    expect(withHash(copy)).toThrow(refused('tensors cover the weights'));
    const infinite = weights.slice();
    new DataView(infinite.buffer).setFloat32(
      parsed.tensors['conv1.scale']!['offset'] as number,
      Infinity,
      true,
    );
    expect(withHash(infinite)).toThrow(refused('conv1.scale: finite'));
    expect(withHash(weights, { tensors: { ...parsed.tensors, more: {} } })).toThrow(refused('tensors'));
    expect(() => parseNetwork(new Uint8Array([0xff, 0xfe]), weights)).toThrow(refused('manifest'));
    expect(() =>
      parseGolden(
        manifest,
        chips.map((v) => v ^ 1),
        golden,
      ),
    ).toThrow(refused('goldenSha256'));
  });
});

describe('a ring convolution', () => {
  const next = normals(3);
  const block = 16;
  const slots = 256 * block;
  const layer: RingLayer = {
    name: 'conv',
    inputBlocks: 2,
    outputBlocks: 2,
    offsets: [-17, -16, -15, -1, 0, 1, 15, 16, 17],
    residual: false,
    integers: Int8Array.from({ length: 2 * 2 * 9 * block * block }, () => Math.round(30 * next())),
    scale: Float32Array.from({ length: 2 * block }, next),
    bias: Float32Array.from({ length: 2 * block }, next),
  };
  const x = Float64Array.from({ length: 2 * slots }, next);

  it('takes channel v of the block at the offset, or one position further when v comes before u', () => {
    const z = convolve(block, layer, x);
    for (const [o, p, u] of [
      [0, 0, 0],
      [0, 255, 15],
      [1, 17, 7],
      [1, 128, 15],
    ] as const) {
      let sum = 0;
      for (let i = 0; i < 2; i++) {
        for (const [t, offset] of layer.offsets.entries()) {
          for (let v = 0; v < block; v++) {
            const [d, carry] = v >= u ? [v - u, 0] : [v - u + block, 1];
            const w = layer.integers[(((o * 2 + i) * 9 + t) * block + u) * block + d]!;
            sum += w * x[i * slots + ((p + offset + carry + 256) % 256) * block + v]!;
          }
        }
      }
      const channel = o * block + u;
      const want = layer.bias[channel]! + layer.scale[channel]! * sum;
      expect(z[o * slots + p * block + u]).toBeCloseTo(want, 9);
    }
  });
});

describe('the front end', () => {
  const block = 16;
  /** Tap t of position p. */
  const at = (out: Float64Array, t: number, p: number) =>
    out[Math.floor(t / block) * 256 * block + p * block + (t % block)]!;
  /** A picture that is grey and whose value is a function of row and column. */
  const grey = (rule: (y: number, x: number) => number) =>
    Float64Array.from({ length: 3 * 112 * 112 }, (_, k) => rule(Math.floor(k / 112) % 112, k % 112));

  it('shrinks by area, standardises, and takes 8 x 8 of every fourth pixel, with wrap', () => {
    const out = frontEnd(
      grey((_y, x) => x),
      block,
    );
    expect(out).toHaveLength(96 * 256);
    // Cells of 1.75 pixels: the mean of x over each. They repeat every four, so the mean of all is (111) / 2.
    const cell = (c: number) => {
      let sum = 0;
      for (let x = 0; x < 112; x++) {
        sum += x * Math.max(0, Math.min(x + 1, 1.75 * c + 1.75) - Math.max(x, 1.75 * c));
      }
      return sum / 1.75;
    };
    const cells = Array.from({ length: 64 }, (_, c) => cell(c));
    const mean = cells.reduce((s, v) => s + v, 0) / 64;
    const deviation = Math.sqrt(cells.reduce((s, v) => s + (v - mean) ** 2, 0) / 64);
    for (const [t, p] of [
      [0, 0],
      [7, 0],
      [3, 37],
      [63, 255],
    ] as const) {
      const column = (4 * (p % 16) + (t % 8)) % 64;
      expect(at(out, t, p)).toBeCloseTo((cells[column]! - mean) / deviation, 10);
    }
    // Grey has no chroma.
    for (const t of [64, 79, 80, 95]) expect(at(out, t, 100)).toBeCloseTo(0, 10);
  });

  it('has blue chroma in taps 64 to 79 and red in 80 to 95, three times as strong', () => {
    const red = grey((y) => y).map((v, k) => (k < 112 * 112 ? v + (k < 56 * 112 ? 20 : -20) : v));
    const out = frontEnd(red, block);
    const [r, y] = [20, 0.299 * 20];
    const luma = Float64Array.from({ length: 64 }, (_, c) => at(out, 8 * (c % 4), 16 * Math.floor(c / 4)));
    // The deviation of the luma, from two of its standardised values far from the edge of the halves.
    const d = (1.75 * 8) / (luma[24]! - luma[16]!);
    expect(at(out, 80, 0)).toBeCloseTo((3 * (0.5 * (r - y))) / 0.701 / d, 4);
    expect(at(out, 64, 0)).toBeCloseTo((3 * (0.5 * -y)) / 0.886 / d, 4);
  });

  it('is not changed by brightness and contrast', () => {
    const chip = Float64Array.from(pattern(5), (v) => v / 2);
    const other = frontEnd(
      chip.map((v) => 1.5 * v + 20),
      block,
    );
    const off = frontEnd(chip, block).reduce((m, v, k) => Math.max(m, Math.abs(v - other[k]!)), 0);
    expect(off).toBeLessThan(1e-9);
  });

  it('keeps a flat picture flat, and everything within 4', () => {
    const size = (xs: Float64Array) => xs.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    expect(
      size(
        frontEnd(
          grey(() => 90),
          block,
        ),
      ),
    ).toBeLessThan(1e-9);
    expect(
      size(
        frontEnd(
          grey((y, x) => (x === 50 && y > 40 && y < 60 ? 255 : 0)),
          block,
        ),
      ),
    ).toBe(4);
  });
});
