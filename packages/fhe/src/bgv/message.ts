import { FheError } from '../errors.ts';
import type { Parameters } from '../parameters.ts';

/**
 * The coefficients as doubles, checked without a branch on any one of them: encodings may be secret.
 * @throws {FheError} `bad-message` unless there are N integers in [-(p-1)/2, (p-1)/2].
 */
export function checkedMessage(parameters: Parameters, message: Int16Array | Int32Array): Float64Array {
  const { degree, plaintextModulus } = parameters;
  const typed = message instanceof Int16Array || message instanceof Int32Array;
  if (!typed || message.length !== degree) throw new FheError('bad-message', { degree });
  const half = (plaintextModulus - 1) / 2;
  let outside = 0;
  // A coefficient beyond half makes one of the two differences negative and so sets the sign bit.
  for (const m of message) outside |= (half - m) | (half + m);
  if (outside < 0) throw new FheError('bad-message', { largest: half });
  return new Float64Array(message);
}
