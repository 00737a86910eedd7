/** Runs inside a page: the device's share of a sign-in and of an enrolment, as often as it is told. */
import { clientWork, enrol, signIn, tickets32 } from './ceremony.ts';

const calls: Record<string, () => Promise<unknown>> = {};

/** Enrols, checks one answer, and says what can be called. */
export async function prepare(): Promise<string[]> {
  const sample = await enrol();
  const { reply } = await signIn(sample);
  Object.assign(calls, {
    'client-probe-open': () => clientWork(sample, reply),
    'tickets/32': () => tickets32(sample),
  });
  return Object.keys(calls);
}

/** @returns the wall time of one call. Unit: ms. */
export async function repeat(name: string, times: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < times; i++) await calls[name]!();
  return (performance.now() - start) / times;
}
