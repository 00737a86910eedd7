/** Runs inside a page and inside a worker: every known answer of the engine, computed there with one kernel. */
import { defaultKernel, type KernelName } from '../../../packages/fhe/src/kernel/default.ts';
import { vectors as ckks } from '../../../packages/fhe/test/support/ckks-vectors.ts';
import { vectors as sealedSignIn } from '../../../packages/fhe/test/support/vectors.ts';

export interface Answers {
  /** The kernel that computed them. */
  readonly kernel: string;
  readonly ckks: unknown;
  readonly sealedSignIn: unknown;
}

/**
 * @param kernel asked for as Node's environment variable does; without it, what the engine picks here. Once for each
 *   page or worker: the kernel is chosen at first use.
 */
export function answers(kernel?: KernelName): Answers {
  if (kernel) Object.assign(globalThis, { process: { env: { BLINDSIGHT_FHE_KERNEL: kernel } } });
  return { kernel: defaultKernel().name, ckks: ckks(), sealedSignIn: sealedSignIn() };
}
