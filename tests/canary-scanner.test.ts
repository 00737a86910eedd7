import { describe, expect, it } from 'vitest';
import { type Canary, findLeaks } from './support/canary.ts';

/** A vector like an embedding: 128 values around 0, told apart by an index. */
const vector = Float32Array.from({ length: 128 }, (_, i) => Math.sin(i * 1.7 + 0.3) / 8);
const template = Int8Array.from({ length: 512 }, (_, i) => ((i * 37 + (i >> 3) * 11) % 15) - 7);
const canaries: Canary[] = [
  { name: 'embedding', values: vector },
  { name: 'template', values: template },
];
const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const part = vector.subarray(20, 60);
const bytes = new Uint8Array(part.slice().buffer);

describe('the canary scanner', () => {
  it('finds nothing in unrelated bytes', () => {
    const noise = crypto.getRandomValues(new Uint8Array(60_000));
    expect(findLeaks(canaries, [{ place: 'noise', bytes: noise }])).toEqual([]);
    const numbers = text(Array.from({ length: 4000 }, (_, i) => (i * 0.017).toFixed(5)).join(','));
    expect(findLeaks(canaries, [{ place: 'numbers', bytes: numbers }])).toEqual([]);
  });

  it.each<[string, string, Uint8Array]>([
    ['float32', 'embedding', Buffer.concat([crypto.getRandomValues(Buffer.alloc(77)), bytes])],
    ['float64', 'embedding', new Uint8Array(Float64Array.from(part).buffer)],
    ['int8', 'template', Buffer.concat([Buffer.alloc(5, 1), Buffer.from(template.buffer, 100, 60)])],
    ['decimal', 'embedding', text(JSON.stringify([...part].map((v) => Number(v.toFixed(4)))))],
    ['float32 hex', 'embedding', text(`x${Buffer.from(bytes).toString('hex').toUpperCase()}`)],
    ['float32 base64', 'embedding', text(Buffer.concat([Buffer.alloc(1, 9), bytes]).toString('base64url'))],
    ['float32 base64', 'embedding', text(Buffer.concat([Buffer.alloc(2, 9), bytes]).toString('base64'))],
  ])('finds a part of a vector as %s', (encoding, canary, haystack) => {
    const found = findLeaks(canaries, [{ place: 'here', bytes: haystack }]);
    expect(found).toContainEqual({ canary, encoding, place: 'here' });
  });
});
