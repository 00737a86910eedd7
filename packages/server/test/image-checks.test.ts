/** The encrypted-image check over HTTP, with real workers, a network of random weights and drawn pictures. */
import { describe, expect, it, vi } from 'vitest';
import { drawn, enrolledDevice, imageProvider } from './support/image-device.ts';

// seconds of one core each, and tests run side by side
vi.setConfig({ testTimeout: 180_000 });

const frames = (person: number) => [0, 1, 2].map((take) => drawn(person, take));

describe('an image check', () => {
  it('enrols after a sign-in and lets the same person in at the next one', async () => {
    const p = await imageProvider();
    const device = await enrolledDevice(p);
    const first = await device.challengeAfterSignIn();
    expect(first).toMatchObject({
      kind: 'enrol',
      frames: 3,
      set: 'ringface-mini/1',
      steps: ['conv1', 'conv2', 'head'],
    });
    expect(await device.upload(first)).toBeGreaterThan(10);
    expect((await device.finish(first, frames(1))).json).toEqual({ ready: true });

    const second = await device.challengeAfterSignIn();
    expect(second).toMatchObject({ kind: 'verify', frames: 1 });
    const message = device.encrypt(drawn(1, 3));
    const { lines } = await device.sendImage(second, 0, await device.signed(second, 0, message));
    expect(lines).toEqual([
      { step: 'conv1', done: 1, of: 3 },
      { step: 'conv2', done: 2, of: 3 },
      { step: 'head', done: 3, of: 3 },
      { done: true, state: 'masked' },
    ]);
    const { bytes } = await device.message(second);
    const answered = await device.sendAnswer(second, await device.signedAnswer(second, [message], bytes));
    expect(answered.json).toEqual({ redirectTo: expect.stringContaining('/oidc/auth/') });
  });
});
