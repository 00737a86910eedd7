/**
 * Another device, both ends. The enrolled device makes a key and a secret and shows them as a QR code; the new one
 * seals its device key and the embedding of its capture to that key (HPKE, PSK mode, the secret being the pre-shared
 * key), so that the server that relays it can neither read it nor put another one in its place.
 *
 * From the same HPKE context both derive a confirmation, by which the new device knows that *its* offer was opened,
 * and six digits, by which the person knows that it came from the device in their hand. The new device shows the
 * digits only after the confirmation, so nobody can look for an offer with the digits they saw on it.
 * @module
 */
import { type Bytes, equalBytes, utf8 } from '../wire/bytes.ts';
import { ProtocolError } from '../wire/errors.ts';
import { type Id, idToBytes, sha256 } from '../wire/ids.ts';
import {
  decodeOffer,
  decodeSealedOffer,
  encodeAuthorisation,
  encodeOffer,
  encodeSealedOffer,
  type Offer,
  type PairingLink,
  pairingInfo,
} from '../wire/pairing.ts';
import type { AuthorisationTranscript, CeremonyContext, NewDevice, RootMatch } from '../wire/transcript.ts';
import { type DeviceKey, signTranscript } from './device-key.ts';
import { hpkeSuite } from './hpke.ts';

/** What the enrolled device finds in an offer. */
export interface ReceivedOffer extends Offer {
  /** SHA-256 of the sealed bytes. */
  readonly offerHash: Bytes;
  /** For the new device: 32 bytes. */
  readonly confirmation: Bytes;
  /** Six digits, for the person to compare. */
  readonly code: string;
}

/** The enrolled device's end of one pairing. */
export interface Pairing {
  readonly link: PairingLink;
  /**
   * Opens the one offer of this pairing; after a success there is no second one. The caller wipes the embedding.
   * @throws {ProtocolError} a codec code; `pairing-refused` for an offer of another pairing, account or secret, and
   * for a second one.
   */
  open(sealed: Uint8Array): Promise<ReceivedOffer>;
}

export async function openPairing(place: { pairingId: Id; accountId: Id }): Promise<Pairing> {
  const suite = hpkeSuite();
  const keys = await suite.kem.generateKeyPair();
  const publicKey = new Uint8Array(await suite.kem.serializePublicKey(keys.publicKey));
  const link = { ...place, publicKey, secret: globalThis.crypto.getRandomValues(new Uint8Array(32)) };
  let recipientKey: CryptoKey | undefined = keys.privateKey;
  return {
    link,
    async open(sealed) {
      const { enc, ciphertext } = decodeSealedOffer(sealed);
      const opened = await refusing(async () => {
        if (!recipientKey) throw new ProtocolError('pairing-refused');
        const context = await suite.createRecipientContext({
          recipientKey,
          enc: new Uint8Array(enc),
          ...channel(link),
        });
        const plain = new Uint8Array(await context.open(new Uint8Array(ciphertext)));
        return { plain, ...(await derived(context)) };
      });
      recipientKey = undefined;
      const { plain, ...told } = opened;
      try {
        return { ...decodeOffer(plain), ...told, offerHash: sha256(sealed) };
      } finally {
        plain.fill(0);
      }
    },
  };
}

/** The new device's end. */
export interface NewDeviceOffer {
  /** To be relayed: 2197 bytes. */
  readonly message: Bytes;
  /**
   * The six digits to show, once the enrolled device has confirmed that it opened this very offer.
   * @throws {ProtocolError} `pairing-refused` when it confirmed another one: somebody stands between.
   */
  code(confirmation: Uint8Array): string;
}

/**
 * @param link as scanned.
 * @throws {ProtocolError} `embedding-refused`; `pairing-refused` when the link holds no point of the curve.
 */
export async function sealOffer(link: PairingLink, offer: Offer): Promise<NewDeviceOffer> {
  const plain = encodeOffer(offer);
  try {
    return await refusing(async () => {
      const suite = hpkeSuite();
      const recipientPublicKey = await suite.kem.deserializePublicKey(new Uint8Array(link.publicKey));
      const context = await suite.createSenderContext({ recipientPublicKey, ...channel(link) });
      const ciphertext = new Uint8Array(await context.seal(plain));
      const { code, confirmation } = await derived(context);
      return {
        message: encodeSealedOffer({ enc: new Uint8Array(context.enc), ciphertext }),
        code(received) {
          if (!equalBytes(received, confirmation)) throw new ProtocolError('pairing-refused');
          return code;
        },
      };
    });
  } finally {
    plain.fill(0);
  }
}

/** What the enrolled device signs after its root match, encoded for the server. */
export async function signAuthorisation(
  context: CeremonyContext,
  match: RootMatch,
  deviceKey: Pick<DeviceKey, 'privateKey'>,
  newDevice: NewDevice,
): Promise<Bytes> {
  if (context.purpose !== 'add-device') throw new ProtocolError('policy-refused');
  const transcript: AuthorisationTranscript = {
    ...context,
    type: 'add-device-authorisation',
    match,
    newDevice,
  };
  const signature = await signTranscript(deviceKey.privateKey, transcript);
  return encodeAuthorisation({ devicePublicKey: newDevice.devicePublicKey, signature });
}

const channel = (link: PairingLink) => ({
  info: pairingInfo(link),
  psk: { id: idToBytes(link.pairingId), key: new Uint8Array(link.secret) },
});

interface Exporter {
  export(exporterContext: ArrayBufferLike | ArrayBufferView, length: number): Promise<ArrayBuffer>;
}

/** HPKE's secret export: bound to both keys, the secret and the pairing. */
async function derived(context: Exporter): Promise<{ confirmation: Bytes; code: string }> {
  const confirmation = new Uint8Array(await context.export(utf8('confirmation'), 32));
  const digits = new DataView(await context.export(utf8('comparison'), 8)).getBigUint64(0) % 1_000_000n;
  return { confirmation, code: String(digits).padStart(6, '0') };
}

/** The library throws whatever it likes; here it is one refusal. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ProtocolError('pairing-refused', { cause });
  }
}
