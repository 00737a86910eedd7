/**
 * The weights that this repository ships: read, checked against their golden vectors, and the large network run
 * encrypted on photographs beside the repository.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { image as device } from '@blindsight/protocol/client';
import { image as oracle } from '@blindsight/protocol/oracle';
import { image as server } from '@blindsight/protocol/server';
import { describe, expect, it } from 'vitest';
import { picturePairs } from '../src/image-pictures.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const faces = join(root, '../shared/faces');
const folder = join(root, 'training/weights');
const shipped = existsSync(folder) ? readdirSync(folder) : [];
const file = (network: string, name: string) => new Uint8Array(readFileSync(join(folder, network, name)));
const large = 'ringface-64';
/** Each with each of the others: ten pairs, two of them of one person. */
const pictureCount = 5;

describe.each(shipped)('weights of %s', (name) => {
  it('are read, and give the values of their golden vectors', () => {
    const manifest = file(name, 'manifest.json');
    const network = oracle.parseNetwork(manifest, file(name, 'weights.bin'));
    expect(network.name).toBe(name);
    const golden = oracle.parseGolden(manifest, file(name, 'golden.bin'), file(name, 'golden.json'));
    expect(golden.length).toBeGreaterThan(0);
    oracle.checkGolden(network, golden);
  });
});

it.skipIf(!shipped.includes(large))(
  'ten pairs have the scores of the clear network',
  () => {
    const set = device.ringface64;
    const [manifest, weights] = [file(large, 'manifest.json'), file(large, 'weights.bin')];
    const lane = server.createLane({ set: set.id, manifest, weights, lane: 0, lanes: 1 });
    const context = device.createImageContext(set);
    const seed = new Uint8Array(32).fill(3);
    const at = { device: 'd' };
    lane.run({ kind: 'load-keys', ...at, keys: device.makeImageKeys(context, set, seed) });
    const secretKey = device.imageSecretKey(context, seed);
    const { source, pairs } = picturePairs(faces, 3);
    const both = pairs
      .flat()
      .slice(0, pictureCount)
      .map((chip) => {
        const image = device.encryptImage(secretKey, context, set, chip);
        const encrypted = lane.run({ kind: 'embed', ...at, image }).ciphertext!;
        return { encrypted, clear: oracle.interpret(lane.network, chip).embedding };
      });
    const scores = both.flatMap((b, k) =>
      both.slice(0, k).map((a) => {
        const secret = crypto.getRandomValues(new Uint8Array(32));
        const embeddings = [a.encrypted, b.encrypted] as const;
        const { message } = lane.run({ kind: 'mask-pair', ...at, embeddings, seed: secret });
        const answer = device.openMaskedAnswer(secretKey, context, message!, 9);
        const [aa, ab, bb] = server.unmaskInnerProducts(set, 3, secret, answer) as [number, number, number];
        return { encrypted: ab / Math.sqrt(aa * bb), plain: oracle.cosine(a.clear, b.clear) };
      }),
    );
    expect(scores).toHaveLength(10);
    const worst = Math.max(...scores.map(({ encrypted, plain }) => Math.abs(encrypted - plain)));
    console.log(`${large} on ${source}: largest error of ten cosines ${worst.toExponential(1)}`);
    // Its root mean square is 1.4e-4.
    expect(worst).toBeLessThan(1e-3);
    // The same decision wherever a threshold may lie, but for scores that are nearer to it than the error.
    for (const threshold of [0.2, 0.3, 0.4, 0.5]) {
      for (const { encrypted, plain } of scores) {
        if (Math.abs(plain - threshold) > 1e-3) expect(encrypted >= threshold).toBe(plain >= threshold);
      }
    }
  },
  240_000,
);
