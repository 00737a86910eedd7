/**
 * Two residues in one 128-bit register, and the one place where the two modules differ: the exact remainder
 * of a product. Compiled with relaxed SIMD it is two fused multiply-adds; without, Dekker's product.
 *
 * Both compute the same integers, bit for bit: the quotient is `nearest(h * (1/q))` in either form, and what
 * remains is exact. So the modules agree even before canonical reduction (a test compares them).
 *
 * Bounds. All values are integers of magnitude below 2^53, hence exact. Let |x * w| = c * q^2 with q < 2^48.
 *   h = x * w rounded; k = nearest(h * qi). Three roundings of relative size 2^-53 give
 *   |k - x * w / q| <= 1/2 + 3 * 2^-53 * c * q, so |x * w - k * q| <= q * (1/2 + c * 3/32).
 *   h - k * q and h - x * w are integers below 2^53 (their difference is the remainder, the second is at most
 *   half an ulp of h, i.e. 2^48 for |h| <= 2^101), so the fused results and their difference are exact.
 * @module
 */

/** x * w - k * q with k the rounded quotient: congruent to x * w, magnitude see above. */
// @ts-expect-error: decorator
@inline
export function mulmod(x: v128, w: v128, q: v128, qi: v128): v128 {
  const h = f64x2.mul(x, w);
  const k = f64x2.nearest(f64x2.mul(h, qi));
  return f64x2.sub(remainder(k, q, h), remainder(x, w, h));
}

/** nearest(x * w / q) when `wi` is w / q. Rounded as in `mulmod`: two roundings in wi and one here. */
// @ts-ignore: decorator
@inline
export function quotient(x: v128, wi: v128): v128 {
  return f64x2.nearest(f64x2.mul(x, wi));
}

/** x - k * q with k = nearest(x / q): magnitude at most q/2 + |x| * 2^-52. Three operations, half of a product. */
// @ts-expect-error: decorator
@inline
export function reduce(x: v128, q: v128, qi: v128): v128 {
  const k = f64x2.nearest(f64x2.mul(x, qi));
  // |k * q| <= |x| + q/2 < 2^53: an exact product, so fusing only saves an operation.
  if (ASC_FEATURE_RELAXED_SIMD) {
    return v128.relaxed_nmadd<f64>(k, q, x);
  } else {
    return f64x2.sub(x, f64x2.mul(k, q));
  }
}

/** sum + x * w reduced in one go: |result| <= q * (1/2 + 4 * 2^-53 * (c * q + |sum|/q)). */
// @ts-expect-error: decorator
@inline
export function mulmodAdd(sum: v128, x: v128, w: v128, q: v128, qi: v128): v128 {
  const h = f64x2.mul(x, w);
  const k = f64x2.nearest(f64x2.mul(f64x2.add(h, sum), qi));
  // h - k * q is here at most q/2 + |sum| + half an ulp of h: still an integer below 2^53.
  return f64x2.add(f64x2.sub(remainder(k, q, h), remainder(x, w, h)), sum);
}

/** h - a * b, exactly, where h is close to a * b. */
// @ts-expect-error: decorator
@inline
export function remainder(a: v128, b: v128, h: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return v128.relaxed_nmadd<f64>(a, b, h);
  } else {
    return dekker(a, b, h);
  }
}

/**
 * h - a * b without fused operations: a * b = p + e exactly (Dekker 1971, with Veltkamp's splitting), then
 * (h - p) - e. No overflow: |a|, |b| < 2^53.
 */
// @ts-expect-error: decorator
@inline
function dekker(a: v128, b: v128, h: v128): v128 {
  const p = f64x2.mul(a, b);
  const ah = high(a);
  const bh = high(b);
  const al = f64x2.sub(a, ah);
  const bl = f64x2.sub(b, bh);
  const e = f64x2.add(
    f64x2.add(f64x2.add(f64x2.sub(f64x2.mul(ah, bh), p), f64x2.mul(ah, bl)), f64x2.mul(al, bh)),
    f64x2.mul(al, bl),
  );
  return f64x2.sub(f64x2.sub(h, p), e);
}

/** The upper 26 bits of each lane's significand (Veltkamp): a - high(a) has at most 26 bits. */
// @ts-expect-error: decorator
@inline
function high(a: v128): v128 {
  const t = f64x2.mul(a, f64x2.splat(134217729)); // 2^27 + 1
  return f64x2.sub(t, f64x2.sub(t, a));
}

/** One double from memory in both lanes. */
// @ts-expect-error: decorator
@inline
export function both(address: usize): v128 {
  return v128.load64_splat(address);
}

/** (a_0, b_0). */
// @ts-expect-error: decorator
@inline
export function lows(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 0, 2);
}

/** (a_1, b_1). */
// @ts-expect-error: decorator
@inline
export function highs(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 1, 3);
}

/**
 * The start-up probe: h - a * b in lane 0. With a = b = 2^27 + 1 and h the rounded product, a fused
 * multiply-add gives -1 and an unfused one 0. Arguments come from outside so that nothing is folded away.
 */
export function probe(a: f64, b: f64, h: f64): f64 {
  return f64x2.extract_lane(remainder(f64x2.splat(a), f64x2.splat(b), f64x2.splat(h)), 0);
}
