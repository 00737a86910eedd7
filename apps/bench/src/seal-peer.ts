/**
 * What a JavaScript developer would take for the server's share instead: node-seal (Microsoft SEAL in WebAssembly),
 * BFV in the same ring degree: read the stored ciphertext, one plaintext product, nine rotate-and-add steps for the
 * sum of 512 slots, a fresh encryption of zero, the reply as bytes. It reveals the score and stops no malicious
 * client; it is the usual way all the same.
 */
import SEAL from 'node-seal';

const digits = 512;

export const peerName = 'node-seal 7.0.0, BFV product and rotations';

/** One evaluation, checked once against the plain inner product before it is handed out. */
export async function sealInnerProduct(): Promise<() => Uint8Array> {
  const seal = await SEAL();
  const parameters = new seal.EncryptionParameters(seal.SchemeType.bfv);
  parameters.setPolyModulusDegree(4096);
  parameters.setCoeffModulus(seal.CoeffModulus.BFVDefault(4096, seal.SecLevelType.tc128));
  parameters.setPlainModulus(seal.PlainModulus.Batching(4096, 20));
  const context = new seal.SEALContext(parameters, true, seal.SecLevelType.tc128);
  const keys = new seal.KeyGenerator(context);
  const publicKey = keys.createPublicKey();
  const galois = keys.createGaloisKeysWithSteps(Int32Array.from({ length: 9 }, (_, k) => 2 ** k));
  const [encoder, evaluator] = [new seal.BatchEncoder(context), new seal.Evaluator(context)];
  const encryptor = new seal.Encryptor(context, publicKey);

  const template = BigInt64Array.from({ length: 4096 }, (_, i) => BigInt(((i * 5) % 15) - 7));
  const probe = BigInt64Array.from({ length: 4096 }, (_, i) => ((i * i) % 3 === 0 ? -1n : 1n));
  const [plain, plainProbe, fresh] = [new seal.Plaintext(), new seal.Plaintext(), new seal.Ciphertext()];
  encoder.encode(template, plain);
  encoder.encode(probe, plainProbe);
  encryptor.encrypt(plain, fresh);
  const stored = fresh.saveToArray(seal.ComprModeType.none);

  const evaluate = (): Uint8Array => {
    const [sum, rotated, zero] = [new seal.Ciphertext(), new seal.Ciphertext(), new seal.Ciphertext()];
    sum.loadFromArray(context, stored);
    evaluator.multiplyPlainInplace(sum, plainProbe);
    for (let step = 1; step < digits; step *= 2) {
      evaluator.rotateRows(sum, step, galois, rotated);
      evaluator.addInplace(sum, rotated);
    }
    encryptor.encryptZero(zero);
    evaluator.addInplace(sum, zero);
    const reply = Uint8Array.from(sum.saveToArray(seal.ComprModeType.none));
    for (const object of [sum, rotated, zero]) object.delete();
    return reply;
  };

  const [opened, result] = [new seal.Ciphertext(), new seal.Plaintext()];
  opened.loadFromArray(context, evaluate());
  new seal.Decryptor(context, keys.secretKey()).decrypt(opened, result);
  const expected = template.slice(0, digits).reduce((score, value, i) => score + value * probe[i]!, 0n);
  const got = Number(encoder.decodeBigInt64(result)[0]);
  if (got !== Number(expected)) throw new Error('the peer gives a wrong answer; not timing it');
  return evaluate;
}
