/** What the module exports; see `src/kernel/wasm-exports.ts` for the same list in TypeScript. */
export { probe } from './lanes';
export { forward } from './forward';
export { inverse } from './inverse';
export { add, balance, canonical, multiply, multiplyAdd, permute, scale, subtract, subtractScale, wipe } from './pointwise';
export { innerProducts, runProduct, runProductSmall } from './sums';
export { combine, convertDigit, convertLimb } from './convert';
export { powers, scatter, smallest } from './roots';
export { forwardSmall, inverseSmall } from './small';
