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

export interface Vault {
  /** A fresh data key as stored. */
  newDataKey(deviceId: string): Promise<Bytes>;
  seal(wrappedDataKey: Bytes, place: BodyPlace, body: Uint8Array): Promise<Bytes>;
  /** @throws {ServerError} `internal` when the row is not what was stored at this place. */
  open(wrappedDataKey: Bytes, place: BodyPlace, stored: Uint8Array): Promise<Bytes>;
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

const boundTo = ({ deviceId, generationId, ticketClass, index }: BodyPlace) =>
  Buffer.from(
    ['blindsight/at-rest/1', deviceId, generationId, ticketClass, index ?? 'public-key'].join('\0'),
    'utf8',
  );
