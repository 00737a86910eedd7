/**
 * Recovery codes: how they are drawn, written by people, and stored.
 * @module
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { CodeSet } from '../ports/second-factors.ts';

/** Crockford's base 32: no letter looks like a digit or another letter. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codesPerSet = 10;
/** 12 characters of 5 bits: 60 bits, in groups of four. */
const codeLength = 12;

/** 16 MiB and some 40 ms each; the code itself has 60 bits, so a stolen set is out of reach either way. */
const cost = { N: 2 ** 14, r: 8, p: 1 };
const derive = promisify<string, Uint8Array, number, typeof cost, Buffer>(scrypt);

export interface NewCodes {
  /** As shown to the person: `ABCD-EFGH-JKMN`. Kept nowhere. */
  readonly codes: readonly string[];
  readonly set: CodeSet;
}

export async function drawCodes(now: number): Promise<NewCodes> {
  const salt = new Uint8Array(randomBytes(16));
  const codes = Array.from({ length: codesPerSet }, drawCode);
  const hashes = await Promise.all(codes.map((code) => hashCode(code, salt)));
  return { codes: codes.map(grouped), set: { salt, hashes, madeAt: now } };
}

/** The stored hash that belongs to what was typed, if there is one. Looks at all of them, whatever it finds. */
export async function matchingHash(
  typed: string,
  { salt, hashes }: Omit<CodeSet, 'madeAt'>,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const hash = await hashCode(canonical(typed), salt);
  return hashes.filter((one) => timingSafeEqual(one, hash))[0];
}

/** Upper case, without what people put between groups, and with the look-alikes read as the digits they mean. */
function canonical(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
}

const drawCode = () => Array.from(randomBytes(codeLength), (byte) => alphabet[byte & 31]).join('');
const grouped = (code: string) => code.replace(/(.{4})(?=.)/g, '$1-');

async function hashCode(code: string, salt: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await derive(code, salt, 32, cost));
}
