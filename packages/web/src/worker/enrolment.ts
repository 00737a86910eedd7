/**
 * The device's side of an enrolment: keys, tickets, the signed statement, and what is kept.
 * @module
 */
import {
  createDeviceKey,
  type DeviceKey,
  deriveStorageKey,
  emptyHistory,
  encodeGenerationState,
  type GenerationState,
  makeEnrolment,
  type Verifier,
  wipeGeneration,
} from '@blindsight/protocol/client';
import { type CeremonyContext, type TicketClass, ticketClasses } from '@blindsight/protocol/wire';
import type { Database } from '../sdk/store/database.ts';
import { saveEnrolment } from '../sdk/store/devices.ts';
import { sealGeneration } from '../sdk/store/ratchet.ts';
import type { DeviceRecord, GenerationRecord } from '../sdk/store/schema.ts';
import { type Wrapped, wrapRoot } from '../sdk/store/unlock.ts';
import type { Unlocked } from './comparison.ts';
import type { EnrolInput, EnrolOutput } from './contract.ts';
import { divideTickets } from './waiting-tickets.ts';

export interface EnrolDeps {
  readonly db: Database;
  readonly context: CeremonyContext;
  /** Mean of the capture; wiped here. */
  readonly embedding: Float32Array;
  readonly verifier: Verifier;
  /** The key that was announced before, where there was reason to; else a new one. */
  readonly deviceKey?: DeviceKey;
  readonly onProgress: (done: number, total: number) => void | Promise<void>;
  /** Told how to open what is kept, for a check that follows. */
  readonly onKept?: (unlocked: Unlocked) => void;
  /** ms since the Unix epoch. */
  readonly now: number;
}

/**
 * Makes everything, keeps keys and sealed tickets durably as `pending`, and returns what is sent now.
 * When this resolves the template exists nowhere any more.
 */
export async function enrolDevice(input: EnrolInput, deps: EnrolDeps): Promise<EnrolOutput> {
  const { challenge } = input;
  const deviceKey = deps.deviceKey ?? (await createDeviceKey());
  const enrolment = await makeEnrolment({
    context: deps.context,
    deviceKey,
    embeddings: [deps.embedding],
    verifier: deps.verifier,
    onProgress: deps.onProgress,
  });
  const { wrapped, generations, storageKey } = await wrapStates(challenge, enrolment.states, input.prf);
  const { root, ordinary } = enrolment.material;
  const { first, waiting } = await divideTickets(challenge, ordinary.tickets);

  const device: DeviceRecord = {
    ...wrapped,
    accountId: challenge.accountId,
    deviceId: challenge.deviceId,
    displayName: input.displayName,
    state: 'pending',
    ceremonyId: challenge.ceremonyId,
    createdAt: deps.now,
    deviceKey: deviceKey.privateKey,
    ...(input.credentialId === undefined ? {} : { credentialId: input.credentialId }),
    consent: input.consent,
    history: emptyHistory,
    waiting: waiting.length,
  };
  await saveEnrolment(deps.db, { device, generations, uploads: waiting });
  deps.onKept?.({ db: deps.db, device, storageKey });
  const rootTickets = root.tickets.map((body, index) => ({ ticketClass: 'root' as const, index, body }));
  return {
    statement: enrolment.statement,
    publicKeys: { root: root.publicKey, ordinary: ordinary.publicKey },
    tickets: [...first, ...rootTickets],
  };
}

/** A fresh root secret, and both generations under the storage key it gives. Secrets are wiped. */
async function wrapStates(
  owner: { readonly accountId: string; readonly deviceId: string },
  states: Readonly<Record<TicketClass, GenerationState>>,
  prf: Uint8Array | undefined,
): Promise<{ wrapped: Wrapped; generations: GenerationRecord[]; storageKey: CryptoKey }> {
  const root = crypto.getRandomValues(new Uint8Array(32));
  try {
    const wrapped = await wrapRoot(owner, root, prf);
    const storageKey = await deriveStorageKey(root);
    const generations: GenerationRecord[] = [];
    for (const ticketClass of ticketClasses) {
      const state = states[ticketClass];
      const bytes = encodeGenerationState(state);
      const place = { ticketClass, generationId: state.generationId, version: 0 };
      generations.push(await sealGeneration(owner, place, bytes, storageKey));
      bytes.fill(0);
      wipeGeneration(state);
    }
    return { wrapped, generations, storageKey };
  } finally {
    root.fill(0);
    prf?.fill(0);
  }
}
