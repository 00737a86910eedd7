import { describe, expect, it } from 'vitest';
import { type CeremonyChallenge, ceremonyContext, newId, type OwnView, toBase64url } from '../src/wire.ts';
import { codeOf } from './support/sample.ts';

const manifestHash = new Uint8Array(32).fill(9);
const challenge: CeremonyChallenge = {
  ceremonyId: newId(),
  nonce: toBase64url(new Uint8Array(32).fill(1)),
  expiresAt: 1_900_000_000_000,
  accountId: newId(),
  deviceId: newId(),
  clientId: 'demo-shop',
  origin: 'http://localhost:4400',
  manifestHash: toBase64url(manifestHash),
  parameterSet: 'sealed/1',
  tau: 400,
  sMax: 1266,
  liveness: 'none',
};
const own: OwnView = {
  purpose: 'sign-in',
  origin: 'http://localhost:4400',
  manifestHash,
  tau: 400,
  sMax: 1266,
};

describe('what a device agrees to', () => {
  it('is the challenge, when it says what the device knows', () => {
    const { liveness: _liveness, ...fixed } = challenge;
    expect(ceremonyContext(challenge, own)).toEqual({
      ...fixed,
      purpose: 'sign-in',
      nonce: new Uint8Array(32).fill(1),
      manifestHash,
    });
  });

  it.each<[string, Partial<CeremonyChallenge>, Partial<OwnView>, string]>([
    ['another origin', { origin: 'http://localhost:4401' }, {}, 'policy-refused'],
    ['another manifest', { manifestHash: toBase64url(new Uint8Array(32)) }, {}, 'policy-refused'],
    ['a lower tau', { tau: 398 }, {}, 'policy-refused'],
    ['another S_max', { sMax: 1264 }, {}, 'policy-refused'],
    ['a tau below the floor, even from the manifest', { tau: 318 }, { tau: 318 }, 'policy-refused'],
    ['an odd tau', { tau: 401 }, { tau: 401 }, 'policy-refused'],
    ['an S_max above the limit', { sMax: 1268 }, { sMax: 1268 }, 'policy-refused'],
    ['foreign parameters', { parameterSet: 'sealed/2' }, {}, 'unsupported-parameters'],
    ['a short nonce', { nonce: 'AAAA' }, {}, 'malformed-message'],
    ['a manifest hash that is no base64url', { manifestHash: '*'.repeat(43) }, {}, 'malformed-message'],
  ])('is not %s', async (_name, over, mine, code) => {
    expect(await codeOf(() => ceremonyContext({ ...challenge, ...over }, { ...own, ...mine }))).toBe(code);
  });
});
