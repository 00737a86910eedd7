/**
 * Encryption at rest of what a device uploaded: one data key per device, wrapped by key management.
 * Every ciphertext is bound to its place, so rows cannot be exchanged in the database.
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { TicketClass } from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import type { KeyManagement } from '../ports/key-management.ts';
import { seal, unseal } from './aead.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface BodyPlace {
  readonly deviceId: string;
  readonly generationId: string;
  readonly ticketClass: TicketClass;
  /** Absent for the public key of the generation. */
  readonly index?: number;
}

/** Of the encrypted-image check. */
export interface ImagePlace {
  readonly deviceId: string;
  /** The key set, the network of a template, or the ceremony. */
  readonly image: string;
  /** Which of its bodies. */
  readonly part: string;
}

type Place = BodyPlace | ImagePlace;

export interface Vault {
  /** A fresh data key as stored. */
  newDataKey(deviceId: string): Promise<Bytes>;
  seal(wrappedDataKey: Bytes, place: Place, body: Uint8Array): Promise<Bytes>;
  /** @throws {ServerError} `internal` when the row is not what was stored at this place. */
  open(wrappedDataKey: Bytes, place: Place, stored: Uint8Array): Promise<Bytes>;
}

/** A device's data key is wrapped for this. */
export const dataKeyPurpose = (deviceId: string) => `device/${deviceId}`;

export function createVault(keys: KeyManagement): Vault {
  return {
    async newDataKey(deviceId) {
      return keys.wrap(new Uint8Array(randomBytes(32)), dataKeyPurpose(deviceId));
    },
    async seal(wrapped, place, body) {
      const dataKey = await keys.unwrap(wrapped, dataKeyPurpose(place.deviceId));
      return seal(dataKey, body, boundTo(place));
    },
    async open(wrapped, place, stored) {
      const dataKey = await keys.unwrap(wrapped, dataKeyPurpose(place.deviceId));
      const body = unseal(dataKey, stored, boundTo(place));
      if (!body) throw new ServerError('internal', { details: { reason: 'a stored body does not open' } });
      return body;
    },
  };
}

const boundTo = (place: Place) => Buffer.from(['blindsight/at-rest/1', ...named(place)].join('\0'), 'utf8');

/** No id of a generation is the word `image`. */
const named = (place: Place): (string | number)[] =>
  'image' in place
    ? [place.deviceId, 'image', place.image, place.part]
    : [place.deviceId, place.generationId, place.ticketClass, place.index ?? 'public-key'];
