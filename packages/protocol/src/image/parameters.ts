/**
 * The parameter sets of the encrypted-image check. Everything both sides must agree on is here, as plain data: each
 * side makes the engine's parameters from `ring` through its own entry, and the engine checks them.
 *
 * Levels are primes. A set with n squares starts with 4 + 2 n of them: one for each linear layer and each square, one
 * for the head, and three for the match, whose result keeps two (one limb): the modulus that masks are uniform below.
 *
 * Scales are larger than the primes. A rescale adds a rounding error of a fixed size to the coefficients, so the
 * relative error falls as the scale grows, and only the weights' scale, prime * before / after, falls with it.
 * @module
 */
import { ProtocolError } from '../wire/errors.ts';

/** One limb of two primes. */
type Pair = readonly [number, number];

export interface ImageParameters {
  /** The name both sides exchange; a change of any number below is a new name. */
  readonly id: string;
  /** What `ckks.parameters` takes. */
  readonly ring: {
    readonly id: string;
    readonly degree: number;
    readonly moduli: readonly Pair[];
    readonly special: readonly number[];
    readonly digitLimbs: number;
    /** Of fresh ciphertexts and of every activation. */
    readonly scale: number;
  };
  /** Channels in one ciphertext: N/2 slots are 256 positions of so many. */
  readonly block: number;
  /** Squares of the network, the first layer's included. */
  readonly squares: number;
  /** D: length of an embedding; divides N/2. */
  readonly embedding: number;
  /** Ciphertexts that the device makes of one block of taps, turned by block / preRotations channels each. */
  readonly preRotations: number;
  /** Channel steps that one spatial baby step covers; a giant step is as long. */
  readonly babySteps: number;
  /** Scale of an embedding. */
  readonly embeddingScale: number;
  /** Secret multipliers of the opening are uniform in [1, 2^bits). */
  readonly multiplierBits: number;
}

/**
 * RingFace-64: N = 2^14, 14 primes of 23.7 to 24 bits, two in a limb, and P of two primes of 48 bits, digits of two
 * limbs: log2(QP) = 429.4 of the 430 bits that the 2024 guidelines allow. Five squares, D = 128.
 */
export const ringface64 = Object.freeze<ImageParameters>({
  id: 'ringface-64/1',
  ring: {
    id: 'ckks-16384-429-ringface/1',
    degree: 16384,
    moduli: [
      [16580609, 16515073],
      [16384001, 16121857],
      [15630337, 14942209],
      [14909441, 14155777],
      [14123009, 13664257],
      [13631489, 13565953],
      [13336577, 13238273],
    ],
    special: [281474976546817, 281474976317441],
    digitLimbs: 2,
    scale: 2 ** 26,
  },
  block: 32,
  squares: 5,
  embedding: 128,
  preRotations: 2,
  babySteps: 2,
  embeddingScale: 2 ** 26.9,
  multiplierBits: 17,
});

/**
 * RingFace-mini: N = 2^13, eight primes of 20.7 to 21.4 bits, two in a limb, P of 44.7 bits: log2(QP) = 213.98 of 214.
 * Two squares, D = 128. It exercises every piece of the large one in a tenth of the time; its cosines are off by 2e-4 (root
 * mean square), those of the large one by 1.4e-4.
 */
export const ringfaceMini = Object.freeze<ImageParameters>({
  id: 'ringface-mini/1',
  ring: {
    id: 'ckks-8192-214-ringface/1',
    degree: 8192,
    moduli: [
      [2768897, 2752513],
      [2654209, 2572289],
      [2424833, 2277377],
      [1785857, 1769473],
    ],
    special: [28578590392321],
    digitLimbs: 1,
    scale: 2 ** 22,
  },
  block: 16,
  squares: 2,
  embedding: 128,
  preRotations: 2,
  babySteps: 2,
  embeddingScale: 2 ** 24.9,
  multiplierBits: 13,
});

/** Positions of the ring, 16 x 16. */
export const positions = 256;
/** Positions of a row, and rows. */
export const gridSide = 16;
/** Values that the front end makes of the image around each position. */
export const taps = 96;

const sets = [ringface64, ringfaceMini];

/** @throws {ProtocolError} `unsupported-parameters` for a name this release does not speak. */
export function imageParametersOf(id: string): ImageParameters {
  const found = sets.find((set) => set.id === id);
  if (!found) throw new ProtocolError('unsupported-parameters');
  return found;
}

/** Primes of a fresh ciphertext. */
export function freshLevel({ squares }: Pick<ImageParameters, 'squares'>): number {
  return 4 + 2 * squares;
}

/** Primes of an embedding and of a stored template. */
export const embeddingLevel = 3;
/** Primes of a masked value: one limb. */
export const answerLevel = 2;
