import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { modelsFolder, testEngine } from '../../../tests/support/people.ts';
import { createEngine } from '../src/core/engine.ts';
import { ortLoader } from '../src/core/ort.ts';
import { canonicalJson, type Json } from '../src/models/canonical-json.ts';
import {
  encodeManifest,
  type ModelManifest,
  manifestHash,
  operatingTau,
  parseManifest,
} from '../src/models/manifest.ts';
import { type ReadFile, type VerifiedModels, verifyManifest } from '../src/models/verify.ts';
import { readFolder } from '../src/node/index.ts';

type Draft = { -readonly [K in keyof ModelManifest]: ModelManifest[K] } & Record<string, unknown>;

let models: VerifiedModels;
beforeAll(async () => {
  ({ models } = await testEngine());
}, 120_000);

/** The manifest with a change, as bytes. */
function changed(change: (draft: Draft) => void): Uint8Array<ArrayBuffer> {
  const draft = structuredClone(models.manifest) as Draft;
  change(draft);
  return new TextEncoder().encode(canonicalJson(draft as unknown as Json));
}

describe('the manifest', () => {
  it('reads back as it was written, and its file is its hash', async () => {
    const bytes = encodeManifest(models.manifest);
    expect(parseManifest(bytes)).toEqual(models.manifest);
    expect(await manifestHash(models.manifest)).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(models.manifestHash).toBe(await manifestHash(models.manifest));
  });

  it.each<[string, (draft: Draft) => void]>([
    ['an unknown member', (d) => Object.assign(d, { extra: 1 })],
    ['a missing member', (d) => Reflect.deleteProperty(d, 'created')],
    ['a schema that is no number', (d) => Object.assign(d, { schema: '2' })],
    [
      'a file name with a folder',
      (d) => Object.assign(d.files[0]!, { name: '../etc/passwd-0123456789abcdef.bin' }),
    ],
    ['a file that is too large', (d) => Object.assign(d.files[0]!, { bytes: 2 ** 31 })],
    ['a role twice', (d) => Object.assign(d, { files: [...d.files, d.files[0]] })],
    ['a name that is not the hash', (d) => Object.assign(d.files[1]!, { sha256: 'f'.repeat(64) })],
    ['no embedder', (d) => Object.assign(d, { files: d.files.filter(({ role }) => role !== 'embedder') })],
    ['an odd tau', (d) => Object.assign(d.calibration.tau[0]!, { tau: d.calibration.tau[0]!.tau + 1 })],
    ['a tau beyond reach', (d) => Object.assign(d.calibration.tau.at(-1)!, { tau: d.calibration.sMax + 2 })],
    ['another sMax', (d) => Object.assign(d.calibration, { sMax: d.calibration.sMax - 2 })],
    ['an operating rate that is not calibrated', (d) => Object.assign(d.calibration, { operatingFmr: 0.5 })],
    ['an interval upside down', (d) => Object.assign(d.calibration.tau[0]!.tar, { low: 1, high: 0 })],
    ['an unknown verifier', (d) => Object.assign(d.calibration, { verifier: { kind: 'median' } })],
    ['a parameter the mean has not', (d) => Object.assign(d.calibration.verifier, { strength: 1 })],
    [
      'a logistic verifier without a cohort',
      (d) => Object.assign(d.calibration, { verifier: { kind: 'logistic', strength: 1, cohortWeight: 0.3 } }),
    ],
    ['a channel order of two', (d) => Object.assign(d.embedder, { mean: [1, 2] })],
  ])('is refused with %s', (_what, change) => {
    expect(() => parseManifest(changed(change))).toThrow(
      expect.objectContaining({ code: 'manifest-malformed' }),
    );
  });

  it.each([1, 3])(
    'of schema %i is refused by a name of its own: the models are to be built again',
    (schema) => {
      expect(() => parseManifest(changed((d) => Object.assign(d, { schema })))).toThrow(
        expect.objectContaining({ code: 'manifest-version', details: { schema, wanted: 2 } }),
      );
    },
  );

  it.each<[string, (text: string) => string]>([
    ['spaces', (text) => text.replace(',', ', ')],
    ['a member twice', (text) => text.replace('{', '{"schema":1,')],
    ['a byte order mark', (text) => `\uFEFF${text}`],
    ['a cut end', (text) => text.slice(0, -1)],
    ['nothing', () => ''],
  ])('is refused when its text has %s', (_what, change) => {
    const text = new TextDecoder().decode(encodeManifest(models.manifest));
    const bytes = new TextEncoder().encode(change(text));
    expect(() => parseManifest(bytes)).toThrow(expect.objectContaining({ code: 'manifest-malformed' }));
  });

  it('gives the threshold of its operating rate', () => {
    const { tau, operatingFmr } = models.manifest.calibration;
    expect(operatingTau(models.manifest)).toBe(tau.find(({ fmr }) => fmr === operatingFmr)!.tau);
  });
});

describe('loading models', () => {
  const honest = readFolder(modelsFolder);
  /** The folder with one file changed on the way. */
  const tampered =
    (role: string, change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): ReadFile =>
    async (name, limit) => {
      const bytes = await honest(name, limit);
      return name.startsWith(role) ? change(bytes) : bytes;
    };

  it.each(['runtime', 'detector', 'landmarks', 'embedder'])(
    'refuses a flipped bit in the %s',
    async (role) => {
      const flip = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
        bytes[bytes.length >> 1]! ^= 1;
        return bytes;
      };
      await expect(verifyManifest(tampered(role, flip))).rejects.toMatchObject({ code: 'model-hash' });
    },
  );

  it('refuses a file that is shorter or longer', async () => {
    for (const change of [
      (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, -1),
      (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array([...bytes, 0]),
    ]) {
      await expect(verifyManifest(tampered('detector', change))).rejects.toMatchObject({
        code: 'model-length',
      });
    }
  });

  it('refuses a missing file and a missing manifest, each by its name', async () => {
    const without =
      (missing: string): ReadFile =>
      (name, limit) =>
        name.startsWith(missing) ? Promise.reject(new Error('gone')) : honest(name, limit);
    await expect(verifyManifest(without('embedder'))).rejects.toMatchObject({ code: 'model-unavailable' });
    await expect(verifyManifest(without('manifest'))).rejects.toMatchObject({ code: 'manifest-unavailable' });
  });

  it('insists on the manifest the challenge names', async () => {
    await expect(verifyManifest(honest, { expectedHash: models.manifestHash })).resolves.toBeDefined();
    await expect(verifyManifest(honest, { expectedHash: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'manifest-malformed',
    });
  });

  it.each<[string, (draft: Draft) => void]>([
    ['swapped colours', (d) => Object.assign(d.embedder, { mean: [...d.embedder.mean].reverse() })],
    ['a wrong scale', (d) => Object.assign(d.detector, { scale: d.detector.scale.map((s) => s * 1.1) })],
    ['another answer', (d) => Object.assign(d.landmarks.golden, { seed: d.landmarks.golden.seed + 1 })],
  ])('refuses models that answer the golden input otherwise: %s', async (_what, change) => {
    const manifest = parseManifest(changed(change));
    const load = ortLoader(models.files.get('runtime')!);
    await expect(createEngine({ ...models, manifest }, load)).rejects.toMatchObject({
      code: 'golden-mismatch',
    });
  });

  it('refuses bytes that are no model', async () => {
    const files = new Map(models.files).set('detector', new Uint8Array(1000));
    const load = ortLoader(models.files.get('runtime')!);
    await expect(createEngine({ ...models, files }, load)).rejects.toMatchObject({ code: 'model-load' });
  });
});
