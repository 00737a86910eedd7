/** The consent to the encrypted-image check: asked for before anything is uploaded, kept, shown, withdrawn by erasing. */
import { describe, expect, it } from 'vitest';
import { enrolledDevice, imageProvider } from './support/image-device.ts';

describe('the consent to the image check', () => {
  it('comes before the keys, to the text in force, and is shown on the account page', async () => {
    const p = await imageProvider();
    const device = await enrolledDevice(p);
    const challenge = await device.challengeAfterSignIn();
    const refused = { status: 409, json: { code: 'consent-outdated' } };

    expect(await device.announceOnly(challenge)).toMatchObject(refused);
    for (const other of [{ version: '0' }, { hash: 'ab'.repeat(32) }])
      expect(await device.consent(challenge, other)).toMatchObject(refused);
    expect(await device.announceOnly(challenge)).toMatchObject(refused);

    expect((await device.consent(challenge)).status).toBe(204);
    expect((await device.announceOnly(challenge)).json.missing.length).toBeGreaterThan(10);
    // asked again it is the same consent
    expect((await device.consent(challenge)).status).toBe(204);
    const consents = async () => {
      const { consents } = await device.browser.must<{
        consents: { purpose: string; withdrawnAt?: number }[];
      }>('GET', '/v1/account');
      return consents.map(({ purpose, withdrawnAt }) => [purpose, withdrawnAt !== undefined]);
    };
    expect(await consents()).toEqual([
      ['enrol', false],
      ['image-check', false],
    ]);

    const { deviceId } = device.browser.device!;
    await device.browser.must('DELETE', `/v1/account/devices/${deviceId}/enrolment`);
    expect(await consents()).toEqual([
      ['enrol', true],
      ['image-check', true],
    ]);
  });

  it('has no text for another purpose', async () => {
    const p = await imageProvider();
    const device = await enrolledDevice(p);
    expect((await device.browser.send('GET', '/v1/consents/advertising')).status).toBe(400);
  });
});
