import type { Parameters } from '../parameters.ts';
import type { Form, Poly } from '../ring/poly.ts';

/** (c0, c1) with c0 + c1 * s = message + p * noise (mod Q). */
export interface Ciphertext<F extends Form> {
  readonly parameters: Parameters;
  readonly c0: Poly<F>;
  readonly c1: Poly<F>;
}

/** A polynomial with coefficients in [-(p-1)/2, (p-1)/2], transformed. */
export interface Plaintext {
  readonly parameters: Parameters;
  readonly poly: Poly<'eval'>;
}
