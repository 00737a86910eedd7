/** WebAuthn as a browser would answer it; the library under test is ours and the one it calls. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { confirmPasskey, createPasskey } from '../src/sdk/passkeys.ts';
import { signIn } from '../src/sdk/sign-in.ts';
import { codeOf } from './support/store.ts';

const secret = new Uint8Array(32).fill(0x5e);
let prf: object | undefined;
const get = vi.fn(async (_options: CredentialRequestOptions) => credential());
const create = vi.fn(async () => credential());

function credential() {
  const bytes = new Uint8Array(4).buffer;
  return {
    id: 'cred',
    rawId: bytes,
    type: 'public-key',
    response: {
      authenticatorData: bytes,
      clientDataJSON: bytes,
      signature: bytes,
      attestationObject: bytes,
      userHandle: null,
    },
    getClientExtensionResults: () => (prf ? { prf } : {}),
  };
}

beforeEach(() => {
  prf = { enabled: true, results: { first: secret.slice().buffer } };
  get.mockClear();
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('PublicKeyCredential', class {});
  vi.stubGlobal('navigator', { credentials: { get, create }, locks: navigator.locks });
});
afterEach(() => vi.unstubAllGlobals());

const options = {
  challenge: 'AAAA',
  allowCredentials: [
    { id: 'AAAA', type: 'public-key' },
    { id: 'BBBB', type: 'public-key' },
  ],
};

describe('confirming with a passkey', () => {
  it('asks for the PRF under the salt, of the one passkey that was named', async () => {
    await confirmPasskey(options, { prfSalt: new Uint8Array(32).fill(1), only: 'BBBB' });
    const { publicKey } = get.mock.calls[0]![0];
    expect(publicKey?.extensions).toEqual({ prf: { eval: { first: new Uint8Array(32).fill(1) } } });
    expect(publicKey?.allowCredentials).toHaveLength(1);
  });

  it('gives the secret to the caller and not to the server', async () => {
    const confirmed = await confirmPasskey(options, { prfSalt: new Uint8Array(32) });
    expect(confirmed.prf).toEqual(secret);
    expect((confirmed.response as { clientExtensionResults: object }).clientExtensionResults).toEqual({
      prf: { enabled: true },
    });
  });

  it('creating one gives the server no secret either', async () => {
    const created = await createPasskey({ challenge: 'AAAA', user: { id: 'AAAA' } });
    expect((created as { clientExtensionResults: object }).clientExtensionResults).toEqual({
      prf: { enabled: true },
    });
  });

  it.each([
    [
      'the person says no',
      () => get.mockRejectedValueOnce(new DOMException('no', 'NotAllowedError')),
      'passkey-cancelled',
    ],
    ['the browser has none', () => vi.stubGlobal('PublicKeyCredential', undefined), 'passkey-unsupported'],
    ['the address is not secure', () => vi.stubGlobal('isSecureContext', false), 'insecure-context'],
  ])('when %s: %s', async (_name, arrange, code) => {
    arrange();
    expect(await codeOf(confirmPasskey(options))).toBe(code);
  });

  it('a passkey without PRF stops a verified sign-in before the camera', async () => {
    prf = undefined;
    const capture = vi.fn();
    const account = {
      accountId: 'a',
      deviceId: 'd',
      displayName: 'A',
      profile: 'verified' as const,
      ceremonyId: 'c',
      createdAt: 0,
      waiting: 0,
    };
    const deps = {
      api: { startSignIn: async () => ({ ceremonyId: 'x', passkey: options }), cancelSignIn: async () => {} },
      worker: { abandon: async () => {} },
      capture,
    };
    expect(await codeOf(signIn(account, 'u', deps as never))).toBe('passkey-no-prf');
    expect(capture).not.toHaveBeenCalled();
  });
});
