/**
 * The weights of the encrypted-image check, checked before anybody signs in by them: manifest, hashes, and that the
 * interpreter computes what the golden vectors say. The server cannot do the last: it runs no network in the clear.
 * @module
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from './errors.ts';

/** Licence field of weights that were learned from pictures for research. */
export const researchLicence = 'LicenseRef-research-only';

/** @param directory of all networks. @throws {CliError} `image-network-refused` naming the file or the field. */
export async function verifyImageWeights(
  directory: string,
  name: string,
): Promise<{ readonly licence: string; readonly hash: string }> {
  const { image } = await import('@blindsight/protocol/oracle');
  const read = async (file: string) => {
    try {
      return new Uint8Array(await readFile(join(directory, name, file)));
    } catch (cause) {
      throw new CliError('image-network-refused', `${name}/${file}`, cause);
    }
  };
  const manifest = await read('manifest.json');
  const [weights, chips, golden] = [
    await read('weights.bin'),
    await read('golden.bin'),
    await read('golden.json'),
  ];
  try {
    const network = image.parseNetwork(manifest, weights);
    image.checkGolden(network, image.parseGolden(manifest, chips, golden));
    return { licence: network.licence, hash: network.hash };
  } catch (cause) {
    const { field } = (cause as { details?: { field?: string } }).details ?? {};
    throw new CliError('image-network-refused', `${name}: ${field ?? (cause as Error).message}`, cause);
  }
}
