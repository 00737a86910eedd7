import { describe, expect, it } from 'vitest';
import { deriveGeneration, nextRatchet, ticketPad } from '../src/client/keys.ts';
import {
  advance,
  allowRenewal,
  allowSignIn,
  decodeGenerationState,
  deriveStorageKey,
  drawGeneration,
  emptyHistory,
  encodeGenerationState,
  makeProbe,
  nextTicketIndex,
  wipeGeneration,
} from '../src/client.ts';
import { sealed1, toBase64url } from '../src/wire.ts';
import { codeOf } from './support/sample.ts';

const text = (bytes: Uint8Array) => toBase64url(bytes);

describe('the key schedule', () => {
  // Vectors from WebCrypto's HKDF.
  it('is stable: committed vectors', () => {
    const { fheSeed, frameSeed, ratchet } = deriveGeneration(new Uint8Array(32).fill(1));
    expect(
      [fheSeed, frameSeed, ratchet, ticketPad(ratchet).slice(0, 32), nextRatchet(ratchet)].map(text),
    ).toEqual([
      'RE7L1A8WJVHGaB8OwBKGUwU_b2ZCpc6d5DNdmSDJma8',
      'Q5nR8iOxavDNm4n_sX7Qng0D7RZsbCC3ou-MkZkxcww',
      'TpN1YwWAHmorT11aULqm8EWNtbwd5DJ4iL2R98ssyYk',
      'WaWlvhJNojsDtHCUVRZiJTnuEKv8ANm4BcwJJ4KRyhk',
      'HKr3MrmOVmTGtItkbLwCDUr1GpM5oJPfvVpk7f4Pj74',
    ]);
  });

  it('draws generations that have nothing in common', () => {
    const [a, b] = [drawGeneration('ordinary', sealed1), drawGeneration('ordinary', sealed1)];
    const secrets = [a, b].flatMap((s) => [s.fheSeed, s.frameSeed, s.ratchet].map(text));
    expect(new Set(secrets).size).toBe(6);
    expect(a.generationId).not.toBe(b.generationId);
    expect([a.count, a.nextIndex, drawGeneration('root', sealed1).count]).toEqual([96, 0, 24]);
  });

  it('gives a storage key that cannot be read out', async () => {
    const key = await deriveStorageKey(new Uint8Array(32).fill(2));
    expect(key.extractable).toBe(false);
    await expect(globalThis.crypto.subtle.exportKey('raw', key)).rejects.toThrow();
    expect(await codeOf(() => deriveStorageKey(new Uint8Array(31)))).toBe('state-corrupt');
  });
});

describe('a stored generation', () => {
  const state = drawGeneration('root', sealed1);
  const bytes = encodeGenerationState(state);

  it('comes back as it was', () => expect(decodeGenerationState(bytes)).toEqual(state));

  it('is refused when it is cut, longer, of another version or class, or past its end', async () => {
    const altered = (at: number, value: number) => bytes.map((byte, i) => (i === at ? value : byte));
    const wrong = [
      bytes.slice(0, -1),
      Uint8Array.from([...bytes, 0]),
      altered(0, 2),
      altered(1, 2),
      altered(21, 25),
      new Uint8Array(0),
      new Uint8Array(1000),
    ];
    for (const one of wrong) expect(await codeOf(() => decodeGenerationState(one))).toBe('state-corrupt');
  });

  it('is all zero after wiping', () => {
    const gone = drawGeneration('root', sealed1);
    wipeGeneration(gone);
    expect([gone.fheSeed, gone.frameSeed, gone.ratchet].every((s) => s.every((byte) => byte === 0))).toBe(
      true,
    );
  });
});

describe('spending', () => {
  const embedding = [0.6, 0.8, -0.1];
  const probeAt = (state: ReturnType<typeof drawGeneration>, index: number) =>
    text(makeProbe({ ticket: advance(state, index).ticket, embedding }));

  it('gives the pad of an index whichever way the ratchet came there', () => {
    const state = drawGeneration('root', sealed1);
    const stepped = advance(advance(state, 0).state, 1).state;
    const jumped = advance(state, 1).state;
    expect(text(stepped.ratchet)).toBe(text(jumped.ratchet));
    expect(probeAt(stepped, 5)).toBe(probeAt(state, 5));
    expect(probeAt(state, 4)).not.toBe(probeAt(state, 5));
  });

  it('does not change the state it was given', () => {
    const state = drawGeneration('root', sealed1);
    const before = text(encodeGenerationState(state));
    const { state: after } = advance(state, 3);
    wipeGeneration(after);
    expect(text(encodeGenerationState(state))).toBe(before);
  });

  it('never goes back, and ends', async () => {
    const { state } = advance(drawGeneration('root', sealed1), 5);
    expect(state.nextIndex).toBe(6);
    for (const index of [5, 0, -1, 6.5, Number.NaN]) {
      expect(await codeOf(() => advance(state, index))).toBe('index-replayed');
    }
    expect(await codeOf(() => advance(state, 24))).toBe('no-tickets-left');
    const last = advance(state, 23).state;
    expect(await codeOf(() => nextTicketIndex(last, -1))).toBe('no-tickets-left');
    expect(await codeOf(() => advance(last, 23))).toBe('index-replayed');
  });

  it('takes the later of its own index and the server’s', async () => {
    const { state } = advance(drawGeneration('root', sealed1), 5);
    expect([-1, 4, 5, 6, 22].map((burned) => nextTicketIndex(state, burned))).toEqual([6, 6, 6, 7, 23]);
    expect(await codeOf(() => nextTicketIndex(state, 23))).toBe('no-tickets-left');
    for (const wrong of [-2, 1.5, Number.NaN]) {
      expect(await codeOf(() => nextTicketIndex(state, wrong))).toBe('malformed-message');
    }
  });

  it('makes one probe, and none from an embedding it cannot use', async () => {
    const { ticket } = advance(drawGeneration('root', sealed1), 0);
    for (const wrong of [[], [0, 0], [Number.NaN], new Float32Array(513).fill(1)]) {
      expect(await codeOf(() => makeProbe({ ticket, embedding: wrong }))).toBe('embedding-refused');
    }
    makeProbe({ ticket, embedding });
    expect(await codeOf(() => makeProbe({ ticket, embedding }))).toBe('ticket-spent');
  });
});

describe('the limits a device keeps', () => {
  const hour = 3_600_000;
  it('allow 50 sign-ins in any 24 hours', async () => {
    let history = emptyHistory;
    for (let k = 0; k < 50; k++) history = allowSignIn(history, 1000 + k);
    expect(await codeOf(() => allowSignIn(history, 23 * hour))).toBe('limit-reached');
    expect(await codeOf(() => allowSignIn(history, 0))).toBe('limit-reached'); // a clock turned back wins nothing
    expect(allowSignIn(history, 24 * hour + 1025).signIns).toHaveLength(25);
  });
  it('allow a renewal a week unless a person asks for it', async () => {
    const history = allowRenewal(emptyHistory, 1000 * hour, false);
    expect(await codeOf(() => allowRenewal(history, 1100 * hour, false))).toBe('limit-reached');
    expect(allowRenewal(history, 1100 * hour, true).lastRenewal).toBe(1100 * hour);
    expect(allowRenewal(history, 1168 * hour, false).lastRenewal).toBe(1168 * hour);
  });
});
