/** One sealed sign-in for the benchmarks, in Node and on a page: enrolled, answered, and the answer checked. */
import {
  advance,
  createDeviceKey,
  drawGeneration,
  type GenerationState,
  makeEnrolment,
  makeProbe,
  makeTickets,
  meanVerifier,
  openReply,
  signTranscript,
} from '../src/client.ts';
import { plainDecision } from '../src/oracle.ts';
import { evaluateSealed, type ProbeRecord } from '../src/server.ts';
import {
  answerTranscript,
  type CeremonyContext,
  encodeProbeMessage,
  newId,
  probeTranscript,
  sealed1,
} from '../src/wire.ts';

export const dim = 128;
/** The threshold of the default models (`docs/ACCURACY.md`): 228 entries in the table of a reply. */
const shippedTau = 812;
/** The least a device accepts, and so the largest table: 434 entries. */
export const leastTau = sealed1.minimumTau;
export const context: CeremonyContext = {
  purpose: 'sign-in',
  parameterSet: sealed1.id,
  accountId: newId(),
  deviceId: newId(),
  ceremonyId: newId(),
  nonce: globalThis.crypto.getRandomValues(new Uint8Array(32)),
  expiresAt: Date.now() + 120_000,
  clientId: 'bench',
  origin: 'http://localhost:4400',
  manifestHash: new Uint8Array(32),
  tau: shippedTau,
  sMax: sealed1.sMax,
};

/** One enrolment of a random face. */
export async function enrol() {
  const random = () => Float64Array.from({ length: dim }, () => Math.random() + Math.random() - 1);
  const w = meanVerifier([random()]);
  const deviceKey = await createDeviceKey();
  const ceremony = { ...context, purpose: 'enrol' } as const;
  const enrolment = await makeEnrolment({ context: ceremony, deviceKey, embeddings: [Float64Array.from(w)] });
  const x = w.map((value) => value + 0.04 * (Math.random() - 0.5));
  return { w, x, deviceKey, enrolment };
}
export type Sample = Awaited<ReturnType<typeof enrol>>;

/** One sign-in with ticket 0; throws when the answer is not the oracle's. */
export async function signIn({ w, x, deviceKey, enrolment }: Sample) {
  const state = enrolment.states.ordinary;
  const { ticket } = advance(state, 0);
  const probe = makeProbe({ ticket, embedding: x });
  const record: ProbeRecord = {
    context,
    generationId: state.generationId,
    ticketClass: 'ordinary',
    devicePublicKey: deviceKey.publicKey,
  };
  const transcript = probeTranscript(context, { ...record, ticketIndex: 0, probe });
  const signature = await signTranscript(deviceKey.privateKey, transcript);
  const up = encodeProbeMessage({ ticketIndex: 0, probe, signature });
  const { publicKey, tickets } = enrolment.material.ordinary;
  const stored = { publicKey, ticket: tickets[0]! };
  const { message } = evaluateSealed({ ...context, ...stored, probe });
  const { hit } = openReply(ticket, message, context);
  if (!hit || !plainDecision(w, x, state.frameSeed, context).accept) {
    throw new Error('the answer is wrong; not timing it');
  }
  return { record, up, stored, reply: message };
}

/** What a device computes in one sign-in: ratchet, frame, probe, opening, both signatures. */
export async function clientWork({ x, deviceKey, enrolment }: Sample, reply: Uint8Array): Promise<void> {
  const { ticket } = advance(enrolment.states.ordinary, 0);
  const probe = makeProbe({ ticket, embedding: x });
  const transcript = probeTranscript(context, { ...ticket, ticketIndex: 0, probe });
  await signTranscript(deviceKey.privateKey, transcript);
  const opened = openReply(ticket, reply, context);
  await signTranscript(deviceKey.privateKey, answerTranscript(transcript, opened, opened.token));
}

/** 32 tickets of a new generation. */
export function tickets32({ w }: Sample): Promise<unknown> {
  const state: GenerationState = { ...drawGeneration('ordinary', sealed1), count: 32 };
  return makeTickets(state, w);
}
