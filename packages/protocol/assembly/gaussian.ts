/**
 * The polar method for a batch of pairs (`src/client/gaussian.ts` says what it computes), two at a time. The same
 * operations in the same order as in plain TypeScript, all of them correctly rounded: the same values, bit for bit.
 */

// @ts-ignore: decorator
@inline
const pairs: usize = 64;
const ln2: f64 = 0.6931471805599453;

/** e + 1023 for a positive normal value of 2^e to 2^(e+1), in each lane. */
// @ts-ignore: decorator
@inline
function biased(value: v128): v128 {
  return i64x2.shr_u(value, 52);
}

/** The double 2^(e - 1023) from e, in each lane. */
// @ts-ignore: decorator
@inline
function power(e: v128): v128 {
  return i64x2.shl(e, 52);
}

/** ln s for 0 < s < 1. */
// @ts-ignore: decorator
@inline
function naturalLog(s: v128): v128 {
  const one = f64x2.splat(1.0);
  const e = biased(s);
  // The mantissa with the exponent of 1.
  const m = v128.or(v128.and(s, i64x2.splat(0x000f_ffff_ffff_ffff)), i64x2.splat(0x3ff0_0000_0000_0000));
  const z = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one));
  let series = f64x2.splat(0.0);
  for (let term = 33; term >= 1; term -= 2) {
    series = f64x2.add(f64x2.mul(f64x2.mul(series, z), z), f64x2.splat(1.0 / <f64>term));
  }
  // Exponents are small: their lowest 32 bits say all.
  const low = i8x16.shuffle(e, e, 0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11);
  const exponent = f64x2.convert_low_i32x4_s(i32x4.sub(low, i32x4.splat(1023)));
  return f64x2.add(
    f64x2.mul(exponent, f64x2.splat(ln2)),
    f64x2.mul(f64x2.mul(f64x2.splat(2.0), z), series),
  );
}

/** Heron's iteration from the power of two below the root. */
// @ts-ignore: decorator
@inline
function squareRoot(value: v128): v128 {
  // floor((e - 1023) / 2) + 1023 = floor((e + 1023) / 2): never negative, so a logical shift will do.
  let root = power(i64x2.shr_u(i64x2.add(biased(value), i64x2.splat(1023)), 1));
  for (let step = 0; step < 6; step++) {
    root = f64x2.div(f64x2.add(root, f64x2.div(value, root)), f64x2.splat(2.0));
  }
  return root;
}

/** Multiplies the pair at an address and rounds it. */
// @ts-ignore: decorator
@inline
function scaleTo(at: usize, factor: v128): void {
  v128.store(at, f64x2.floor(f64x2.add(f64x2.mul(v128.load(at), factor), f64x2.splat(0.5))));
}

/**
 * @param values address of the pairs (u, v), which become the Gaussians @param squares address of their
 * (u^2 + v^2) / 2^52
 */
export function polar(values: usize, squares: usize): void {
  const deviation = f64x2.splat(1048576.0); // 2^20
  const whole = f64x2.splat(67108864.0); // 2^26
  for (let k: usize = 0; k < pairs; k += 2) {
    const s = v128.load(squares + (k << 3));
    const root = squareRoot(f64x2.div(f64x2.mul(f64x2.splat(-2.0), naturalLog(s)), s));
    const scale = f64x2.div(f64x2.mul(deviation, root), whole);
    const first = values + (k << 4);
    scaleTo(first, f64x2.splat(f64x2.extract_lane(scale, 0)));
    scaleTo(first + 16, f64x2.splat(f64x2.extract_lane(scale, 1)));
  }
}
