/** The stages of the public benchmark in the harness's order, with the small parameter set and drawn pictures. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { image } from '@blindsight/protocol/client';
import { image as oracle } from '@blindsight/protocol/oracle';
import { afterAll, expect, it } from 'vitest';
import { pattern, randomNetwork } from '../../../packages/protocol/test/support/random-network.ts';
import { readPixmap } from '../fhe-face-verification/frames.ts';
import { placesOf } from '../fhe-face-verification/places.ts';
import { type Setting, stages } from '../fhe-face-verification/stages.ts';

const root = mkdtempSync(join(tmpdir(), 'blindsight-face-verification-'));
afterAll(() => rmSync(root, { recursive: true }));
const exported = randomNetwork(image.ringfaceMini, 16);
const setting: Setting = { set: image.ringfaceMini, weights: join(root, 'weights') };
mkdirSync(setting.weights);
writeFileSync(join(setting.weights, 'manifest.json'), exported.manifest);
writeFileSync(join(setting.weights, 'weights.bin'), exported.weights);

it('one pair goes through all stages to one finite score, that of the network in the clear', async () => {
  const places = placesOf(root, '0');
  const run = (name: string) =>
    stages[name]!(root, name === 'server_preprocess_model' ? undefined : '0', setting);
  await run('client_key_generation');
  await run('server_preprocess_model');
  // Where `client_preprocess_input` leaves its chips; finding faces is the engine's, and tested there.
  mkdirSync(places.chips, { recursive: true });
  const chips = [1, 2].map((name) => Float32Array.from(pattern(name)));
  for (const [k, chip] of chips.entries())
    writeFileSync(join(places.chips, `0000-${k}`), new Uint8Array(chip.buffer));
  await run('client_encode_encrypt_input');

  // The server has to do without the secret.
  const hidden = `${places.secretKey}-hidden`;
  renameSync(places.secretKey, hidden);
  await run('server_encrypted_compute');
  renameSync(hidden, places.secretKey);

  await run('client_decrypt_decode');
  await run('client_postprocess');
  const lines = readFileSync(places.predictions, 'utf8');
  expect(lines).toMatch(/^-?\d\.\d{6}\n$/);
  const [a, b] = chips.map((chip) => oracle.interpret(exported.network, chip).embedding);
  expect(Math.abs(Number(lines) - oracle.cosine(a!, b!))).toBeLessThan(1e-3);
});

it('a size that the harness does not know, missing weights, or half the pictures are refused', async () => {
  for (const size of ['4', '-1', '1.5', 'x', undefined])
    expect(() => placesOf(root, size)).toThrow('size must be');
  await expect(
    stages['server_preprocess_model']!(root, undefined, { ...setting, weights: root }),
  ).rejects.toThrow('no weights');
  mkdirSync(placesOf(root, '0').frames, { recursive: true });
  await expect(stages['client_preprocess_input']!(root, '0')).rejects.toThrow('holds 0 files, not 2');
});

it('reads the pictures that the Python half writes', () => {
  const frame = readPixmap(Buffer.concat([Buffer.from('P6\n2 1\n255\n'), Buffer.from([1, 2, 3, 4, 5, 6])]));
  expect(frame).toEqual({ width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 255) });
  expect(() => readPixmap(Buffer.from('P6\n2 1\n255\n12345'))).toThrow('wrong length');
  expect(() => readPixmap(Buffer.from('GIF89a'))).toThrow('not a binary PPM');
});
