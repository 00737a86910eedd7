/** A software passkey: what a platform authenticator answers, made in Node. WebAuthn level 3, ES256, no attestation. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** The part of the creation and request options that an authenticator reads. */
interface Options {
  readonly challenge: string;
  readonly rp?: { readonly id?: string };
  readonly rpId?: string;
  readonly user?: { readonly id: string };
}

const flags = { userPresent: 0x01, userVerified: 0x04, attested: 0x40 };

export class SoftwarePasskey {
  readonly #origin: string;
  readonly #id = randomBytes(16);
  readonly #key: KeyObject;
  readonly #publicKey: KeyObject;
  #userHandle = '';

  constructor(origin: string) {
    this.#origin = origin;
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = pair.privateKey;
    this.#publicKey = pair.publicKey;
  }

  /** `navigator.credentials.create`, as JSON. */
  register(options: Options): Record<string, unknown> {
    this.#userHandle = options.user?.id ?? '';
    const clientData = this.#clientData('webauthn.create', options.challenge);
    const authData = this.#authenticatorData(
      options.rp?.id ?? '',
      flags.attested,
      this.#attestedCredential(),
    );
    const attestation = cborMap([
      ['fmt', cborText('none')],
      ['attStmt', cborMap([])],
      ['authData', cborBytes(authData)],
    ]);
    return this.#credential({
      clientDataJSON: clientData.toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** `navigator.credentials.get`, as JSON. */
  authenticate(options: Options): Record<string, unknown> {
    const clientData = this.#clientData('webauthn.get', options.challenge);
    const authData = this.#authenticatorData(options.rpId ?? '', 0, Buffer.alloc(0));
    const signature = sign('sha256', Buffer.concat([authData, sha256(clientData)]), this.#key);
    return this.#credential({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: this.#userHandle,
    });
  }

  #credential(response: Record<string, unknown>): Record<string, unknown> {
    const id = this.#id.toString('base64url');
    const rest = { type: 'public-key', authenticatorAttachment: 'platform', clientExtensionResults: {} };
    return { id, rawId: id, response, ...rest };
  }

  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.#origin, crossOrigin: false }));
  }

  #authenticatorData(rpId: string, extra: number, tail: Buffer): Buffer {
    const counter = Buffer.alloc(4);
    const head = Buffer.from([flags.userPresent | flags.userVerified | extra]);
    return Buffer.concat([sha256(Buffer.from(rpId)), head, counter, tail]);
  }

  /** AAGUID (zero), credential id, COSE key (RFC 9053: kty EC2, alg ES256, crv P-256). */
  #attestedCredential(): Buffer {
    const jwk = this.#publicKey.export({ format: 'jwk' });
    const coordinate = (value = ''): Buffer => cborBytes(Buffer.from(value, 'base64url'));
    const cose = Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
      coordinate(jwk.x),
      Buffer.from([0x22]),
      coordinate(jwk.y),
    ]);
    return Buffer.concat([Buffer.alloc(16), Buffer.from([0, this.#id.length]), this.#id, cose]);
  }
}

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** The little CBOR an attestation needs (RFC 8949): definite lengths below 2^16. */
function cborHead(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
}
const cborText = (text: string): Buffer =>
  Buffer.concat([cborHead(3, Buffer.byteLength(text)), Buffer.from(text)]);
const cborBytes = (bytes: Buffer): Buffer => Buffer.concat([cborHead(2, bytes.length), bytes]);
const cborMap = (entries: [string, Buffer][]): Buffer =>
  Buffer.concat([cborHead(5, entries.length), ...entries.flatMap(([key, value]) => [cborText(key), value])]);
