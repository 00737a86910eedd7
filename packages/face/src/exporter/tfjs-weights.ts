/**
 * The weight files of TensorFlow.js: one or more binaries, and a list that says which tensor starts where.
 * Values stay in the width they are delivered in (8-bit with scale and minimum, half or single floats).
 * @module
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FaceError } from '../core/errors.ts';

export interface TfjsWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: 'float32' | 'float16' | 'uint8' | 'int32';
  /** Little-endian elements, row-major in `shape`. */
  readonly bytes: Uint8Array;
  /** For uint8: value = q * scale + min. */
  readonly affine?: { readonly scale: number; readonly min: number };
}

interface WeightEntry {
  name: string;
  shape: number[];
  dtype: string;
  quantization?: { dtype: string; scale?: number; min?: number };
}
export type WeightGroups = readonly { paths: string[]; weights: WeightEntry[] }[];

const width = { float32: 4, float16: 2, uint8: 1, int32: 4 } as const;

/** @throws {FaceError} `export-unsupported` on an element type we do not know, or bytes left over. */
export function readTfjsWeights(groups: WeightGroups, jsonPath: string): Map<string, TfjsWeight> {
  const weights = new Map<string, TfjsWeight>();
  for (const group of groups) {
    const binary = Buffer.concat(group.paths.map((path) => readFileSync(join(dirname(jsonPath), path))));
    let at = 0;
    for (const { name, shape, dtype, quantization } of group.weights) {
      const type = quantization?.dtype ?? dtype;
      if (!Object.hasOwn(width, type)) throw new FaceError('export-unsupported', { details: { name, type } });
      const end = at + shape.reduce((a, b) => a * b, 1) * width[type as TfjsWeight['type']];
      const affine =
        type === 'uint8' ? { affine: { scale: quantization?.scale ?? 1, min: quantization?.min ?? 0 } } : {};
      weights.set(name, {
        name,
        shape,
        type: type as TfjsWeight['type'],
        bytes: binary.subarray(at, end),
        ...affine,
      });
      at = end;
    }
    if (at !== binary.length)
      throw new FaceError('export-unsupported', { details: { left: binary.length - at } });
  }
  return weights;
}

/** The values as doubles, for small tensors (biases, shapes) and for tests. */
export function weightValues({ type, bytes, affine }: TfjsWeight): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = {
    float32: (i: number) => view.getFloat32(4 * i, true),
    float16: (i: number) => view.getFloat16(2 * i, true),
    int32: (i: number) => view.getInt32(4 * i, true),
    uint8: (i: number) => view.getUint8(i) * affine!.scale + affine!.min,
  }[type];
  return Float64Array.from({ length: bytes.length / width[type] }, (_, i) => read(i));
}

/** Reorders the axes: result axis k is source axis `order[k]`. Whole elements are moved, so any width works. */
export function permute(
  weight: TfjsWeight,
  order: readonly number[],
): { shape: number[]; bytes: Uint8Array } {
  const size = width[weight.type];
  const strides = weight.shape.map((_, axis) => weight.shape.slice(axis + 1).reduce((a, b) => a * b, size));
  const shape = order.map((axis) => weight.shape[axis]!);
  const bytes = new Uint8Array(weight.bytes.length);
  const index = new Array<number>(shape.length).fill(0);
  for (let at = 0; at < bytes.length; at += size) {
    let from = 0;
    for (let k = 0; k < order.length; k++) from += index[k]! * strides[order[k]!]!;
    bytes.set(weight.bytes.subarray(from, from + size), at);
    for (let k = shape.length - 1; k >= 0 && ++index[k]! === shape[k]; k--) index[k] = 0;
  }
  return { shape, bytes };
}
