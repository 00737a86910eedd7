/**
 * Which kernel the schemes compute with: the fastest this engine runs.
 * @module
 */
import { FheError } from '../errors.ts';
import type { Kernel } from './kernel.ts';
import { referenceKernel } from './reference.ts';
import { openWasmKernel, type WasmKernelOptions } from './wasm.ts';

export type KernelName = 'relaxed' | 'plain' | 'reference';

const order: readonly KernelName[] = ['relaxed', 'plain', 'reference'];
let chosen: Kernel | undefined;

/**
 * The first of relaxed, plain and reference that works here; opened once, at first use. All give the same bytes.
 * The environment variable `BLINDSIGHT_FHE_KERNEL` (Node only) names one instead, for tests and for ruling the
 * kernel out as the cause of a fault.
 * @throws {FheError} `kernel-unavailable` when the variable names a kernel that does not work here.
 */
export function defaultKernel(): Kernel {
  chosen ??= newKernel();
  return chosen;
}

/** Another instance of the same choice, with a memory of its own. @throws {FheError} as `defaultKernel`. */
export function newKernel(options: WasmKernelOptions = {}): Kernel {
  return firstOf(demanded() ?? order, options);
}

/**
 * The first that works, in this order.
 * @throws {FheError} `kernel-unavailable` when none does; `memory-exhausted` when one would work with less memory:
 *   falling back to a far slower kernel would hide that.
 */
export function firstOf(names: readonly KernelName[], options: WasmKernelOptions = {}): Kernel {
  for (const name of names) {
    try {
      return name === 'reference' ? referenceKernel : openWasmKernel(name, options);
    } catch (error) {
      if (!(error instanceof FheError) || error.code !== 'kernel-unavailable') throw error;
    }
  }
  throw new FheError('kernel-unavailable', { tried: names.join(', ') });
}

function demanded(): readonly KernelName[] | undefined {
  const name = globalThis.process?.env?.['BLINDSIGHT_FHE_KERNEL'];
  if (!name) return undefined;
  const known = order.find((n) => n === name);
  if (!known) throw new FheError('kernel-unavailable', { name });
  return [known];
}
