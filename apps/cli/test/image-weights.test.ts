/** The weights that are shipped check; every kind of damage is found and named. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../src/errors.ts';
import { researchLicence, verifyImageWeights } from '../src/image-weights.ts';
import { repository } from '../src/prepare.ts';
import { temporary } from './support.ts';

const shipped = join(repository, 'training/weights');
const files = ['manifest.json', 'weights.bin', 'golden.json', 'golden.bin'];

/** The small network, one of its files changed. */
function damaged(file: string, change: (bytes: Buffer) => Uint8Array | string): string {
  const directory = temporary();
  const folder = join(directory, 'ringface-mini');
  mkdirSync(folder);
  for (const name of files) copyFileSync(join(shipped, 'ringface-mini', name), join(folder, name));
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file))));
  return directory;
}

const flipped = (bytes: Buffer) => {
  bytes[1000]! ^= 1;
  return bytes;
};
const problem = (directory: string, name = 'ringface-mini') =>
  verifyImageWeights(directory, name).then(
    () => 'nothing',
    (error: unknown) => {
      const { code, text } = failureOf(error);
      return `${code} ${text}`;
    },
  );

describe('the weights of the encrypted-image check', () => {
  it.each(['ringface-mini', 'ringface-64'])('%s: manifest, hashes and golden vectors agree', async (name) => {
    const { licence, hash } = await verifyImageWeights(shipped, name);
    expect(licence).toBe(researchLicence);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('are refused when a byte of them is another, or one of the pictures', async () => {
    expect(await problem(damaged('weights.bin', flipped))).toMatch(/image-network-refused .*weightsSha256/);
    expect(await problem(damaged('golden.bin', flipped))).toMatch(/image-network-refused .*goldenSha256/);
  });

  it('are refused when they do not compute their golden vector', async () => {
    const changed = damaged('golden.json', (bytes) => {
      const golden = JSON.parse(bytes.toString('utf8'));
      golden.pictures[0].embedding[5] += 1e-6;
      return JSON.stringify(golden);
    });
    expect(await problem(changed)).toMatch(/image-network-refused .*golden embedding/);
  });

  it('are refused when the manifest is none, or a file is not there', async () => {
    expect(await problem(damaged('manifest.json', () => '{}'))).toMatch(/image-network-refused .*format/);
    const directory = damaged('weights.bin', (bytes) => bytes);
    rmSync(join(directory, 'ringface-mini/weights.bin'));
    expect(await problem(directory)).toMatch(/image-network-refused .*weights\.bin/);
    expect(await problem(directory, 'ringface-64')).toMatch(/image-network-refused .*manifest\.json/);
  });
});
