/** How this package measures: CPU time of one thread, medians, peers in the same run. */

/** One measured figure, in the project's common form; `apps/bench` adds the host and the ratio. */
export interface Row {
  readonly bench: 'fhe';
  readonly case: string;
  /**
   * `ns_per_bit`: nanoseconds of CPU time for one bit of modulus, all coefficients. `cpu_ratio`, `wall_ratio`: two
   * threads over one, in CPU time for one evaluation and in evaluations for one second.
   */
  readonly metric: 'cpu_ms' | 'ns_per_bit' | 'bytes' | 'cpu_ratio' | 'wall_ratio';
  /** Median, in the metric's unit. */
  readonly value: number;
  readonly p95?: number;
  readonly n: number;
  readonly peer?: string;
  readonly peer_value?: number;
  readonly parameters: Readonly<Record<string, string | number>>;
}

export type Report = (row: Row) => void;

export interface Sampled {
  /** Median. Unit: ms of process CPU time for one call. */
  readonly value: number;
  readonly p95: number;
  readonly n: number;
}

/** Median and p95 over `samples`; a sample repeats the call until it is long enough to measure (10 ms). */
export function cpuMs(run: () => unknown, samples = 40): Sampled {
  return interleaved([run], samples)[0]!;
}

/**
 * The same for several calls at once, a sample of each in turn, so that all see the same disturbances.
 * @param warmUp CPU time for each call before it is timed: the compiler needs some hundred calls before the loops are
 *   as fast as they get. 0 for what is slow enough to be timed cold. Unit: ms.
 */
export function interleaved(calls: readonly (() => unknown)[], samples = 40, warmUp = 400): Sampled[] {
  const repeats = calls.map((run) => {
    if (warmUp === 0) return 1;
    const warm = cpu(run, Math.ceil(warmUp / Math.max(cpu(run, warmUp < 400 ? 2 : 20), 0.5)));
    return Math.max(1, Math.ceil(10 / warm));
  });
  const all: number[][] = calls.map(() => []);
  for (let sample = 0; sample < samples; sample++) {
    for (const [i, run] of calls.entries()) all[i]!.push(cpu(run, repeats[i]!));
  }
  return all.map((list) => {
    const sorted = list.toSorted((a, b) => a - b);
    return { value: sorted[samples >> 1]!, p95: sorted[Math.floor(samples * 0.95)]!, n: samples };
  });
}

/** CPU time of this process so far, all its threads together. Unit: ms. */
export function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function cpu(run: () => unknown, repeats: number): number {
  const start = cpuNow();
  for (let i = 0; i < repeats; i++) run();
  return (cpuNow() - start) / repeats;
}
