import { describe, expect, it } from 'vitest';
import { sealTicket } from '../src/client.ts';
import { createSealingKey, openSealedTicket } from '../src/server.ts';
import { limits, newId } from '../src/wire.ts';
import { codeOf } from './support/sample.ts';

describe('a ticket that waits on the device', async () => {
  const key = await createSealingKey();
  const ticket = Uint8Array.from({ length: 55_344 }, (_, i) => i & 255);
  const place = { ceremonyId: newId(), ticketClass: 'ordinary' as const, index: 9 };
  const sealed = await sealTicket(key.publicKey, ticket, place);

  it('opens with the key of its ceremony, at its place', async () => {
    expect([key.publicKey.length, key.privateKey.length]).toEqual([65, 32]);
    expect(sealed.length).toBe(ticket.length + 65 + 16);
    expect(sealed.length).toBeLessThanOrEqual(limits.sealedTicket);
    expect(await openSealedTicket(key.privateKey, sealed, place)).toEqual(ticket);
  });

  it('is sealed afresh each time', async () => {
    expect(await sealTicket(key.publicKey, ticket, place)).not.toEqual(sealed);
  });

  it.each([
    ['another ceremony', { ceremonyId: newId() }],
    ['another class', { ticketClass: 'root' as const }],
    ['another index', { index: 10 }],
  ])('does not open for %s', async (_name, over) => {
    expect(await codeOf(() => openSealedTicket(key.privateKey, sealed, { ...place, ...over }))).toBe(
      'seal-refused',
    );
  });

  it('does not open with another key, cut, altered or oversized', async () => {
    const other = await createSealingKey();
    expect(await codeOf(() => openSealedTicket(other.privateKey, sealed, place))).toBe('seal-refused');
    const flipped = (at: number) => sealed.map((byte, i) => (i === at ? byte ^ 1 : byte));
    for (const wrong of [
      sealed.slice(0, -1),
      sealed.slice(0, 60),
      new Uint8Array(0),
      flipped(0),
      flipped(30),
      flipped(5000),
    ]) {
      expect(await codeOf(() => openSealedTicket(key.privateKey, wrong, place))).toBe('seal-refused');
    }
    const large = new Uint8Array(limits.sealedTicket + 1);
    expect(await codeOf(() => openSealedTicket(key.privateKey, large, place))).toBe('message-too-large');
    expect(await codeOf(() => openSealedTicket(new Uint8Array(31), sealed, place))).toBe('seal-refused');
  });

  it('is not sealed to bytes that are no key', async () => {
    for (const wrong of [new Uint8Array(65), new Uint8Array(64), new Uint8Array(0)]) {
      expect(await codeOf(() => sealTicket(wrong, ticket, place))).toBe('seal-refused');
    }
  });
});
