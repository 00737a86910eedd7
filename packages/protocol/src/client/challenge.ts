/**
 * The device's side of a liveness challenge: takes one step at a time, commits to what was measured, keeps the chain.
 * @module
 */
import type { Bytes } from '../wire/bytes.ts';
import {
  ChallengeChain,
  type ChallengeProfile,
  challengeLimits,
  commitmentTo,
  decodeServerMessage,
  encodeCommit,
  encodeTicketReady,
  type StepMessage,
} from '../wire/challenge.ts';
import { ProtocolError } from '../wire/errors.ts';
import { sizes, type TicketClass } from '../wire/parameters.ts';
import type { CeremonyContext } from '../wire/transcript.ts';
import { signTranscript } from './device-key.ts';

/** The ticket that `ready` burns. Its step of the ratchet must be durable before `ready` is sent. */
export interface ReadyTicket {
  readonly generationId: string;
  readonly ticketClass: TicketClass;
  readonly index: number;
}

/** The message that begins the challenge of a comparison. */
export async function makeTicketReady(
  context: CeremonyContext,
  profile: ChallengeProfile,
  { generationId, ticketClass, index: ticketIndex }: ReadyTicket,
  privateKey: CryptoKey,
): Promise<Bytes> {
  const place = { generationId, ticketClass, ticketIndex };
  const transcript = { ...context, type: 'challenge-ready', ...place, profile } as const;
  return encodeTicketReady({ profile, ticketIndex, signature: await signTranscript(privateKey, transcript) });
}

/** One challenge under way. After anything is thrown there is nothing to go on with. */
export class DeviceChallenge {
  readonly #context: CeremonyContext;
  readonly #profile: ChallengeProfile;
  readonly #chain: ChallengeChain;
  #step: StepMessage | undefined;
  #answered = 0;
  #at = 0;
  #hash: Bytes | undefined;

  constructor(context: CeremonyContext, profile: ChallengeProfile) {
    this.#context = context;
    this.#profile = profile;
    this.#chain = new ChallengeChain({ ...context, profile });
  }

  /**
   * The server's next message: the step to do now, or `undefined` when it was the last word.
   * @throws {ProtocolError} a codec code; `challenge-refused` for a step out of order or out of time, and for light in
   *   a challenge without: whoever asked for no light gets none, whatever a server sends.
   */
  receive(bytes: Uint8Array): StepMessage | undefined {
    const message = decodeServerMessage(bytes);
    const last = this.#step;
    const inTime = message.at >= this.#at && message.at <= challengeLimits.totalMs;
    if (!inTime || this.#hash || this.#answered !== (last?.k ?? 0)) throw refused('at');
    this.#at = message.at;
    if (message.type === 'done') {
      if (!last || last.k !== last.n) throw refused('done');
      this.#hash = this.#chain.done(message);
      return undefined;
    }
    if (message.k !== this.#answered + 1 || (last && message.n !== last.n)) throw refused('k');
    if (this.#profile === 'no-light' && message.step.kind === 'light') throw refused('kind');
    this.#step = message;
    return message;
  }

  /** The commitment to the evidence of the step at hand, once. The salt is dropped: it is never opened. */
  commit(evidence: Uint8Array): Bytes {
    const step = this.#step;
    if (!step || this.#answered === step.k) throw refused('commit');
    const salt = globalThis.crypto.getRandomValues(new Uint8Array(sizes.hash));
    const commitment = commitmentTo(this.#context.ceremonyId, step.k, salt, evidence);
    salt.fill(0);
    this.#chain.answered(step, commitment);
    this.#answered = step.k;
    return encodeCommit({ k: step.k, commitment });
  }

  /** The ceremony with its challenge hash, for everything that is signed from now on. */
  get context(): CeremonyContext {
    if (!this.#hash) throw refused('unfinished');
    return { ...this.#context, challengeHash: this.#hash };
  }
}

const refused = (field: string): ProtocolError =>
  new ProtocolError('challenge-refused', { details: { field } });
