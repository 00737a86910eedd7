/**
 * The device's side of a renewal after its root match: a fresh ordinary generation from the very capture that was
 * compared with the enrolment-time template. The root generation is untouched.
 * @module
 */
import type { Bytes } from '../wire/bytes.ts';
import { ProtocolError } from '../wire/errors.ts';
import { parametersOf } from '../wire/parameters.ts';
import { encodeRenewalStatement } from '../wire/statement.ts';
import type { CeremonyContext, RenewalTranscript, RootMatch } from '../wire/transcript.ts';
import { type DeviceKey, signTranscript } from './device-key.ts';
import { type GenerationMaterial, makeTickets, type TicketOptions } from './enrolment.ts';
import { drawGeneration, type GenerationState } from './generation.ts';
import { meanVerifier, type Verifier } from './template.ts';

export interface RenewalInput {
  /** The ceremony of the root match, as `ceremonyContext` made it, purpose `renewal`. */
  readonly context: CeremonyContext;
  /** The root ticket that was spent in it, and the token hash its reply carried. */
  readonly match: RootMatch;
  readonly deviceKey: Pick<DeviceKey, 'privateKey'>;
  /** Mapped embeddings of the capture; overwritten with zeros when they are typed arrays. */
  readonly embeddings: readonly (Float32Array | Float64Array)[];
  /** As the manifest says; the mean when absent. */
  readonly verifier?: Verifier;
  readonly onProgress?: TicketOptions['onProgress'];
}

export interface Renewal {
  /** To be wrapped and stored beside the old ordinary state, which it replaces when the server has finished. */
  readonly state: GenerationState;
  readonly material: GenerationMaterial;
  /** The encoded statement, signed. */
  readonly statement: Bytes;
}

/**
 * The whole device side of a renewal but its root match and the uploads.
 * @throws {ProtocolError} `policy-refused` for a ceremony of another purpose, `unsupported-parameters`,
 * `embedding-refused`, `template-refused`.
 */
export async function makeRenewal(input: RenewalInput): Promise<Renewal> {
  const { context, match, deviceKey, embeddings, verifier = meanVerifier, onProgress } = input;
  if (context.purpose !== 'renewal') throw new ProtocolError('policy-refused');
  const params = parametersOf(context.parameterSet);
  const w = verifier(embeddings);
  try {
    const state = drawGeneration('ordinary', params);
    const material = await makeTickets(state, w, { params, ...(onProgress ? { onProgress } : {}) });
    return { state, material, statement: await signRenewal(context, match, deviceKey, material) };
  } finally {
    w.fill(0);
    for (const embedding of embeddings) embedding.fill(0);
  }
}

/** Signs what was made and encodes the statement. */
export async function signRenewal(
  context: CeremonyContext,
  match: RootMatch,
  deviceKey: Pick<DeviceKey, 'privateKey'>,
  { statement: ordinary }: GenerationMaterial,
): Promise<Bytes> {
  const transcript: RenewalTranscript = { ...context, type: 'renewal-statement', match, ordinary };
  return encodeRenewalStatement({
    ordinary,
    signature: await signTranscript(deviceKey.privateKey, transcript),
  });
}
