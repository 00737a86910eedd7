/**
 * What both sides and the wire between them agree on: sizes, codecs, transcript, JSON types, errors.
 * No secrets, no arithmetic, no I/O.
 * @module
 */
export * from './wire/api.ts';
export * from './wire/base64url.ts';
export { type Bytes, concatBytes, equalBytes, utf8 } from './wire/bytes.ts';
export * from './wire/ceremony.ts';
export * from './wire/challenge.ts';
export * from './wire/entry.ts';
export * from './wire/errors.ts';
export * from './wire/ids.ts';
export * from './wire/image.ts';
export * from './wire/pairing.ts';
export * from './wire/parameters.ts';
export * from './wire/probe.ts';
export * from './wire/reply.ts';
export * from './wire/statement.ts';
export * from './wire/transcript.ts';
