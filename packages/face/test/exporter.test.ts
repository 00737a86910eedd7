import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decode, suppress } from '../src/core/detector.ts';
import { cosine, normalise } from '../src/core/embedding.ts';
import { squareToFrame } from '../src/core/geometry.ts';
import { goldenInput } from '../src/core/golden.ts';
import type { Net } from '../src/core/net.ts';
import { ortLoader } from '../src/core/ort.ts';
import { cutSquare, scaleColours } from '../src/core/warp.ts';
import { buildModels } from '../src/exporter/build.ts';
import { installedPackage } from '../src/exporter/installed-package.ts';
import { varint } from '../src/exporter/protobuf.ts';
import { type NetRole, netSources } from '../src/exporter/sources.ts';
import { exportTfjsGraph } from '../src/exporter/tfjs-graph.ts';
import type { ModelManifest } from '../src/models/manifest.ts';
import { type VerifiedModels, verifyManifest } from '../src/models/verify.ts';
import { decodeJpeg, readFolder } from '../src/node/index.ts';
import { type OriginalNet, originalNet } from './support/original-library.ts';

const folder = mkdtempSync(join(tmpdir(), 'blindsight-models-'));
afterAll(() => rmSync(folder, { recursive: true }));

let models: VerifiedModels;
beforeAll(async () => {
  await buildModels(folder);
  models = await verifyManifest(readFolder(folder));
}, 120_000);

const open = (role: NetRole): Promise<Net> =>
  ortLoader(models.files.get('runtime')!)(models.files.get(role)!, models.manifest[role]);

/** Element counts of the outputs, in the order of the manifest. */
const lengths: Record<NetRole, number[]> = {
  detector: [512, 512 * 16, 384, 384 * 16],
  landmarks: [1404, 1],
  embedder: [128],
};

describe.each(['detector', 'landmarks', 'embedder'] as const)('the converted %s', (role) => {
  let net: Net;
  let original: OriginalNet;
  beforeAll(async () => {
    [net, original] = [await open(role), await originalNet(role)];
  }, 120_000);
  afterAll(() => net.close());

  it.each([3, 4711])('computes what the original library computes (seed %i)', async (seed) => {
    const { size, mean, scale } = net.spec;
    const planes = scaleColours(goldenInput(seed, size), mean, scale);
    const [ours, theirs] = [await net.run(planes), original(planes)];
    for (const [i, length] of lengths[role].entries()) {
      const expected = theirs.get(length)![0]!;
      expect(cosine(normalise(ours[i]!), normalise(expected))).toBeGreaterThan(0.99999);
      const [got, wanted] = [Math.hypot(...ours[i]!), Math.hypot(...expected)];
      // The face probability of noise is near 0, where only its absolute error means anything.
      expect(Math.abs(got - wanted)).toBeLessThan(1e-4 * wanted + 1e-4);
    }
  });

  it('is at most 1.05 times as large as the original', () => {
    const { package: name, file } = netSources[role];
    const before = statSync(join(installedPackage(name).folder, file)).size;
    expect(models.files.get(role)!.length / before).toBeLessThanOrEqual(1.05);
  });
});

it('finds the same boxes as the original library on a photograph, within one pixel', async () => {
  const net = await open('detector');
  const original = await originalNet('detector');
  const photo = decodeJpeg(
    readFileSync(join(installedPackage('@vladmandic/face-api').folder, 'demo/sample6.jpg')),
  );
  const { size, mean, scale } = net.spec;
  const centre = { x: (photo.width - 1) / 2, y: (photo.height - 1) / 2 };
  const planes = scaleColours(
    cutSquare(photo, squareToFrame(size, centre, photo.width, 0), size),
    mean,
    scale,
  );

  const found = (outputs: readonly Float32Array[]) =>
    suppress([
      ...decode(outputs[0]!, outputs[1]!, { cell: 16, anchors: 2 }, size),
      ...decode(outputs[2]!, outputs[3]!, { cell: 32, anchors: 6 }, size),
    ]).map(({ box }) => box);
  const ours = found(await net.run(planes));
  const all = original(planes);
  const theirs = found(lengths.detector.map((length) => all.get(length)![0]!));

  expect(ours.length).toBeGreaterThanOrEqual(1);
  expect(ours).toHaveLength(theirs.length);
  // A pixel of the photograph, which is 7.5 times as large as the input.
  const pixel = size / photo.width;
  for (const [i, box] of ours.entries()) {
    for (const key of ['x', 'y', 'width', 'height'] as const) {
      expect(Math.abs(box[key] - theirs[i]![key])).toBeLessThan(pixel);
    }
  }
});

describe('building', () => {
  it('gives the same bytes every time, also when two threads of a process build at once', async () => {
    const again = mkdtempSync(join(tmpdir(), 'blindsight-models-'));
    const hashes = (where: string): string[] =>
      readdirSync(where)
        .sort()
        .map(
          (name) =>
            `${name} ${createHash('sha256')
              .update(readFileSync(join(where, name)))
              .digest('hex')}`,
        );
    await Promise.all([buildModels(again), buildModels(again)]);
    expect(hashes(again)).toEqual(hashes(folder));
    expect(hashes(again)).toHaveLength(models.manifest.files.length + 1);
    rmSync(again, { recursive: true });
  });

  it('names every file, its licence and where it comes from', () => {
    const { files }: ModelManifest = models.manifest;
    for (const { name, sha256, licence, source } of files) {
      expect(name).toContain(sha256.slice(0, 16));
      expect(licence).not.toBe('');
      expect(source.version).toMatch(/^\d/);
    }
  });

  it('refuses a graph with an operation it does not know', () => {
    const json = join(folder, 'unknown.json');
    const node = [
      { name: 'input', op: 'Placeholder' },
      { name: 'out', op: 'Softplus', input: ['input'] },
    ];
    writeFileSync(json, JSON.stringify({ modelTopology: { node }, weightsManifest: [] }));
    const outputs = [{ node: 'out', name: 'out', shape: [1] }];
    expect(() => exportTfjsGraph({ json, name: 'x', size: 16, outputs })).toThrow(
      expect.objectContaining({ code: 'export-unsupported', details: { op: 'Softplus', name: 'out' } }),
    );
    rmSync(json);
  });

  // From the Protocol Buffers documentation.
  it.each([
    [0, [0]],
    [1, [1]],
    [150, [0x96, 0x01]],
    [-1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ])('writes %i as a varint', (value, bytes) => {
    expect([...varint(value)]).toEqual(bytes);
  });
});
