import { describe, expect, it } from 'vitest';
import {
  decodeEnrolStatement,
  decodeProbeMessage,
  decodeReplyMessage,
  decodeSealedResult,
  encodeEnrolStatement,
  encodeProbeMessage,
  encodeReplyMessage,
  encodeSealedResult,
  entryCount,
  fromBase64url,
  isId,
  newId,
  packSigns,
  sealed1,
  toBase64url,
  unpackSigns,
} from '../src/wire.ts';
import { codeOf } from './support/sample.ts';

const filled = (length: number, value: number) => new Uint8Array(length).fill(value);
const generation = (count: number, value: number) => ({
  generationId: newId(),
  publicKeyHash: filled(32, value),
  ticketHashes: Array.from({ length: count }, (_, j) => filled(32, j)),
});
const statement = () => ({
  devicePublicKey: filled(65, 4),
  ordinary: generation(96, 1),
  root: generation(24, 2),
  signature: filled(64, 3),
});
/** A table of `count` entries whose tags ascend. */
const table = (count: number) => {
  const bytes = new Uint8Array(24 * count);
  for (let k = 0; k < count; k++) new DataView(bytes.buffer).setUint32(24 * k + 4, k);
  return bytes;
};

describe('base64url', () => {
  it('is the inverse of itself for every length', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255);
      expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
      expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
    }
  });

  it.each(['A', 'AAAAA', 'AB', 'AA==', 'A+/A', 'A A A', 'AAB', 'ÄAAA'])('refuses %j', async (text) => {
    expect(await codeOf(() => fromBase64url(text))).toBe('malformed-message');
  });

  it('gives each id one text', () => {
    const id = newId();
    expect(isId(id)).toBe(true);
    // the last character carries four unused bits: another spelling of the same bytes is no id
    const twin = id.slice(0, 21) + String.fromCharCode(id.charCodeAt(21) + 1);
    expect(isId(twin)).toBe(false);
    expect([isId(''), isId(`${id}A`), isId(7), isId(`${id.slice(0, 21)}=`)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('messages', () => {
  const messages = {
    statement: {
      bytes: encodeEnrolStatement(statement()),
      decode: (bytes: Uint8Array) => encodeEnrolStatement(decodeEnrolStatement(bytes, sealed1)),
      limit: 8192,
    },
    probe: {
      bytes: encodeProbeMessage({ ticketIndex: 5, probe: filled(64, 1), signature: filled(64, 2) }),
      decode: (bytes: Uint8Array) => encodeProbeMessage(decodeProbeMessage(bytes)),
      limit: 256,
    },
    reply: {
      bytes: encodeReplyMessage({
        ceremonyId: newId(),
        tokenHash: filled(32, 5),
        sealed: encodeSealedResult({ z: filled(100, 6), table: table(434) }),
      }),
      decode: (bytes: Uint8Array) => {
        const message = decodeReplyMessage(bytes);
        return encodeReplyMessage({
          ...message,
          sealed: encodeSealedResult(decodeSealedResult(message.sealed, 434)),
        });
      },
      limit: 32 * 1024,
    },
  };

  describe.each(Object.entries(messages))('%s', (_name, { bytes, decode, limit }) => {
    it('has one form: decoding and encoding gives the same bytes', () => {
      expect(decode(bytes)).toEqual(bytes);
    });
    it('is refused when it is cut anywhere', async () => {
      const cuts = Array.from({ length: 64 }, (_, i) => Math.floor((i * bytes.length) / 64));
      for (const cut of cuts)
        expect(await codeOf(() => decode(bytes.slice(0, cut)))).toBe('malformed-message');
    });
    it('is refused with one byte more', async () => {
      expect(await codeOf(() => decode(Uint8Array.from([...bytes, 0])))).toBe('malformed-message');
    });
    it('is refused above its limit before it is read', async () => {
      expect(await codeOf(() => decode(new Uint8Array(limit + 1)))).toBe('message-too-large');
    });
    it('is refused in another version', async () => {
      const other = Uint8Array.from(bytes);
      other[0] = 2;
      expect(await codeOf(() => decode(other))).toBe('unsupported-version');
    });
  });

  it('refuses a statement with another number of tickets', async () => {
    const short = { ...statement(), root: generation(23, 2) };
    expect(await codeOf(() => decodeEnrolStatement(encodeEnrolStatement(short), sealed1))).toBe(
      'malformed-message',
    );
  });

  it('refuses tags that are equal, descend, or are not as many as the thresholds ask for', async () => {
    const z = filled(10, 1);
    const equal = table(3);
    equal.copyWithin(24, 0, 8);
    const descending = table(3);
    descending[7] = 9;
    for (const bad of [equal, descending]) {
      expect(await codeOf(() => decodeSealedResult(encodeSealedResult({ z, table: bad }), 3))).toBe(
        'malformed-message',
      );
    }
    const good = encodeSealedResult({ z, table: table(3) });
    for (const count of [2, 4])
      expect(await codeOf(() => decodeSealedResult(good, count))).toBe('malformed-message');
    expect(decodeSealedResult(good, 3).table).toEqual(table(3));
  });
});

describe('signs', () => {
  it('pack into bits and back', () => {
    const signs = Int8Array.from({ length: 512 }, (_, i) => (i % 3 === 0 ? -1 : 1));
    expect(unpackSigns(packSigns(signs))).toEqual(signs);
  });
  it('are nothing but +1 and -1', async () => {
    for (const value of [0, 2, -2, 3]) {
      const signs = new Int8Array(512).fill(1);
      signs[100] = value;
      expect(await codeOf(() => packSigns(signs))).toBe('malformed-message');
    }
  });
});

describe('thresholds', () => {
  it('give one entry for each even value', () => {
    expect(entryCount(sealed1, 400, 1266)).toBe(434);
    expect(entryCount(sealed1, 1266, 1266)).toBe(1);
    expect(entryCount(sealed1, 244, 1266)).toBe(512);
  });
  it.each([
    [401, 1266],
    [400, 1265],
    [400, 398],
    [242, 1266],
    [400, 1268],
    [400.5, 1266],
    [Number.NaN, 1266],
    [-400, 100],
  ])('refuse tau %d with sMax %d', async (tau, sMax) => {
    expect(await codeOf(() => entryCount(sealed1, tau, sMax))).toBe('policy-refused');
  });
});
