import { sealed1, toBase64url } from '@blindsight/protocol/wire';
import { describe, expect, it } from 'vitest';
import { cameraCode } from '../src/element/camera.ts';
import { deviceLabel } from '../src/sdk/device-label.ts';
import { acceptChallenge } from '../src/worker/challenge.ts';
import { toDeviceError } from '../src/worker/errors.ts';
import { samePixels } from '../src/worker/pixels.ts';
import { codeOf } from './support/store.ts';

const hash = new Uint8Array(32).fill(0xab);
const id = 'AAAAAAAAAAAAAAAAAAAAAA';
const challenge = {
  ceremonyId: id,
  nonce: toBase64url(new Uint8Array(32)),
  expiresAt: 1_000,
  accountId: id,
  deviceId: id,
  clientId: 'shop',
  origin: 'https://id.example',
  manifestHash: toBase64url(hash),
  parameterSet: 'sealed/1',
  tau: 400,
  sMax: sealed1.sMax,
  liveness: 'none' as const,
};
const calibration = { tau: [{ fmr: 1e-4, tau: 400 }], operatingFmr: 1e-4, sMax: sealed1.sMax };
const here = {
  origin: 'https://id.example',
  models: { manifest: { calibration } as never, manifestHash: 'ab'.repeat(32) },
  now: 999,
};

describe('a challenge', () => {
  it('that agrees with what this page is and runs becomes the ceremony', () => {
    expect(acceptChallenge(challenge, 'sign-in', here)).toMatchObject({
      origin: here.origin,
      tau: 400,
      purpose: 'sign-in',
    });
  });

  it.each([
    ['at its deadline', { expiresAt: 999 }, 'ceremony-expired'],
    ['of another origin', { origin: 'https://evil.example' }, 'reply-invalid'],
    ['for other models', { manifestHash: toBase64url(new Uint8Array(32)) }, 'models-altered'],
    ['with a lower bar than the models were measured at', { tau: 398 }, 'unsupported-parameters'],
    ['with a wider table', { sMax: sealed1.sMax - 2 }, 'unsupported-parameters'],
    ['of an unknown parameter set', { parameterSet: 'sealed/0' }, 'unsupported-parameters'],
  ])('%s is refused', async (_name, over, code) => {
    const accept = async () => acceptChallenge({ ...challenge, ...over }, 'sign-in', here);
    expect(await codeOf(accept().catch((error) => Promise.reject(toDeviceError(error))))).toBe(code);
  });

  it('below the floor compiled into this page is refused even when the manifest says so', async () => {
    const low = { ...calibration, tau: [{ fmr: 1e-4, tau: sealed1.minimumTau - 2 }] };
    const models = { ...here.models, manifest: { calibration: low } as never };
    const accept = async () =>
      acceptChallenge({ ...challenge, tau: sealed1.minimumTau - 2 }, 'sign-in', { ...here, models });
    expect(await codeOf(accept())).toBe('policy-refused');
  });
});

describe('the camera', () => {
  it.each([
    ['NotAllowedError', 'camera-denied'],
    ['NotFoundError', 'camera-missing'],
    ['OverconstrainedError', 'camera-missing'],
    ['NotReadableError', 'camera-busy'],
    ['SecurityError', 'camera-blocked'],
    [undefined, 'camera-blocked'],
  ])('%s is %s', (name, code) => {
    expect(cameraCode(name)).toBe(code);
  });

  it.each([
    [4, true],
    [5, false],
  ])('pixels that come back changed by %i are believed: %s', (change, honest) => {
    const drawn = new Uint8ClampedArray(64).fill(100);
    const read = drawn.slice();
    read[17] = 100 + change;
    expect(samePixels(drawn, read)).toBe(honest);
  });
});

describe('the name of a device', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0 Safari/537.36',
      'Chrome on Linux',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/156 Safari/537.36 Edg/156',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1',
      'Safari on iOS',
    ],
    ['Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'Firefox on Android'],
    ['curl/8', 'Browser'],
  ])('%s is %s', (agent, label) => {
    expect(deviceLabel(agent)).toBe(label);
  });
});
