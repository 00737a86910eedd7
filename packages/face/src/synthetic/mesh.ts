/**
 * Surfaces as grids of points: what the head, hair, ears and clothes are made of.
 * @module
 */

export const materials = { none: 0, skin: 1, hair: 2, cloth: 3 } as const;
export type Material = (typeof materials)[keyof typeof materials];

/** Colours and details over a mesh, sampled at its texture coordinates. */
export interface Texture {
  readonly width: number;
  readonly height: number;
  /** Shape [height, width, channels]. */
  readonly data: Float32Array;
}

/**
 * Channels of a texture: linear red, green, blue, gloss 0..1, slope of the fine relief along x and y,
 * coverage (below 0.5 there is nothing), and how much room there is for light (1 open, 0 closed in).
 */
export const channels = 8;

/** A grid: vertex (row, column) is number `row * columns + column`. Unit: centimetres, in the head's own axes. */
export interface Mesh {
  readonly columns: number;
  readonly rows: number;
  /** Shape [n, 3]. */
  readonly rest: Float32Array;
  /** Offsets at full expression, shape [n, 3]. */
  readonly smile?: Float32Array;
  readonly squint?: Float32Array;
  readonly open?: Float32Array;
  /** 1 turns with the head, 0 stays with the body; shape [n]. */
  readonly follow: Float32Array;
  /** Shape [n, 4]: texture coordinates u, v in 0..1, and the place on the face x, y before it was shaped. */
  readonly place: Float32Array;
  readonly texture: Texture;
  readonly material: Material;
  readonly doubleSided: boolean;
}

export function emptyMesh(
  columns: number,
  rows: number,
  rest: Pick<Mesh, 'texture' | 'material'> & { readonly doubleSided?: boolean },
): Mesh {
  const n = columns * rows;
  return {
    columns,
    rows,
    rest: new Float32Array(3 * n),
    follow: new Float32Array(n).fill(1),
    place: new Float32Array(4 * n),
    doubleSided: false,
    ...rest,
  };
}
