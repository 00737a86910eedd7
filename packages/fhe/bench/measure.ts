/** How this package measures: CPU time of one thread, medians, peers in the same run. */

/** One measured figure, in the project's common form; `apps/bench` adds the host. */
export interface Row {
  readonly bench: 'fhe';
  readonly case: string;
  /** `ns_per_bit`: nanoseconds of CPU time for one bit of modulus, all coefficients. */
  readonly metric: 'cpu_ms' | 'ns_per_bit' | 'bytes';
  /** Median, in the metric's unit. */
  readonly value: number;
  readonly p95?: number;
  readonly n: number;
  readonly peer?: string;
  readonly peer_value?: number;
  readonly parameters: Readonly<Record<string, string>>;
}

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

/** The same for several calls at once, a sample of each in turn, so that all see the same disturbances. */
export function interleaved(calls: readonly (() => unknown)[], samples = 40): Sampled[] {
  const repeats = calls.map((run) => {
    // The compiler needs some hundred calls before the loops are as fast as they get.
    const warm = cpu(run, Math.ceil(400 / Math.max(cpu(run, 20), 0.5)));
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

function cpu(run: () => unknown, repeats: number): number {
  const start = process.cpuUsage();
  for (let i = 0; i < repeats; i++) run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / repeats;
}
