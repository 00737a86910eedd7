/**
 * The inner loops of the frame (`src/client/columns.ts` says what they compute and why every step is exact), two
 * entries at a time. Only correctly rounded operations: the result is the same as in plain TypeScript, bit for bit.
 */

/** Columns have this length. */
const unit: f64 = 67108864.0; // 2^26

/** a b + c. All of it is exact here, so that it makes no difference whether it is rounded once or twice. */
// @ts-ignore: decorator
@inline
function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

/** One pair of entries without the component along the other column: x - floor(along * other + 1/2). */
// @ts-ignore: decorator
@inline
function removed(x: v128, along: v128, other: v128): v128 {
  return f64x2.sub(x, f64x2.floor(multiplyAdd(along, other, f64x2.splat(0.5))));
}

// @ts-ignore: decorator
@inline
function addProduct(sum: v128, a: v128, b: v128): v128 {
  return multiplyAdd(a, b, sum);
}

// @ts-ignore: decorator
@inline
function total(s: v128, t: v128): f64 {
  const sum = f64x2.add(s, t);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** The inner product of two columns of `bytes` bytes, a multiple of 32. */
// @ts-ignore: decorator
@inline
function product(a: usize, b: usize, bytes: usize): f64 {
  let s = f64x2.splat(0.0);
  let t = f64x2.splat(0.0);
  for (let i: usize = 0; i < bytes; i += 32) {
    s = addProduct(s, v128.load(a + i), v128.load(b + i));
    t = addProduct(t, v128.load(a + i, 16), v128.load(b + i, 16));
  }
  return total(s, t);
}

/** Takes the components along the first `count` columns from address 0 on out of the column after them. */
export function removeColumns(count: i32, digits: i32): void {
  if (count == 0) return;
  const bytes = (<usize>digits) << 3;
  const column = (<usize>count) * bytes;
  let dot = product(0, column, bytes);
  for (let other: usize = 0; other < column; other += bytes) {
    const next = other + bytes;
    const along = f64x2.splat(Math.floor(dot / unit + 0.5) / unit);
    let s = f64x2.splat(0.0);
    let t = f64x2.splat(0.0);
    for (let i: usize = 0; i < bytes; i += 32) {
      const x = removed(v128.load(column + i), along, v128.load(other + i));
      const y = removed(v128.load(column + i, 16), along, v128.load(other + i, 16));
      v128.store(column + i, x);
      v128.store(column + i, y, 16);
      s = addProduct(s, x, v128.load(next + i));
      t = addProduct(t, y, v128.load(next + i, 16));
    }
    dot = total(s, t);
  }
}

/**
 * From its length to length 2^26, entries rounded to integers.
 * @returns the length it had: floor of the Euclidean one, exactly.
 */
export function normaliseColumn(index: i32, digits: i32): f64 {
  const bytes = (<usize>digits) << 3;
  const column = (<usize>index) * bytes;
  const square = product(column, column, bytes);
  let root = Math.floor(Math.sqrt(square));
  while (root * root > square) root--;
  while ((root + 1) * (root + 1) <= square) root++;
  const norm = f64x2.splat(root);
  for (let i: usize = 0; i < bytes; i += 16) {
    const scaled = f64x2.div(f64x2.mul(v128.load(column + i), f64x2.splat(unit)), norm);
    v128.store(column + i, f64x2.floor(f64x2.add(scaled, f64x2.splat(0.5))));
  }
  return root;
}
