/** A comparison of encrypted pictures, taken out of a running server and computed again. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { image } from '@blindsight/protocol/server';
import { describe, expect, it, vi } from 'vitest';
import { drawn, enrolledDevice, imageProvider } from '../../../packages/server/test/support/image-device.ts';
import { cli, temporary } from './support.ts';

// seconds of one core each, and tests run side by side
vi.setConfig({ testTimeout: 240_000 });

describe('audit export and audit replay', () => {
  it('tell on any number of threads whether the server sent what it should have', async () => {
    const p = await imageProvider();
    const device = await enrolledDevice(p);
    await device.enrol(1);
    const challenge = await device.challengeAfterSignIn();
    const { imageCheckId } = challenge;
    const data = p.config.dataDirectory;
    const env = { BLINDSIGHT_IMAGE_WEIGHTS: p.config.image.weightsDirectory };
    const exported = (id: string) => cli(['audit', 'export', id, '--data', data, '--json']);
    const codeOf = ({ err }: { readonly err: string }) => JSON.parse(err).error.code as string;

    const images = await device.show(challenge, [drawn(1, 3)]);
    // its seed is a secret until the answer was used
    expect(codeOf(await exported(imageCheckId))).toBe('evaluation-running');
    const { bytes: masked } = await device.message(challenge);
    const answer = await device.signedAnswer(challenge, images, masked);
    expect((await device.sendAnswer(challenge, answer)).status).toBe(200);
    expect(codeOf(await exported('AAAAAAAAAAAAAAAAAAAAAA'))).toBe('ceremony-not-found');

    const ran = await exported(imageCheckId);
    expect(ran.status).toBe(0);
    const rows = await p.server.storage.audit.rows(1, 1000);
    expect(rows.at(-1)?.event).toMatchObject({
      kind: 'image-transcript-exported',
      ceremonyId: imageCheckId,
    });

    const file = join(temporary(), 'evaluation.txt');
    const replay = async (text: string, threads: number) => {
      writeFileSync(file, text);
      const more = { env: { ...env, BLINDSIGHT_IMAGE_THREADS: String(threads) } };
      return cli(['audit', 'replay', file, '--json'], more);
    };
    for (const threads of [1, 2]) {
      // as npm prints it, with lines of its own around
      const { status, out } = await replay(`\n> blindsight@0.1.0 cli\n\n${ran.out}\n`, threads);
      expect(JSON.parse(out)).toMatchObject({ keys: true, commitment: true, message: true });
      expect(status).toBe(0);
    }

    // a record of something else than what was evaluated
    const [begin = '', ...lines] = ran.out.trim().split('\n');
    const end = lines.pop();
    const record = image.decodeEvaluationRecord(Buffer.from(lines.join(''), 'base64'));
    const changed = (field: 'seed' | 'image' | 'keys' | 'template' | 'messageHash' | 'commitment') => {
      const bytes = new Uint8Array(record[field]);
      bytes[bytes.length - 9]! ^= 1;
      const text = Buffer.from(image.encodeEvaluationRecord({ ...record, [field]: bytes })).toString(
        'base64',
      );
      return `${begin}\n${text}\n${end}\n`;
    };
    const found = async (field: Parameters<typeof changed>[0]) => {
      const { status, out } = await replay(changed(field), 2);
      expect(status).toBe(1);
      const { keys, commitment, message } = JSON.parse(out) as Record<string, boolean>;
      return { keys, commitment, message };
    };
    expect(await found('seed')).toEqual({ keys: true, commitment: false, message: false });
    expect(await found('keys')).toMatchObject({ keys: false, message: false });
    expect(await found('image')).toMatchObject({ keys: true, message: false });
    expect(await found('template')).toMatchObject({ keys: true, message: false });
    expect(await found('messageHash')).toEqual({ keys: true, commitment: true, message: false });
    expect(await found('commitment')).toEqual({ keys: true, commitment: false, message: true });

    expect(codeOf(await replay('no record', 1))).toBe('record-unreadable');
    expect(codeOf(await replay(`${begin}\nAAAA\n${end}\n`, 1))).toBe('record-unreadable');
    const elsewhere = { env: { BLINDSIGHT_IMAGE_WEIGHTS: temporary() } };
    writeFileSync(file, ran.out);
    expect(codeOf(await cli(['audit', 'replay', file, '--json'], elsewhere))).toBe('image-network-refused');

    p.pass(p.config.policy.imageTranscriptMs);
    expect(codeOf(await exported(imageCheckId))).toBe('ceremony-not-found');
    await p.server.sweep();
    expect(await p.server.storage.imageChecks.find(imageCheckId)).toBeUndefined();
  });
});
