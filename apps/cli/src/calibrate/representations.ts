/**
 * The two forms in which a verifier meets a probe: the cosine, and what sealed sign-in computes under encryption
 * (the protocol's own frame, quantiser and signs; the encrypted decision equals this one, bit for bit).
 * @module
 */
import { createHash } from 'node:crypto';
import type { FrameMatrix } from '@blindsight/protocol/client';
import { applyFrame, frame, quantise, unitVector } from '@blindsight/protocol/oracle';
import { sealed1 } from '@blindsight/protocol/wire';

/** Every verifier against every probe, a row at a time. */
export interface ScoreMatrix {
  /** Scores of verifier i against probes `from`.. into `out` at their own index; integers, higher is more alike. */
  row(i: number, out: Int32Array, from: number): void;
}

/** @param draw number of the random frame; the same number is the same frame. */
export type Representation = (
  verifiers: readonly ArrayLike<number>[],
  probes: readonly ArrayLike<number>[],
  draw: number,
) => ScoreMatrix;

/** Cosine in units of 2^-20. */
export const float: Representation = (verifiers, probes) => {
  const dim = verifiers[0]?.length ?? 0;
  const [w, x] = [rows(verifiers, dim), rows(probes, dim)];
  return {
    row(i, out, from) {
      const one = w.subarray(i * dim, (i + 1) * dim);
      for (let j = from, at = from * dim; j < probes.length; j++) {
        let sum = 0;
        for (let k = 0; k < dim; k++, at++) sum += one[k]! * x[at]!;
        out[j] = Math.round(sum * 2 ** 20);
      }
    },
  };
};

/** <t, sign(F x)> with t = quantise(F w). */
export const sealed: Representation = (verifiers, probes, draw) => {
  const templates = templatesOf(verifiers, draw);
  const signs = packSigns(projectionsOf(probes, draw));
  const table = lookUpTable();
  return {
    row(i, out, from) {
      fillTable(table, templates[i]!);
      scoreAll(table, signs, out, from);
    },
  };
};

/** t = quantise(F w) of each, under the frame of a draw. */
export function templatesOf(verifiers: readonly ArrayLike<number>[], draw: number): Int8Array[] {
  return projectionsOf(verifiers, draw).map((y) => quantise(y, sealed1));
}

/** F x of each, at length 1. */
export function projectionsOf(vectors: readonly ArrayLike<number>[], draw: number): Float64Array[] {
  const matrix = frameOf(draw, vectors[0]?.length ?? 0);
  return vectors.map((x) => applyFrame(matrix, unitVector(x)));
}

const signBytes = sealed1.digits / 8;

/** The signs of each vector as 64 bytes, one after the other; a set bit is -1. */
export function packSigns(vectors: readonly ArrayLike<number>[]): Uint8Array {
  const signs = new Uint8Array(vectors.length * signBytes);
  for (const [j, y] of vectors.entries()) {
    for (let i = 0; i < y.length; i++) if (y[i]! < 0) signs[j * signBytes + (i >> 3)]! |= 1 << (i & 7);
  }
  return signs;
}

/** A template as the sum that each value of each byte of signs would give (64 x 256): 64 look-ups make a score. */
export const lookUpTable = (): Int16Array => new Int16Array(signBytes * 256);

/** Scores of a table's template against packed signs `from`.. into `out` at their own index. */
export function scoreAll(table: Int16Array, signs: Uint8Array, out: Int32Array, from = 0): void {
  for (let j = from, at = from * signBytes; at < signs.length; j++) {
    let sum = 0;
    for (let k = 0; k < signBytes; k++, at++) sum += table[(k << 8) | signs[at]!]!;
    out[j] = sum;
  }
}

/** Entry (k, v): the sum of digits 8k..8k+7, those whose bit is set in v taken negative. */
export function fillTable(table: Int16Array, t: Int8Array): void {
  for (let k = 0; k < t.length / 8; k++) {
    const base = k << 8;
    table[base] = t.subarray(8 * k, 8 * k + 8).reduce((sum, digit) => sum + digit, 0);
    for (let bit = 0; bit < 8; bit++) {
      const twice = 2 * t[8 * k + bit]!;
      for (let v = 0; v < 1 << bit; v++) table[base + (1 << bit) + v] = table[base + v]! - twice;
    }
  }
}

const frames = new Map<string, FrameMatrix>();
function frameOf(draw: number, dim: number): FrameMatrix {
  const name = `accuracy/${draw}/${dim}`;
  const known = frames.get(name) ?? frame(createHash('sha256').update(name).digest(), dim, sealed1.digits);
  frames.set(name, known);
  return known;
}

function rows(vectors: readonly ArrayLike<number>[], dim: number): Float64Array {
  const out = new Float64Array(vectors.length * dim);
  for (const [i, vector] of vectors.entries()) out.set(unitVector(vector), i * dim);
  return out;
}
