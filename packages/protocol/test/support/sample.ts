/** Seeded samples for the tests of this package: no test depends on luck unless it says so. */
import { seededRandomness } from '@blindsight/fhe/params';
import { makeTickets } from '../../src/client/enrolment.ts';
import { drawGeneration } from '../../src/client/generation.ts';
import { newId } from '../../src/wire/ids.ts';
import { sealed1 } from '../../src/wire/parameters.ts';
import type { CeremonyContext } from '../../src/wire/transcript.ts';

/** A source of doubles in [0, 1) that belongs to a name. */
export function uniform(name: string): () => number {
  const random = seededRandomness(new Uint8Array(32), `test/${name}`);
  return () => random.words(1)[0]! / 2 ** 32;
}

/** A vector of `dim` values, roughly normal. */
export function vector(next: () => number, dim: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: dim }, () => next() + next() + next() + next() - 2);
}

/** `base` turned by noise of the given size, relative to its own length. */
export function near(next: () => number, base: ArrayLike<number>, noise: number): Float64Array<ArrayBuffer> {
  const other = vector(next, base.length);
  const ratio = (noise * norm(base)) / norm(other);
  return other.map((value, i) => base[i]! + ratio * value);
}

const norm = (v: ArrayLike<number>) => Math.hypot(...Array.from(v));

/** A sign-in ceremony of its own; override what a test is about. */
export function context(over: Partial<CeremonyContext> = {}): CeremonyContext {
  return {
    purpose: 'sign-in',
    parameterSet: 'sealed/1',
    accountId: newId(),
    deviceId: newId(),
    ceremonyId: newId(),
    nonce: globalThis.crypto.getRandomValues(new Uint8Array(32)),
    expiresAt: 1_900_000_000_000,
    clientId: 'demo-shop',
    origin: 'http://localhost:4400',
    manifestHash: new Uint8Array(32).fill(9),
    tau: 400,
    sMax: 1266,
    ...over,
  };
}

/** One root generation with all of its tickets for a verifier. */
export async function enrolled(w: ArrayLike<number>) {
  const state = drawGeneration('root', sealed1);
  return { state, material: await makeTickets(state, w) };
}

/** The code of the ProtocolError that `run` throws or rejects with; anything else fails the test. */
export async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string };
    if (name === 'ProtocolError' && code) return code;
    throw error;
  }
  return 'nothing was thrown';
}
