/**
 * node-seal with the operations of the benchmark. Results are kept alive and overwritten, as a program that cares for
 * speed would do.
 * @module
 */
import SEAL, { type MainModule } from 'node-seal';

export const sealName = 'node-seal 7.0.0';

export interface SealBench {
  /** Operation name to a function that performs it once. */
  readonly operations: Readonly<Record<string, () => void>>;
  /** The slots of the result that an operation left. */
  opened(operation: string): Float64Array;
  close(): void;
}

let loaded: MainModule | undefined;

export async function loadSeal(): Promise<MainModule> {
  loaded ??= await SEAL();
  return loaded;
}

/** A SEAL context for the largest modulus that its 128-bit table allows, or for given primes. */
export function sealContext(seal: MainModule, degree: number, primes?: readonly number[]) {
  const parms = new seal.EncryptionParameters(seal.SchemeType.ckks);
  parms.setPolyModulusDegree(degree);
  if (primes) {
    const moduli = new seal.VectorModulus();
    for (const q of primes) moduli.push_back(new seal.Modulus(BigInt(q)));
    parms.setCoeffModulus(moduli);
  } else {
    parms.setCoeffModulus(seal.CoeffModulus.BFVDefault(degree, seal.SecLevelType.tc128));
  }
  const context = new seal.SEALContext(parms, true, seal.SecLevelType.tc128);
  if (!context.parametersSet()) throw new Error('SEAL refuses these primes');
  return context;
}

/** The primes of a context, special prime last. */
export function primesOf(context: ReturnType<typeof sealContext>): number[] {
  const moduli = context.keyContextData().parms().coeffModulus();
  return Array.from({ length: moduli.size() }, (_, i) => Number(moduli.get(i)!.value()));
}

export function openSeal(
  seal: MainModule,
  context: ReturnType<typeof sealContext>,
  { a, b, scale }: { a: Float64Array; b: Float64Array; scale: number },
): SealBench {
  const generator = new seal.KeyGenerator(context);
  const secret = generator.secretKey();
  const relinearisation = generator.createRelinKeys();
  const steps = Int32Array.of(1);
  const galois = generator.createGaloisKeysWithSteps(steps);
  const encoder = new seal.CKKSEncoder(context);
  const encryptor = new seal.Encryptor(context, generator.createPublicKey(), secret);
  const evaluator = new seal.Evaluator(context);
  const decryptor = new seal.Decryptor(context, secret);

  const [pa, pb, decoded] = [new seal.Plaintext(), new seal.Plaintext(), new seal.Plaintext()];
  encoder.encode(a, scale, pa);
  encoder.encode(b, scale, pb);
  const [x, y, sum, term, product, relinearised, out] = Array.from(
    { length: 7 },
    () => new seal.Ciphertext(),
  );
  encryptor.encryptSymmetric(pa, x!);
  encryptor.encryptSymmetric(pb, y!);
  evaluator.multiplyPlain(x!, pb, sum!);
  evaluator.multiply(x!, y!, product!);
  evaluator.relinearize(product!, relinearisation, relinearised!);

  const operations: Record<string, () => void> = {
    'public-key': () => generator.createPublicKey().delete(),
    'relinearisation-key': () => generator.createRelinKeys().delete(),
    'galois-key': () => generator.createGaloisKeysWithSteps(steps).delete(),
    encode: () => encoder.encode(a, scale, decoded),
    'encrypt-public': () => encryptor.encrypt(pa, out!),
    'encrypt-symmetric': () => encryptor.encryptSymmetric(pa, out!),
    'decrypt-decode': () => {
      decryptor.decrypt(x!, decoded);
      encoder.decodeFloat64(decoded);
    },
    add: () => evaluator.add(x!, y!, out!),
    'multiply-plain': () => evaluator.multiplyPlain(x!, pb, out!),
    // SEAL has no fused form: a product, then a sum.
    'multiply-accumulate': () => {
      evaluator.multiplyPlain(x!, pb, term!);
      evaluator.addInplace(sum!, term!);
    },
    multiply: () => evaluator.multiply(x!, y!, out!),
    relinearise: () => evaluator.relinearize(product!, relinearisation, out!),
    rescale: () => evaluator.rescaleToNext(relinearised!, out!),
    'multiply-relin-rescale': () => {
      evaluator.multiply(x!, y!, out!);
      evaluator.relinearizeInplace(out!, relinearisation);
      evaluator.rescaleToNextInplace(out!);
    },
    rotate: () => evaluator.rotateVector(x!, 1, galois, out!),
  };
  return {
    operations,
    opened(operation) {
      operations[operation]!();
      decryptor.decrypt(out!, decoded);
      return encoder.decodeFloat64(decoded);
    },
    close() {
      for (const object of [
        context,
        generator,
        secret,
        relinearisation,
        galois,
        encoder,
        encryptor,
        evaluator,
      ]) {
        object.delete();
      }
      for (const object of [decryptor, pa, pb, decoded, x, y, sum, term, product, relinearised, out])
        object?.delete();
    },
  };
}
