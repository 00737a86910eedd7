/**
 * The part of the protocol-buffer wire format that writing an ONNX file needs.
 * A message is a list of byte strings; nothing is copied until the end.
 * @see https://protobuf.dev/programming-guides/encoding/
 * @module
 */

/** An encoded message, in pieces. */
export type Message = readonly Uint8Array[];

const utf8 = new TextEncoder();
const wireType = { varint: 0, bytes: 2, fixed32: 5 } as const;

/** Base-128, least significant group first; negative numbers as 64-bit two's complement. */
export function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

const tag = (field: number, wire: number): Uint8Array => varint(field * 8 + wire);

export const intField = (field: number, value: number): Message => [
  tag(field, wireType.varint),
  varint(value),
];

export const bytesField = (field: number, value: Uint8Array): Message => [
  tag(field, wireType.bytes),
  varint(value.length),
  value,
];

export const textField = (field: number, value: string): Message => bytesField(field, utf8.encode(value));

export const messageField = (field: number, value: Message): Message => [
  tag(field, wireType.bytes),
  varint(value.reduce((sum, piece) => sum + piece.length, 0)),
  ...value,
];

/** Several 64-bit integers in one packed field. */
export const packedField = (field: number, values: readonly number[]): Message =>
  messageField(field, values.map(varint));

export function floatField(field: number, value: number): Message {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [tag(field, wireType.fixed32), bytes];
}

export function concat(message: Message): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(message.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of message) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
