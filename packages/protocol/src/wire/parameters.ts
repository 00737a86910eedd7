/**
 * The parameter set of sealed sign-in and the sizes that follow from it. Everything both sides must
 * agree on is here; the ring itself is described by the engine under `fhe`.
 * @module
 */
import { ProtocolError } from './errors.ts';

export interface SealedParameters {
  /** The name both sides exchange; a change of any number below is a new name. */
  readonly id: string;
  /** The engine's name of the ring, the moduli and the noise bounds. */
  readonly fhe: string;
  /** d: digits of a template, signs of a probe. */
  readonly digits: number;
  /** L: independent multipliers, hence coefficients the device reads. */
  readonly multipliers: number;
  /** N: coefficients of the ring. */
  readonly degree: number;
  /** p: the plaintext modulus. */
  readonly plainModulus: number;
  /** Template digits are integers in [-digitLimit, digitLimit]. */
  readonly digitLimit: number;
  /** The closed interval of sum t_i^2. */
  readonly normInterval: readonly [low: number, high: number];
  /** The Cauchy-Schwarz limit of a score, rounded down to an even number. */
  readonly sMax: number;
  /** The lowest tau a client of this release accepts, whatever a manifest says. */
  readonly minimumTau: number;
  /** Tickets of an enrolment, by class, and how many ordinary ones finish the ceremony. */
  readonly ordinaryTickets: number;
  readonly rootTickets: number;
  readonly firstOrdinary: number;
}

/**
 * `sealed/1`.
 *
 * Scores: sum t_i^2 <= 3136 and sum a_i^2 = 512, so |s| <= floor_even(sqrt(512 * 3136)) = 1266.
 * Floor: for 512 guessed signs s has deviation sqrt(3136) = 56, so tau >= 320 is more than 5.7
 * deviations, below 2^-26 for a guess made without a face; the threshold of a real model is
 * calibrated and higher. The floor only bounds what a manifest could be tricked into.
 */
export const sealed1: SealedParameters = Object.freeze({
  id: 'sealed/1',
  fhe: 'bgv-4096-106-65537/1',
  digits: 512,
  multipliers: 8,
  degree: 4096,
  plainModulus: 65537,
  digitLimit: 7,
  normInterval: [3008, 3136] as const,
  sMax: 1266,
  minimumTau: 320,
  ordinaryTickets: 96,
  rootTickets: 24,
  firstOrdinary: 8,
});

/** @throws {ProtocolError} `unsupported-parameters` for a name this release does not speak. */
export function parametersOf(id: string): SealedParameters {
  if (id !== sealed1.id) throw new ProtocolError('unsupported-parameters');
  return sealed1;
}

export type TicketClass = 'ordinary' | 'root';
/** On the wire a class is one byte. */
export const ticketClasses: readonly TicketClass[] = ['ordinary', 'root'];

export function ticketCount(params: SealedParameters, ticketClass: TicketClass): number {
  return ticketClass === 'root' ? params.rootTickets : params.ordinaryTickets;
}

/** Upper limits in bytes, enforced before a message is parsed. */
export const limits = Object.freeze({
  statement: 8 * 1024,
  publicKey: 64 * 1024,
  ticket: 56 * 1024,
  sealedTicket: 56 * 1024 + 256,
  probe: 256,
  reply: 32 * 1024,
  state: 512,
  offer: 4 * 1024,
  authorisation: 256,
});

export const sizes = Object.freeze({
  nonce: 32,
  hash: 32,
  token: 16,
  tag: 8,
  /** A table entry: tag and token XOR pad. */
  entry: 24,
  devicePublicKey: 65,
  signature: 64,
  /** One bit per digit. */
  probe: 64,
  hpkePublicKey: 65,
});

/** Entries of a table, one for each even v in [tau, sMax]; a table holds at most this many. */
export const maximumEntries = 512;

/**
 * The number of table entries for a pair of thresholds.
 * @throws {ProtocolError} `policy-refused` unless both are even, in order, at most the Cauchy-Schwarz
 * limit, and the table fits.
 */
export function entryCount(params: SealedParameters, tau: number, sMax: number): number {
  const even = (n: number) => Number.isInteger(n) && n % 2 === 0;
  const count = (sMax - tau) / 2 + 1;
  if (!even(tau) || !even(sMax) || tau < 2 || count < 1 || count > maximumEntries || sMax > params.sMax) {
    throw new ProtocolError('policy-refused', { details: { tau, sMax } });
  }
  return count;
}
