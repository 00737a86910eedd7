/**
 * The server's side of a liveness challenge: which steps, in which order, and by when each must be answered. Pure:
 * time is an argument, in ms since `ready` was accepted. It sees no evidence, only commitments to it.
 * @module
 */
import type { Bytes } from '../wire/bytes.ts';
import {
  ChallengeChain,
  type ChallengeProfile,
  type ChallengeRoot,
  type ChallengeStep,
  challengeLimits,
  decodeCommit,
  encodeDone,
  encodeStepMessage,
  type LightColour,
  lightColours,
  type StepMessage,
} from '../wire/challenge.ts';
import { ProtocolError } from '../wire/errors.ts';

/**
 * How long a step may take beside its own length. Unit: ms.
 *
 * `light`: what a screen, a camera and a busy machine take; whoever computes the answer elsewhere needs more.
 * `movement`: to read or hear what is asked, to react, to turn there and back. A recorded library of movements
 * answers within a second, so a short limit would shut out slow people and no attacker.
 * `roundTrip`: the most that a measured round trip is believed; beyond it somebody may hold back the measurement.
 */
export const allowances = Object.freeze({ light: 300, movement: 7_000, roundTrip: 400 });

const movements: readonly ChallengeStep[] = [
  { kind: 'turn', direction: 'left' },
  { kind: 'turn', direction: 'right' },
  { kind: 'closer' },
  { kind: 'blink' },
  { kind: 'smile' },
];

/**
 * The steps of one challenge, drawn by WebCrypto.
 *
 * `default`: 6 or 7 light slots and 2 movements. The slots stay together, before, between or after the movements: the
 * face is compared from slot to slot, so it should be where it was. Neighbours differ, and each channel is on once
 * and off once at least. `no-light`: 4 or 5 movements. No movement comes twice in a row; one of them at least is a
 * turn, the one that shows depth.
 */
export function drawSteps(profile: ChallengeProfile): ChallengeStep[] {
  if (profile === 'no-light') return drawMovements(4 + below(2));
  const moves = drawMovements(2);
  const at = below(moves.length + 1);
  return [...moves.slice(0, at), ...drawLights(6 + below(2)), ...moves.slice(at)];
}

function drawMovements(count: number): ChallengeStep[] {
  for (;;) {
    const drawn = Array.from({ length: count }, () => movements[below(movements.length)]!);
    const again = drawn.some((step, i) => step === drawn[i - 1]);
    if (!again && drawn.some(({ kind }) => kind === 'turn')) return drawn;
  }
}

function drawLights(count: number): ChallengeStep[] {
  for (;;) {
    const drawn = Array.from({ length: count }, () => below(lightColours.length));
    const on = drawn.reduce((all, colour) => all | colour, 0);
    const off = drawn.reduce((all, colour) => all | ~colour, 0) & 7;
    const again = drawn.some((colour, i) => colour === drawn[i - 1]);
    if (on === 7 && off === 7 && !again) return drawn.map((colour) => light(lightColours[colour]!));
  }
}

/** 400 to 500 ms, in steps of 20. */
const light = (colour: LightColour): ChallengeStep => ({
  kind: 'light',
  colour,
  ms: challengeLimits.leastLightMs + 20 * below(6),
});

/** Uniform in [0, n), n at most 256: what does not divide evenly is drawn again. */
function below(n: number): number {
  const [byte] = globalThis.crypto.getRandomValues(new Uint8Array(1));
  return byte! < 256 - (256 % n) ? byte! % n : below(n);
}

/** Why a challenge is void; for the audit log, never for the device. */
export type ChallengeFault = 'late' | 'out-of-order';

/** One challenge under way. After anything is thrown it is void. */
export class ServerChallenge {
  readonly #steps: readonly ChallengeStep[];
  readonly #chain: ChallengeChain;
  readonly #roundTrip: number;
  #awaited: StepMessage | undefined;
  #hash: Bytes | undefined;

  /** @param roundTripMs as measured before the first step. */
  constructor(root: ChallengeRoot, steps: readonly ChallengeStep[], roundTripMs: number) {
    this.#steps = steps;
    this.#chain = new ChallengeChain(root);
    this.#roundTrip = Math.ceil(Math.min(Math.max(roundTripMs, 0), allowances.roundTrip));
  }

  /** The challenge hash, once everything was answered in time. */
  get hash(): Bytes | undefined {
    return this.#hash;
  }

  /** When what is awaited must have arrived. Unit: ms since `ready`. */
  get deadline(): number {
    const { at = 0, allowed = 0 } = this.#awaited ?? {};
    return Math.min(at + allowed, challengeLimits.totalMs);
  }

  /** The first step, to be sent once the ticket is burned. */
  first(): Bytes {
    return this.#reveal(0);
  }

  /**
   * @param at when the message arrived; whole ms since `ready`.
   * @returns the next step, or the last word.
   * @throws {ProtocolError} a codec code; `challenge-refused` with the fault in its details.
   */
  commit(bytes: Uint8Array, at: number): Bytes {
    const awaited = this.#awaited;
    const { k, commitment } = decodeCommit(bytes);
    if (!awaited || k !== awaited.k) throw refused('out-of-order', k);
    if (at > this.deadline) throw refused('late', k);
    this.#chain.answered(awaited, commitment);
    if (k < this.#steps.length) return this.#reveal(at);
    this.#awaited = undefined;
    const done = { type: 'done', at } as const;
    this.#hash = this.#chain.done(done);
    return encodeDone(done);
  }

  #reveal(at: number): Bytes {
    const k = (this.#awaited?.k ?? 0) + 1;
    const step = this.#steps[k - 1]!;
    const own = step.kind === 'light' ? step.ms + allowances.light : allowances.movement;
    this.#awaited = { type: 'step', k, n: this.#steps.length, at, allowed: own + this.#roundTrip, step };
    return encodeStepMessage(this.#awaited);
  }
}

const refused = (fault: ChallengeFault, step: number): ProtocolError =>
  new ProtocolError('challenge-refused', { details: { fault, step } });
