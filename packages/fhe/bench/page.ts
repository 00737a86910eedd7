/**
 * Runs inside a page: what a browser does with the engine, and node-seal beside it, as often as it is told.
 * @module
 */
import SEAL from 'node-seal';
import { ckks as client } from '../src/client.ts';
import { defaultKernel, type KernelName, newKernel } from '../src/kernel/default.ts';
import { check, open } from './ckks.ts';
import { transformCalls } from './kernels.ts';
import { openSeal, primesOf, sealContext } from './seal-ckks.ts';
import { sealedSignInCalls } from './sealed-sign-in.ts';

const calls: Record<string, () => unknown> = {};

/** The operations of RNS-CKKS that a client has. */
const clientOperations = ['public-key', 'encode', 'encrypt-public', 'encrypt-symmetric', 'decrypt-decode'];

/**
 * Checks answers and says what can be called; `peer/NAME` is node-seal's NAME, where it has it.
 * @param kernel as the environment variable names it in Node. Once for each page.
 * @param withPeer also RNS-CKKS, ours and node-seal's, on the primes that SEAL takes by default.
 */
export async function prepare(kernel: KernelName, withPeer: boolean): Promise<string[]> {
  Object.assign(globalThis, { process: { env: { BLINDSIGHT_FHE_KERNEL: kernel } } });
  const bits = kernel === 'reference' ? 35 : 48;
  for (const degree of [4096, 8192])
    calls[`ntt/${degree}`] = transformCalls(defaultKernel(), degree, bits).ntt;
  Object.assign(calls, sealedSignInCalls().calls);
  if (withPeer) Object.assign(calls, await ckksCalls());
  return Object.keys(calls);
}

async function ckksCalls(): Promise<Record<string, () => unknown>> {
  const degree = 8192;
  const seal = await SEAL({ locateFile: (path) => `/${path}` });
  const sealed = sealContext(seal, degree);
  const primes = primesOf(sealed);
  const parameters = client.parameters({
    id: 'bench-page/1',
    degree,
    moduli: primes.slice(0, -1),
    special: primes.slice(-1),
    scale: 2 ** 40,
    security: '2018',
  });
  const context = client.createContext(parameters, { kernel: newKernel({ memoryBytes: 2 ** 28 }) });
  const a = Float64Array.from({ length: degree / 2 }, (_, k) => Math.sin(k));
  const b = Float64Array.from({ length: degree / 2 }, (_, k) => Math.cos(3 * k));
  const peer = openSeal(seal, sealed, { a, b, scale: parameters.scale });
  const own = open(context, a, b);
  check('page', own, peer, a, b);
  return Object.fromEntries(
    clientOperations.flatMap((name) => [
      [`${name}/${degree}`, own.operations[name]!],
      [`peer/${name}/${degree}`, peer.operations[name]!],
    ]),
  );
}

/** @returns the wall time of one call. Unit: ms. */
export function repeat(name: string, times: number): number {
  const start = performance.now();
  for (let i = 0; i < times; i++) calls[name]!();
  return (performance.now() - start) / times;
}
